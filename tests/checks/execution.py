"""Runs the commands of a page in order, in one sandbox, and compares what the page says is seen.

A page's own commands run where every program is at hand. `ssh` to a host is
resolved by the real client with the guide's own config and goes no further: it
has to lead to a host of the facts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from macros.facts import current
from macros.slots import fill
from tests import reading
from tests.checks import commands
from tests.checks.sandbox import Sandbox, sandbox
from tests.checks.subject import Problem, Subject
from tests.profiles import readers

#: Answers every question for a passphrase. Only the sample reader has one: to encrypt a key
#: costs a tenth of a second each time.
_ASKPASS = "#!/bin/sh\necho '{passphrase}'\n"
#: The real client says where it would connect, and connects to nothing.
_SSH = """#!/bin/sh
case " $* " in *" -G "* | *" -V "* | *" -Q "*) exec /usr/bin/ssh -T "$@" ;; esac
/usr/bin/ssh -G "$@" > "$HOME/.ssh-resolved" || exit 255
"""
_HOLE = re.compile(r"‹[^‹›\n]+›")


@dataclass(frozen=True)
class Outcome:
    """What a block did: exit code, what its reader saw, and where `ssh` would have led."""

    code: int
    seen: str
    ssh_host: str | None


def check(subject: Subject) -> list[Problem]:
    """Return what went wrong when the block ran; nothing for one that cannot run here."""
    name = next(n for n, reader in readers().items() if reader == subject.reader)
    outcome = outcomes(subject.block.page, name).get(subject.block.start)
    if outcome is None:
        return []
    if outcome.code:
        return [Problem(f"exit code {outcome.code}: {outcome.seen.strip()}")]
    hosts = {host.host for host in current().hosts.values() if host.status != "retired"}
    if outcome.ssh_host and outcome.ssh_host not in hosts:
        return [Problem(f"ssh would connect to {outcome.ssh_host!r}, which is no current host")]
    return []


@cache
def outcomes(page: Path, reader: str) -> dict[int, Outcome]:
    """Run the page's runnable blocks for the reader called `reader`; by position of the block."""
    values = dict(readers()[reader].values)
    runnable = [
        block
        for block in reading.blocks(page)
        if block.language == "bash"
        and block.place in ("laptop", "stat")
        and all(values[k] == v for k, v in block.conditions.items())
        and runs_here(fill(block.text, values))
    ]
    if not runnable:
        return {}
    with sandbox(values["shell_name"]) as box:
        passphrase = "correct horse battery staple" if reader == "sample" else ""
        _furnish(box, values, page, passphrase)
        scripts = [_script(n, fill(block.text, values)) for n, block in enumerate(runnable)]
        box.run(["bash", "-c", "\n".join(scripts)], env=_ENVIRONMENT)
        return {block.start: _outcome(box, n) for n, block in enumerate(runnable)}


_ENVIRONMENT = {
    "SSH_ASKPASS": ".bin/askpass",
    "SSH_ASKPASS_REQUIRE": "force",
    "DISPLAY": "none",
    "PATH": "/home/.bin:/usr/bin:/bin",
    "GIT_CONFIG_NOSYSTEM": "1",
}


def runs_here(text: str) -> bool:
    """Return whether every program of `text` is at hand in the sandbox."""
    return all(command.name in commands.RUNS_HERE for command in commands.parse(text))


def _furnish(box: Sandbox, values: dict[str, str], page: Path, passphrase: str) -> None:
    """Give the home what a reader has when they come to `page`: the guide's ssh config."""
    programs = box.home / ".bin"
    programs.mkdir()
    for name, text in {"askpass": _ASKPASS.format(passphrase=passphrase), "ssh": _SSH}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    (box.home / ".out").mkdir()
    (box.home / ".ssh").mkdir(mode=0o700)
    for block in reading.all_blocks():
        if block.snippet == "laptop/ssh_config":
            (box.home / ".ssh" / "config").write_text(fill(block.text, values))
    for block in reading.blocks(page):
        path = block.attributes.get("title", "")
        if block.snippet and path.startswith("~/") and block.place in ("laptop", "stat"):
            target = box.home / path.removeprefix("~/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(fill(block.text, values))


def _script(number: int, text: str) -> str:
    marker = f"END-{number}"
    return (
        f"cat > .out/{number}.sh <<'{marker}'\n{text}{marker}\n"
        f'PATH="$HOME/.bin:/usr/bin:/bin" SSH_ASKPASS="$HOME/.bin/askpass" '
        f"bash -euo pipefail .out/{number}.sh > .out/{number}.seen 2>&1 < /dev/null\n"
        f"echo $? > .out/{number}.code; mv .ssh-resolved .out/{number}.ssh 2>/dev/null\n"
    )


def _outcome(box: Sandbox, number: int) -> Outcome:
    out = box.home / ".out"
    resolved = out / f"{number}.ssh"
    match = resolved.exists() and re.search(r"^hostname (.*)$", resolved.read_text(), re.MULTILINE)
    return Outcome(
        int((out / f"{number}.code").read_text()),
        (out / f"{number}.seen").read_text(errors="replace"),
        match[1] if match else None,
    )


def differs(shown: str, seen: str) -> Problem | None:
    """Compare what a page shows with what was seen: equal line by line, but for ‹named holes›."""
    want, got = shown.rstrip("\n").split("\n"), seen.rstrip("\n").split("\n")
    for number, line in enumerate(want, 1):
        actual = got[number - 1] if number <= len(got) else "(nothing more)"
        pattern = "(.+?)".join(re.escape(part) for part in _HOLE.split(line))
        if not re.fullmatch(pattern, actual):
            return Problem(f"the page shows {line!r}, but this was seen: {actual!r}", number)
    if len(got) > len(want):
        return Problem(f"more was seen than the page shows: {got[len(want)]!r}", len(want))
    return None
