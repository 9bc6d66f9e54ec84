"""What the ssh config does: each host resolves to the right user, key, jump and port."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from fnmatch import fnmatch
from functools import cache

from macros.facts import Host, current
from macros.profile import stat_alias
from tests.checks.snippet_texts import ShownSnippet, for_readers
from tests.checks.ssh_config import resolve
from tests.evidence import notes, versions

HOSTS = {key: host for key, host in current().hosts.items() if host.status != "retired"}
ALWAYS = {"forwardagent": "no", "identitiesonly": "yes"}
#: What production has besides: the facts ssh_options and known_hosts_file.
PRODUCTION = {
    "passwordauthentication": "no",
    "kbdinteractiveauthentication": "no",
    "canonicalizehostname": "true",
    "userknownhostsfile": f"~/.ssh/known_hosts {current().values['known_hosts_file'].value}",
}


def expected(values: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return, for each name that a reader types, what ssh has to make of it.

    Source: the facts (ssh_options, ssh_jump_pattern, hosts); a missing proxyjump
    has to stay missing.
    """
    return _production(values) | _cloud(values) | _code(values)


def _production(values: dict[str, str]) -> dict[str, dict[str, str]]:
    common = {
        "user": values["shell_name"],
        "identityfile": f"~/.ssh/{values['production_key']}",
        "port": "22",
        **PRODUCTION,
    }
    table = {"bast": {**common, "hostname": values["bastion"], "proxyjump": ""}}
    for key, host in HOSTS.items():
        if host.kind == "bastion":
            table[host.host] = {**common, "hostname": host.host, "proxyjump": ""}
        elif _behind_the_bastion(host):
            table[host.host] = {**common, "hostname": host.host, "proxyjump": "bast"}
        if host.kind == "stat":
            table[stat_alias(key)] = {**common, "hostname": host.host, "proxyjump": "bast"}
    for other in ("other.eqiad.wmnet", "other.wikimedia.org"):  # of which the guide does not speak
        table[other] = {**common, "hostname": other, "proxyjump": "bast"}
    return table


def _behind_the_bastion(host: Host) -> bool:
    return host.kind == "stat" or (
        host.kind in ("service", "replica") and host.host.endswith(".wmnet")
    )


def _cloud(values: dict[str, str]) -> dict[str, dict[str, str]]:
    common = {
        "user": values["shell_name"],
        "identityfile": f"~/.ssh/{values['cloud_key']}",
        "port": "22",
    }
    bastion, toolforge = HOSTS["cloud-bastion"].host, HOSTS["toolforge-login"].host
    instance = "vm.project.eqiad1.wikimedia.cloud"
    return {
        bastion: {**common, "hostname": bastion, "proxyjump": ""},
        toolforge: {**common, "hostname": toolforge, "proxyjump": ""},
        instance: {**common, "hostname": instance, "proxyjump": bastion},
    }


def _code(values: dict[str, str]) -> dict[str, dict[str, str]]:
    key = {"identityfile": f"~/.ssh/{values['gerrit_key']}", "proxyjump": ""}
    gerrit, gitlab = HOSTS["gerrit"], HOSTS["gitlab"]
    return {
        gerrit.host: {
            **key,
            "hostname": gerrit.host,
            "user": values["shell_name"],
            "port": str(gerrit.port),
        },
        gitlab.host: {**key, "hostname": gitlab.host, "user": "git", "port": str(gitlab.port)},
    }


@cache
def resolved() -> dict[str, Future[dict[str, dict[str, list[str]]]]]:
    """What the real client makes of every host, for every reader; two readers side by side."""
    pool = ThreadPoolExecutor(os.cpu_count())
    return {
        config.name: pool.submit(resolve, config.text, expected(dict(config.reader.values)))
        for config in for_readers("laptop/ssh_config")
    }


def test_every_host_resolves_as_it_should_for_every_reader() -> None:
    for config in for_readers("laptop/ssh_config"):
        notes.note(config.block, "effect", versions.named("OpenSSH"))
        found = resolved()[config.name].result()
        wrong = [
            _complaint(config, host, option, ",".join(found[host].get(option, [])), value)
            for host, options in expected(dict(config.reader.values)).items()
            for option, value in {**ALWAYS, **options}.items()
            if ",".join(found[host].get(option, [])) != value
        ]
        assert not wrong, "\n".join([f"as the reader {config.name!r} sees it:", *wrong[:8]])


def _complaint(config: ShownSnippet, host: str, option: str, actual: str, value: str) -> str:
    where = config.block.where(_deciding_line(config.text, host, option))
    return f"{where}: ssh {host}: {option} is {actual!r}, but has to be {value!r}"


def _deciding_line(config: str, host: str, option: str) -> int:
    """Return the line (1-based) of `config` whose value ssh takes, or of the host's block."""
    applies, block = True, 1
    for number, line in enumerate(config.split("\n"), 1):
        keyword, _, rest = line.strip().partition(" ")
        if keyword.lower() == "host":
            patterns = rest.split()
            no = any(fnmatch(host, p[1:]) for p in patterns if p.startswith("!"))
            applies = not no and any(fnmatch(host, p) for p in patterns)
            block = number if applies and patterns != ["*"] else block
        elif applies and keyword.lower() == option:
            return number
    return block


def test_no_agent_is_forwarded_to_any_host() -> None:
    for config in for_readers("laptop/ssh_config"):
        assert resolve(config.text, ["elsewhere.example.org"])["elsewhere.example.org"][
            "forwardagent"
        ] == ["no"]
