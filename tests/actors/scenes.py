"""The set-ups at which the doctors look: healthy ones, and each broken in one way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from macros.facts import current
from macros.sabotages import Sabotage
from tests.actors.newcomer import PASSPHRASE
from tests.actors.patient import Patient
from tests.environments.lab.servers import jupyter, kerberos
from tests.guide import reading

#: What only a connection shows.
_CONNECTED = {"host-key-changed"}
_CONNECT = ("--connect",)


@dataclass(frozen=True)
class Scene:
    """A set-up: `made` breaks it for a while, and `alarms` are the causes to be found, by check."""

    name: str
    place: str
    made: Callable[[Patient], AbstractContextManager[object]]
    options: tuple[str, ...] = ()
    alarms: Mapping[str, str] = field(default_factory=dict)


def sabotages() -> dict[str, Sabotage]:
    """Return those that a doctor tells, and that a reader can do, by name."""
    return {n: s for n, s in reading.sabotages().items() if s.doctor and s.apply}


def sabotaged(name: str) -> Scene:
    """Return the set-up that the sabotage `name` breaks."""
    sabotage = sabotages()[name]
    made = _typed(sabotage.place, sabotage.apply or "", sabotage.undo or "")
    return Scene(name, sabotage.place, made, _CONNECT if name in _CONNECTED else ())


def _typed(place: str, apply: str, undo: str) -> Callable[[Patient], AbstractContextManager[None]]:
    """Return what runs `apply` at `place`, and `undo` afterwards: texts of bash, as of a page."""

    @contextmanager
    def made(patient: Patient) -> Iterator[None]:
        patient.run(place, patient.text(apply))
        try:
            yield
        finally:
            patient.run(place, patient.text(undo))

    return made


# -- what only an admin or the world outside can break -------------------------------------------


@contextmanager
def _instead(file: Path, text: str) -> Iterator[None]:
    """Have `text`, which differs from what is there, in `file` for a while."""
    before = file.read_text()
    assert text != before
    file.write_text(text)
    try:
        yield
    finally:
        file.write_text(before)


def _without_groups(patient: Patient) -> AbstractContextManager[None]:
    file = patient.journey.lab.stat.etc / "group"
    text = re.sub(rf":{patient.user}$", ":", file.read_text(), flags=re.MULTILINE)
    return _instead(file, text)


def _with_the_key_of_somebody_else(patient: Patient) -> AbstractContextManager[None]:
    ssh = patient.journey.lab.bastion.etc / "ssh"
    return _instead(ssh / "userkeys" / patient.user, (ssh / "host_key.pub").read_text())


def _with_the_bastion_at(address: str, patient: Patient) -> AbstractContextManager[None]:
    """Have another address in its line of the laptop's hosts, or no line."""
    hosts = patient.journey.lab.laptop.etc / "hosts"
    text = re.sub(r"^\S+( bast.*)$", address, hosts.read_text(), flags=re.MULTILINE)
    return _instead(hosts, text)


@contextmanager
def _without_host_keys(patient: Patient) -> Iterator[None]:
    patient.run("laptop", "mv ~/.ssh/known_hosts ~/known")
    try:
        yield
    finally:
        patient.run("laptop", "mv ~/known ~/.ssh/known_hosts")


@contextmanager
def _with_a_ticket_that_is_not_renewed(patient: Patient) -> Iterator[None]:
    lab, again = patient.journey.lab, reading.sabotages()["ticket-not-renewed"]
    kerberos.admin(lab, f"modprinc -allow_renewable {patient.user}")
    try:
        patient.heed(again)
        yield
    finally:
        kerberos.admin(lab, f"modprinc +allow_renewable {patient.user}")
        patient.heed(again)


@contextmanager
def _without_notebooks(patient: Patient) -> Iterator[None]:
    lab = patient.journey.lab
    server = "' -m [j]upyterlab$'"  # not this line itself
    lab.must(lab.stat, f"pkill -f {server}; while pgrep -f {server}; do sleep 0.05; done")
    try:
        yield
    finally:
        jupyter.start(lab)


def beside() -> list[Scene]:
    """Return the set-ups that no sabotage makes."""
    elsewhere = partial(_with_the_bastion_at, r"127.0.0.1\1")
    nowhere = partial(_with_the_bastion_at, "")
    behind_a_wall = partial(_with_the_bastion_at, r"203.0.113.1\1")  # for documentation: RFC 5737
    return [
        Scene("in-no-group", "stat", _without_groups, (), {"groups": "group-not-granted"}),
        Scene("not-let-in", "laptop", _without_groups, _CONNECT, {"stat-host": "group-missing"}),
        Scene(
            "other-key",
            "laptop",
            _with_the_key_of_somebody_else,
            _CONNECT,
            {"bastion": "other-name-on-host"},
        ),
        Scene("no-name", "laptop", nowhere, _CONNECT, {"bastion": "name-not-found"}),
        Scene("no-way", "laptop", behind_a_wall, _CONNECT, {"bastion": "network-without-ssh"}),
        Scene("no-answer", "laptop", elsewhere, _CONNECT, {"bastion": "network-without-ssh"}),
        Scene(
            "no-host-keys", "laptop", _without_host_keys, _CONNECT, {"gerrit": "host-key-unknown"}
        ),
        Scene(
            "not-renewable",
            "stat",
            _with_a_ticket_that_is_not_renewed,
            (),
            {"ticket": "ticket-not-renewed"},
        ),
        Scene("no-notebooks", "stat", _without_notebooks, (), {"notebooks": "jupyter-not-there"}),
    ]


# -- what others have: programs of other versions, keys of other kinds ---------------------------

#: A program that is found before the system's, and hands over to it.
_PROGRAM = """\
mkdir ~/{name} && printf '#!/bin/sh\\n{text}\\nexec /usr/bin/{name} "$@"\\n' > ~/{name}/{name}
chmod +x ~/{name}/{name} && echo 'PATH=~/{name}:$PATH' >> {profile}
"""
_PRODUCTION, _CLOUD, _REVIEW = (
    f"~/.ssh/%({name}_key)s" for name in ("production", "cloud", "gerrit")
)


def _ssh_of(version: str) -> str:
    """Return what has `ssh -V` tell a version."""
    text = f'[ "$1" != -V ] || {{ echo {version} >&2; exit; }}'
    return _PROGRAM.format(name="ssh", text=text, profile="~/.bash_profile")


def in_a_copy(
    place: str, apply: str, undo: str = ":"
) -> Callable[[Patient], AbstractContextManager[None]]:
    """Return what runs `apply` at `place`, and has the home as it was afterwards."""

    @contextmanager
    def made(patient: Patient) -> Iterator[None]:
        lab = patient.journey.lab
        with lab.kept(lab.hosts[place], patient.user):
            try:
                patient.run(place, f"set -e\n{apply}")
                yield
            finally:
                patient.run(place, undo, shell=())

    return made


_OTHER_KEYS = f"""\
{_ssh_of("OpenSSH_10.0p2")}
rm {_PRODUCTION} {_CLOUD} {_REVIEW}
ssh-keygen -q -t rsa -b 4096 -N "a passphrase" -f {_PRODUCTION} <<< y
ssh-keygen -q -t ecdsa -N "a passphrase" -f {_CLOUD} <<< y
cp /tmp/handles/ed25519-sk.pub {_REVIEW}.pub && cp -p /tmp/handles/ed25519-sk {_REVIEW}
rm ~/.wmf_tunnels.bash ~/.bashrc && echo ". ~/.wmf_tunnels.bash" > ~/.zshrc
sed -i "1i Host bast\\n    ForwardAgent yes\\n" ~/.ssh/config
"""
_OTHER_AGENT = f"""\
{_ssh_of("OpenSSH_7.9p1")}
mv $SSH_AUTH_SOCK $SSH_AUTH_SOCK.away && ssh-agent -a $SSH_AUTH_SOCK > ~/agent
rm ~/.wmf_tunnels.bash ~/.bashrc
"""
_AGENT_BACK = "mv $SSH_AUTH_SOCK.away $SSH_AUTH_SOCK"
#: As it ends, an agent takes its socket away.
_AGENT_ENDED = f"""\
. ~/agent; ssh-agent -k
while [ -e $SSH_AUTH_SOCK ]; do sleep 0.05; done
{_AGENT_BACK}
"""
_NO_AGENT = f"""\
{_ssh_of("OpenSSH_7.3p1")}
mv $SSH_AUTH_SOCK $SSH_AUTH_SOCK.away
echo nothing > {_CLOUD}.pub
cp -p {_PRODUCTION} {_REVIEW} && cp -p {_PRODUCTION}.pub {_REVIEW}.pub
ssh-keygen -F %(bastion)s -f ~/.ssh/known_hosts.d/wmf-prod | sed "s/$/ noted/" >> ~/.ssh/known_hosts
echo %(stat_host_name)s $(cut -d " " -f 1,2 {_REVIEW}.pub) >> ~/.ssh/known_hosts
sed -i "s/HostName %(bastion)s/HostName bast.example.org/" ~/.ssh/config
"""
_OPEN_KEY = f"""\
mv $SSH_AUTH_SOCK $SSH_AUTH_SOCK.away
ssh-keygen -q -p -P "{PASSPHRASE}" -N "" -f {_PRODUCTION}
chmod 400 {_CLOUD} && chmod 700 {_REVIEW}
"""
_NO_KEYS = f"""\
rm {_PRODUCTION}* {_CLOUD}* {_REVIEW}*
sed -i "1i Host bast\\n    IdentityFile ~/.ssh/other\\n" ~/.ssh/config
"""
_NO_OPENSSH = _PROGRAM.format(
    name="ssh",
    text='[ "$1" = -V ] && echo Dropbear && exit; echo "no option $1" >&2; exit 1',
    profile="~/.bash_profile",
)
_ON_WINDOWS = f"{current().values['wsl_drive'].value}/Users/me"
#: In WSL, with keys on a drive of Windows that was set to keep the modes of files.
_IN_WSL = f"""\
sed -i 's/^system=.*/system=wsl/' ~/onboarding-doctor
echo export {current().values["wsl_variable"].value}=Ubuntu > ~/.bash_profile
mkdir -p {_ON_WINDOWS} && mv ~/.ssh {_ON_WINDOWS} && ln -s {_ON_WINDOWS}/.ssh ~/.ssh
"""
_LATE = '*BatchMode*) echo "ssh: connect to host bast port 22: Connection timed out"'
_NO_ANSWER = _PROGRAM.format(
    name="ssh", text=f'case "$*" in {_LATE} >&2; exit 255 ;; esac', profile="~/.bash_profile"
)
_JUMP = "Host * !stat* !*.wmnet !*.wikimedia.cloud"
_JUMP_EVERYWHERE = f"sed -i '1i {_JUMP}\\n    ProxyJump elsewhere\\n' ~/.ssh/config"
_NO_REPLICAS = _PROGRAM.format(
    name="analytics-mysql",
    text="echo ERROR 1045, and; echo no replicas >&2; exit",  # with 0, as the real one
    profile="~/.bashrc",
)
_OTHER_ID = '[ "$1" != -un ] || { echo somebody; exit; }'
_FULL = "echo Filesystem; echo /dev/x 9 9 0 95%%%% /home; exit"
_OTHER_ACCOUNT = f"""\
{_PROGRAM.format(name="id", text=_OTHER_ID, profile="~/.bashrc")}
{_PROGRAM.format(name="df", text=_FULL, profile="~/.bashrc")}
echo "export {{http,https}}_proxy=%(proxy_url)s" >> ~/.bashrc
echo "export {{HTTP,HTTPS}}_PROXY=%(proxy_url_full)s" >> ~/.bashrc
echo 'export NO_PROXY=$no_proxy KRB5CCNAME=FILE:/tmp/krb5cc_1000; echo strange >&2' >> ~/.bashrc
printf '[mysql]\\nsafe-updates\\n' > ~/.my.cnf
mkdir -p ~/.ssh && echo -----BEGIN CERTIFICATE----- > ~/.ssh/certificate
"""
_OWN_WORDS = """\
echo "export htpp_proxy=%(proxy_url)s" >> ~/.bashrc
printf "[client]\\n password = secret\\n" > ~/.my.cnf
"""


def _with_a_shell_that_ends(patient: Patient) -> AbstractContextManager[None]:
    file = patient.journey.lab.stat.home(patient.user) / ".bashrc"
    return _instead(file, "echo very; echo strange; exit 3\n")


@contextmanager
def _with_the_ticket_of_somebody(patient: Patient) -> Iterator[None]:
    lab = patient.journey.lab
    kerberos.admin(lab, "addprinc -pw secret somebody")
    patient.run("stat", "cp /tmp/krb5cc_1000 ~/ticket; kinit somebody <<< secret")
    try:
        yield
    finally:
        patient.run("stat", "mv ~/ticket /tmp/krb5cc_1000")
        kerberos.admin(lab, "delprinc -force somebody")


def others() -> list[Scene]:
    """Return the set-ups of people whose programs, keys and agents are not those of the guide."""
    forwarded = "ssh-config-agent-forwarded"
    return [
        _other(
            "other-keys",
            "laptop",
            _OTHER_KEYS,
            agent="agent-without-production-key",
            tunnels="tunnels-missing",
            way_to_bast=forwarded,
        ),
        _other("other-agent", "laptop", _OTHER_AGENT, _AGENT_ENDED, _CONNECT),
        _other(
            "no-agent",
            "laptop",
            _NO_AGENT,
            _AGENT_BACK,
            production_key="keys-shared",
            cloud_key="key-public-unreadable",
            own_host_keys="host-key-of-ones-own",
            agent="agent-gone",
            way_to_bast="unknown",
        ),
        _other(
            "open-key",
            "laptop",
            _OPEN_KEY,
            _AGENT_BACK,
            _CONNECT,
            production_key="key-without-passphrase",
        ),
        _other(
            "no-keys",
            "laptop",
            _NO_KEYS,
            production_key="key-missing",
            cloud_key="key-missing",
            review_key="key-missing",
        ),
        _other("in-wsl", "laptop", _IN_WSL, f"rm -r {_ON_WINDOWS}", _CONNECT),
        _other("no-openssh", "laptop", _NO_OPENSSH, openssh="unknown", ssh_config="unknown"),
        _other(
            "late-answer",
            "laptop",
            _NO_ANSWER,
            options=_CONNECT,
            bastion="network-without-ssh",
            gerrit="network-without-ssh",
        ),
        _other("jump-everywhere", "laptop", _JUMP_EVERYWHERE),
        Scene(
            "strange-answer", "laptop", _with_a_shell_that_ends, _CONNECT, {"stat-host": "unknown"}
        ),
        _other(
            "other-account",
            "stat",
            _OTHER_ACCOUNT,
            account="unknown",
            home="home-full",
            silent_shell="bashrc-prints",
        ),
        _other(
            "own-words",
            "stat",
            _OWN_WORDS,
            proxy="proxy-misspelled",
            replica_settings="replica-own-settings",
        ),
        _other("proxy-on", "stat", "echo 'set_proxy > /dev/null' >> ~/.bash_profile"),
        _other(
            "past-proxy",
            "stat",
            "echo 'export no_proxy=localhost,*' >> ~/.bashrc",
            proxy="everything-past-proxy",
        ),
        Scene("other-ticket", "stat", _with_the_ticket_of_somebody, (), {"ticket": "unknown"}),
        _other("no-replicas", "stat", _NO_REPLICAS, options=_CONNECT, replicas="unknown"),
    ]


def _other(
    name: str,
    place: str,
    apply: str,
    undo: str = ":",
    options: tuple[str, ...] = (),
    **alarms: str,
) -> Scene:
    """Return a set-up that `apply` makes, in which %(name)s stands for a value of the reader's.

    In the names of checks, _ stands for -.
    """
    told = {check.replace("_", "-"): cause for check, cause in alarms.items()}
    known = {name: current().values[name].value for name in ("proxy_url", "proxy_url_full")}

    def made(patient: Patient) -> AbstractContextManager[None]:
        values = {**patient.journey.reader.values, **known}
        return in_a_copy(place, apply % values, undo)(patient)

    return Scene(name, place, made, options, told)


def healthy() -> list[Scene]:
    """Return the set-ups in which all is well, looked at without and with connections."""
    return [
        Scene(f"{name}-{place}", place, lambda _: nullcontext(), options)
        for place in ("laptop", "stat")
        for name, options in (("healthy", ()), ("connected", _CONNECT))
    ]


@cache
def scenes() -> dict[str, Scene]:
    """Return all set-ups, by name."""
    return {s.name: s for s in [*healthy(), *map(sabotaged, sabotages()), *beside(), *others()]}
