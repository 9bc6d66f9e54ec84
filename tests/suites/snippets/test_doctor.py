"""What the doctor says on a laptop, without servers; with them, it is in tests/suites/doctor."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from macros.facts import current
from macros.profile import PRODUCTION_KEYS
from macros.slots import fill
from tests.checks.recorded import difference
from tests.checks.snippet_texts import for_reader
from tests.environments import sandbox as sandboxes
from tests.environments.ended import Ended
from tests.environments.sandbox import Sandbox, sandbox
from tests.evidence import notes, versions
from tests.guide import reading
from tests.guide.profiles import readers

DOCTORS = {"laptop": "laptop/doctor", "stat": "stat/doctor"}
#: By what a doctor sees which system it is on, where it is not that of the sandbox.
SYSTEMS = {
    "linux": {},
    "macos": {"OSTYPE": "darwin23"},
    "wsl": {str(current().values["wsl_variable"].value): "Ubuntu"},
}
#: What bash 3.2, which macOS has, does not know, and the version that brought it.
LATER = {
    r"\b(?:declare|local|typeset) -[a-zA-Z]*[Agn]": "associative arrays, references: 4.0, 4.3",
    r"\b(?:mapfile|readarray|coproc)\b": "4.0",
    r"\|&|&>>": "4.0",
    r";;?&": "4.0",
    r"\$\{\w+(?:\[[^]]*\])?[,^@]": "case and other transformations: 4.0, 4.4",
    r"\[\[? -v ": "4.2",
    r"%\([^)]*\)T": "4.2",
    r"\[-\d+\]": "4.3",
    r"\$\{\w+: *-?\d+: *-": "4.2",
    r"\b(?:globstar|lastpipe|inherit_errexit|BASHPID)\b": "4.0, 4.4",
    r"\b(?:EPOCHSECONDS|EPOCHREALTIME|SRANDOM)\b": "5.0",
    r"\bwait -n|\bread [^\n|;]*-[a-zA-Z]*(?:N|i|t 0)\b": "4.3, 4.0",
    r"\{0\d+\.\.|\.\.\d+\.\.\d+\}": "4.0",
    r"\\[uU][0-9A-Fa-f]{2}": "4.2",
    r"\$\((?:[^()]|\([^()]*\))*\bcase\b": "`case` in $( ), which 3.2 cannot parse",
}  # fmt: skip


@contextmanager
def laptop(reader: str, passphrase: str = "") -> Iterator[Sandbox]:
    """Make a home in which everything of the guide is done that needs no server."""
    values = readers()[reader].values
    with sandbox(values["shell_name"]) as box:
        (box.home / ".ssh" / "known_hosts.d").mkdir(parents=True)
        (box.home / ".ssh").chmod(0o700)
        doctor = for_reader(DOCTORS["laptop"], reader)
        notes.note(doctor.block, "sandbox", versions.named("bash"))
        (box.home / "onboarding-doctor").write_text(doctor.text)
        (box.home / ".ssh" / "config").write_text(for_reader("laptop/ssh_config", reader).text)
        made = [
            f"ssh-keygen -q -t ed25519 -N '{passphrase}' -f ~/.ssh/{values[key]}"
            for key in dict.fromkeys(PRODUCTION_KEYS)
        ]
        made.append(
            f"for host in {values['bastion']} {values['stat_host_name']}; do"
            f' echo "$host $(cut -d " " -f 1,2 ~/.ssh/{values["cloud_key"]}.pub)"; done'
            " > ~/.ssh/known_hosts.d/wmf-prod"
        )
        done = box.run(["bash", "-ec", "; ".join(dict.fromkeys(made))])
        assert done.code == 0, done.err
        yield box


def ask(box: Sandbox, *options: str) -> Ended:
    return box.run(["bash", "onboarding-doctor", *options])


def records(said: Ended) -> dict[str, dict[str, str]]:
    """Return what was told of each check, by name; it is JSON with a line for each."""
    found: list[dict[str, str]] = json.loads(said.out)
    lines = ",\n ".join(json.dumps(record, ensure_ascii=False) for record in found)
    assert said.out == f"[\n {lines}\n]\n"
    return {record["check"]: record for record in found}


@pytest.mark.parametrize(
    "reader",
    [pytest.param(r, marks=[] if r == "sample" else pytest.mark.slow) for r in sorted(readers())],
)
def test_no_false_alarm(reader: str) -> None:
    system = SYSTEMS[readers()[reader].values["system"]]
    with laptop(reader) as box:
        before = contents(box.home)
        said = box.run(["bash", "onboarding-doctor", "--json"], env=system)
        assert contents(box.home) == before, "it changed something"
        older = box.run(
            ["bash", "onboarding-doctor", "--json"], env={"BASH_COMPAT": "3.2", **system}
        )
        assert older == said, "where a later bash behaves as 3.2 did"
    found = records(said)
    # With a passphrase it takes a tenth of a second more for each key; the lab has them.
    told = [
        f"{for_reader(DOCTORS['laptop'], reader).where(f'^look {name} ')}: {name}: {r['cause']}:"
        f" {r['found']!r} in place of {r['expected']!r}"
        for name, r in found.items()
        if r["status"] in ("failed", "warning") and r["cause"] != "key-without-passphrase"
    ]
    assert not told, "\n".join(told)
    assert said.code == 1 and said.err == ""
    assert len(found) == len(json.loads(said.out)) > 20


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["sample", "digits", "hyphens"])
def test_it_knows_the_system_that_it_is_on(reader: str) -> None:
    """In WSL also where a shell has not its variable: then by the kernel, if the details say so."""
    mine = readers()[reader].values["system"]
    where = for_reader(DOCTORS["laptop"], reader).where(r"^this_system\(\)")
    kernel = f"5.15.167.4-{current().values['wsl_kernel'].value}-standard-WSL2"
    with laptop(reader) as box:
        (box.home / "bin").mkdir()
        (box.home / "bin" / "uname").write_text(f"#!/bin/sh\necho {kernel}\n")
        (box.home / "bin" / "uname").chmod(0o755)
        in_wsl = {"PATH": f"/home/{box.user}/bin:/usr/bin:/bin"}
        for system, signs in [*SYSTEMS.items(), ("wsl" if mine == "wsl" else "linux", in_wsl)]:
            said = box.run(["bash", "onboarding-doctor", "--json"], env=signs)
            found = records(said)["system"]
            told = ("ok", "") if system == mine else ("warning", "other-system")
            assert (found["status"], found["cause"]) == told, f"{where}: {found}"
            assert (found["found"], found["expected"]) == (system, "" if system == mine else mine)


@pytest.mark.slow
def test_line_ends_of_windows_are_told_of_each_file_that_they_break() -> None:
    """Of a key and of what the shell reads; not of the configuration, which ssh reads as well."""
    values = readers()["sample"].values
    broken = {
        f".ssh/{values['gerrit_key']}": "review-key",
        ".wmf_tunnels.bash": "tunnels",
        ".bashrc": "tunnels",
        ".zshrc": "tunnels",
        ".ssh/config": None,
    }
    with laptop("sample") as box:
        (box.home / ".wmf_tunnels.bash").write_text(for_reader("laptop/tunnels", "sample").text)
        for name, check in broken.items():
            file = box.home / name
            before = file.read_bytes() if file.exists() else b"# mine\n"
            file.write_bytes(before.replace(b"\n", b"\r\n"))
            found = records(ask(box, "--json"))
            told = {n for n, each in found.items() if each["cause"] == "windows-line-ends"}
            where = for_reader(DOCTORS["laptop"], "sample").where(r"^line_ends\(\)")
            assert told == ({check} if check else set()), f"{where}: {name}: {told}"
            assert not check or found[check]["found"] == f"/home/jdoe/{name}", where
            file.write_bytes(before)


@pytest.mark.slow
@pytest.mark.parametrize("sign", ["version", "git"])
def test_an_ssh_of_windows_is_no_ssh_of_linux(sign: str) -> None:
    version = f"{current().values['windows_openssh'].value}_9.5p2, LibreSSL 3.8.2"
    with laptop("sample") as box:
        if sign == "version":
            (box.home / "bin").mkdir()
            (box.home / "bin" / "ssh").write_text(f"#!/bin/sh\necho '{version}' >&2\n")
            (box.home / "bin" / "ssh").chmod(0o755)
        else:
            (box.home / ".gitconfig").write_text("[core]\n\tsshCommand = ssh.exe\n")
        path = {"PATH": f"/home/{box.user}/bin:/usr/bin:/bin"}
        found = records(box.run(["bash", "onboarding-doctor", "--json"], env=path))["openssh"]
    where = for_reader(DOCTORS["laptop"], "sample").where("ssh-of-windows")
    assert (found["status"], found["cause"]) == ("failed", "ssh-of-windows"), where


def contents(home: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mode, path.read_bytes())
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


@pytest.mark.slow
def test_all_is_well() -> None:
    with laptop("sample", passphrase="correct horse") as box:  # noqa: S106 # of a key made here
        said = ask(box)
    assert said.code == 0, said.out
    assert said.out.endswith("\n0 failed, 0 to look at.\n")
    assert "\x1b" not in said.out and said.err == ""


@pytest.mark.slow
def test_colours_are_for_a_terminal_and_for_who_wants_them() -> None:
    with laptop("sample") as box:

        def at_a_terminal(command: str) -> str:
            said = box.run(["script", "--quiet", "--command", command, "/dev/null"])
            return said.out.replace("\r", "")

        (box.home / ".ssh" / "known_hosts.d" / "wmf-prod").write_text("")
        plain, found = ask(box).out, records(ask(box, "--json"))
        coloured = at_a_terminal("bash onboarding-doctor")
        assert at_a_terminal("NO_COLOR=1 bash onboarding-doctor") == plain
        assert at_a_terminal("bash onboarding-doctor | cat") == plain
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    codes = {"ok": "\x1b[32m", "warning": "\x1b[33m", "failed": "\x1b[31m", "skipped": ""}
    assert {record["status"] for record in found.values()} == codes.keys()
    for name, record in found.items():
        status = record["status"]
        where = for_reader(DOCTORS["laptop"], "sample").where(r"^tell\(\)")
        line = f"\n{codes[status]}{status:8}\x1b[0m {name:20} "
        assert line in f"\n{coloured}", f"{where}: no {line!r}"


@pytest.mark.slow
def test_a_password_in_an_address_is_hidden() -> None:
    with sandbox("jdoe") as box:
        (box.home / "onboarding-doctor").write_text(for_reader(DOCTORS["stat"], "sample").text)
        proxy = {"http_proxy": "http://me:s3cret@proxy:8080"}
        said = box.run(["bash", "onboarding-doctor", "--json"], env=proxy)
    where = for_reader(DOCTORS["stat"], "sample").where("sed 's,://")
    found = records(said)["proxy"]["found"]
    assert "http_proxy=http://(hidden)@proxy:8080" in found, f"{where}: {found}"
    assert "s3cret" not in said.out, where


@pytest.mark.slow
def test_a_key_of_the_same_name_in_the_agent_opens_no_lock() -> None:
    ask_beside = (
        "ssh-keygen -q -t ed25519 -N '' -f other && eval \"$(ssh-agent)\" > /dev/null;"
        " ssh-add -q other; bash onboarding-doctor --connect --json; ssh-agent -k > /dev/null"
    )
    with laptop("sample", passphrase="correct horse") as box:  # noqa: S106 # of a key made here
        found = records(box.run(["bash", "-c", ask_beside]))
    assert found["bastion"]["status"] == "skipped"
    assert "your key is locked: first ssh-add" in found["bastion"]["found"]


@pytest.mark.slow
def test_nothing_is_asked_for_with_a_key_that_is_not_there() -> None:
    """Either half is enough to ask: an agent has the private one, and ssh can make the other."""
    with laptop("sample", passphrase="correct horse") as box:  # noqa: S106 # of a key made here
        name = readers()["sample"].values["gerrit_key"]
        key = box.home / ".ssh" / name
        public = key.with_name(f"{key.name}.pub")

        def found_without(*halves: Path) -> str:
            for half in halves:
                half.rename(box.home / half.name)
            found = records(ask(box, "--connect", "--json"))["gerrit"]
            for half in halves:
                (box.home / half.name).rename(half)
            assert found["status"] == "skipped"
            return found["found"]

        said = [found_without(*halves) for halves in ((key,), (public,), (key, public))]
    key_there = f"/home/jdoe/.ssh/{name}"
    locked = f"your key is locked: first ssh-add {key_there}"
    where = for_reader(DOCTORS["laptop"], "sample").where('skip "no file')
    assert said == [locked, locked, f"no file {key_there}"], where


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cache", "cause"),
    [
        (f"FILE:/tmp/krb5cc_{sandboxes.UID}", "ticket-missing"),
        ("FILE:/tmp/krb5cc_mine", "ticket-elsewhere"),
        (f"DIR:/tmp/krb5cc_{sandboxes.UID}", "ticket-elsewhere"),
    ],
)
def test_where_a_ticket_is_looked_for(cache: str, cause: str) -> None:
    with sandbox("jdoe") as box:
        (box.home / "onboarding-doctor").write_text(for_reader(DOCTORS["stat"], "sample").text)
        said = box.run(["bash", "onboarding-doctor", "--json"], env={"KRB5CCNAME": cache})
    assert records(said)["ticket"]["cause"] == cause


@pytest.mark.slow
def test_what_a_person_reads_was_looked_at(recording: bool) -> None:
    """Causes that are new, that were told above, and that nobody knows."""
    with laptop("sample") as box:
        config = box.home / ".ssh" / "config"
        config.write_text(config.read_text().replace("    ProxyJump bast\n", ""))
        (box.home / ".ssh" / "known_hosts.d" / "wmf-prod").write_text("")
        (box.home / "bin").mkdir()
        (box.home / "bin" / "ssh").write_text(
            '#!/bin/sh\n[ "$1" != -V ] && exec /usr/bin/ssh "$@"\necho Drop\n'
        )
        (box.home / "bin" / "ssh").chmod(0o755)
        path = {"PATH": f"/home/{box.user}/bin:/usr/bin:/bin"}
        said = box.run(["bash", "onboarding-doctor"], env=path)
    text = re.sub(r"SHA256:\S+", "‹fingerprint›", said.out)
    text = re.sub(r"Linux \d\S+, bash \d\S+", "‹system and bash›", text)
    again = ".venv/bin/pytest tests/suites/snippets/test_doctor.py -k person --record"
    differs = difference(Path(__file__).with_name("doctor.txt"), text, recording, again)
    assert not differs, differs
    assert (said.code, said.err) == (2, "")


@pytest.mark.slow
def test_every_check_runs_although_one_breaks() -> None:
    """A program that is missing, or kills who calls it, costs its own checks alone."""
    with laptop("sample") as box:
        (box.home / "bin").mkdir()
        (box.home / "bin" / "ssh-keygen").write_text("#!/bin/bash\nkill -9 $PPID\n")
        (box.home / "bin" / "ssh-keygen").chmod(0o755)
        path = {"PATH": f"/home/{box.user}/bin:/usr/bin:/bin"}
        said = box.run(["bash", "onboarding-doctor", "--json"], env=path)
    found = records(said)
    assert said.code == 2
    assert found["ssh-keygen"]["cause"] == "openssh-broken"
    assert found["host-keys"]["found"] == "first mend ssh-keygen"
    assert found["way-to-bast"]["status"] == "ok"
    assert found["tunnel-port"]["status"] == "ok"


@pytest.mark.slow
def test_what_it_does_not_know_is_ready_to_be_told() -> None:
    with laptop("sample") as box:
        (box.home / "bin").mkdir()
        line = r"""printf 'Drop "bear" \\ \002x\n'"""  # what JSON has to escape, or cannot have
        other = f'#!/bin/sh\n[ "$1" != -V ] && exec /usr/bin/ssh "$@"\n{line}\n'
        (box.home / "bin" / "ssh").write_text(other)
        (box.home / "bin" / "ssh").chmod(0o755)
        path = {"PATH": f"/home/{box.user}/bin:/usr/bin:/bin"}
        said = box.run(["bash", "onboarding-doctor"], env=path)
        found = records(box.run(["bash", "onboarding-doctor", "--json"], env=path))
    assert said.code == 2
    least = reading.guide().facts.values["min_openssh_proxyjump"].value
    assert found["openssh"] == {
        "check": "openssh",
        "status": "failed",
        "found": 'Drop "bear" \\  x',
        "expected": f"OpenSSH {least} or newer",
        "cause": "unknown",
        "why": "none that the guide knows",
        "fix": "take it to somebody; what to say is below",
        "more": "",
    }
    tail = said.out.split("there is nothing secret in them:\n\n")[1]
    assert re.fullmatch(
        r"  the onboarding doctor, on a laptop, Linux \d\S+, bash \d\S+\n"
        r'  openssh: found Drop "bear" \\  x, expected OpenSSH \S+ or newer\n',
        tail,
    )


@pytest.mark.slow
def test_what_programs_of_other_systems_say_is_understood() -> None:
    """An ssh that says no for false and a whole path for ~, and the base64 of macOS."""
    with laptop("sample") as box:
        config = box.home / ".ssh" / "config"
        config.write_text("Host bast\n    PubkeyAuthentication no\n" + config.read_text())
        keys = readers()["sample"].values
        public = (box.home / ".ssh" / f"{keys['gerrit_key']}.pub").read_text()
        (box.home / ".ssh" / f"{keys['cloud_key']}.pub").write_text(public)
        said = ask(box, "--json")
        programs = {
            "ssh": '/usr/bin/ssh "$@" | sed "s/ false$/ no/; s/ true$/ yes/; s, ~/, $HOME/,"',
            "base64": '[ "$1" = -D ] && exec /usr/bin/base64 -d',
        }
        (box.home / "bin").mkdir()
        for name, text in programs.items():
            (box.home / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
            (box.home / "bin" / name).chmod(0o755)
        path = {"PATH": f"/home/{box.user}/bin:/usr/bin:/bin"}
        assert box.run(["bash", "onboarding-doctor", "--json"], env=path) == said
    assert records(said)["cloud-key"]["cause"] == "key-pair-mixed"
    assert records(said)["way-to-bast"]["cause"] == "ssh-config-without-keys"
    assert records(said)["way-to-gerrit"]["status"] == "ok"


def test_somebody_elses_account_is_looked_at_all_the_same() -> None:
    with sandbox(readers()["sample"].values["shell_name"]) as box:
        (box.home / "onboarding-doctor").write_text(for_reader(DOCTORS["stat"], "sample").text)
        (box.home / "id").write_text("#!/bin/sh\necho nobody\n")
        (box.home / "id").chmod(0o755)
        path = {"PATH": f"/home/{box.user}:/usr/bin:/bin"}
        said = box.run(["bash", "onboarding-doctor"], env=path)
    assert "  the onboarding doctor, on a stat host, Linux" in said.out


@pytest.mark.parametrize("option", ["--conect", "-j", "help"])
def test_an_unknown_option_is_refused(option: str) -> None:
    with laptop("sample") as box:
        said = ask(box, option)
    assert (said.code, said.out) == (2, "")
    assert said.err == "usage: onboarding-doctor [--connect] [--json | --seen]\n"


@pytest.mark.slow
def test_each_cause_is_explained_once_and_leads_to_its_section() -> None:
    with laptop("sample") as box:
        config = box.home / ".ssh" / "config"
        config.write_text(re.sub(r" *ProxyJump bast\n", "", config.read_text()))
        said, found = ask(box), records(ask(box, "--json"))
    assert said.out.count("why: the last block for production is missing") == 1
    assert said.out.count("why: as above, ssh-config-without-jump") == 7
    assert "`" not in said.out  # no Markdown
    assert said.out.count("more: page reference/failures#ssh-config-without-jump\n") == 1
    told = [each for each in found.values() if each["cause"] == "ssh-config-without-jump"]
    assert len(told) == 8
    for each in told:
        assert each["why"].startswith("the last block for production is missing")
        assert each["fix"].startswith("put the whole file on top")
        assert each["more"] == "page reference/failures#ssh-config-without-jump"
    assert {(e["why"], e["fix"], e["more"]) for e in found.values() if not e["cause"]} == {
        ("",) * 3
    }


@pytest.mark.parametrize("place", DOCTORS)
def test_it_tells_what_the_sabotages_know_and_no_more(place: str) -> None:
    text = for_reader(DOCTORS[place], "sample").text
    tells = r"""(?:fail|warn|too_open|"\$missing"|differs "\$to"|cause='?) ?([a-z]+(?:-[a-z]+)+)"""
    told = set(re.findall(tells, text))
    known = reading.sabotages()
    listed = {s.doctor for s in known.values() if s.doctor and s.place == place}
    assert told == listed


def test_where_it_leads_is_a_section_that_has_its_name() -> None:
    """By the page's name, as it may be read at any address, or at none."""
    shown = for_reader(DOCTORS["laptop"], "sample")
    named = re.search(r'more="page ([a-z/]+)#\$1"', shown.text)
    assert named, shown.where("more=")
    page = reading.rendered(reading.DOCS / f"{named[1]}.md").text
    for name in {each.doctor for each in reading.sabotages().values() if each.doctor}:
        _, _, section = page.partition(f"{{ #{name} }}\n")
        assert f"the doctor says `{name}`" in section.split("\n#")[0], name


@pytest.mark.parametrize("place", DOCTORS)
def test_what_it_tells_to_type_is_what_the_sabotages_say(place: str) -> None:
    shown, values = for_reader(DOCTORS[place], "sample"), dict(readers()["sample"].values)
    commands = [
        (name, command)
        for name, sabotage in reading.sabotages().items()
        if sabotage.place == place and sabotage.doctor == name
        for command in re.findall(r"`(.+?)`", fill(f"{sabotage.cause} {sabotage.cure}", values))
    ]
    assert len(commands) > 20
    lost = [
        f"{name}: {command}"
        for name, command in commands
        if command.replace("'", "'\\''") not in shown.text
    ]
    assert not lost, "\n".join([shown.where(r"^explain\(\)"), *lost])


def test_what_a_page_shows_of_ssh_is_what_the_doctor_expects() -> None:
    """The pages' own checks and the doctor's must not part."""
    text = for_reader(DOCTORS["laptop"], "sample").text
    values = dict(readers()["sample"].values)
    shown = [
        line
        for block in reading.blocks(reading.DOCS / "access/ssh.md")
        if block.place == "output"
        for line in fill(block.text, values).splitlines()
    ]
    assert len(shown) > 15
    missing = {line for line in shown if f"'{line}'" not in text}
    assert missing == set()


@pytest.mark.parametrize("place", DOCTORS)
def test_it_needs_no_later_bash_than_that_of_macos(place: str) -> None:
    shown = for_reader(DOCTORS[place], "sample")
    found = [
        f"{shown.block.where(number)}: {line.strip()}: {since}"
        for number, line in enumerate(shown.text.split("\n"), 1)
        for pattern, since in LATER.items()
        if re.search(pattern, line) and not line.lstrip().startswith("#")
    ]
    assert not found, "\n".join(found)
