"""Runs the commands of a page in order, in one sandbox, and compares what the page says is seen.

A page's own commands run where every program is at hand. `ssh` to a host is
resolved by the real client with the guide's own config and goes no further: it
has to lead to a host of the facts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from macros.facts import current
from macros.slots import fill
from tests import reading
from tests.checks import commands
from tests.checks.sandbox import sandbox
from tests.checks.subject import Problem, Subject
from tests.profiles import readers

#: Answers every question for a passphrase. Only the sample reader has one: to encrypt a key
#: costs a tenth of a second each time.
_ASKPASS = "#!/bin/sh\necho '{passphrase}'\n"
#: The real client says where it would connect, and connects to nothing.
_SSH = """#!/bin/sh
case " $* " in *" -G "* | *" -V "* | *" -Q "*) exec /usr/bin/ssh -T "$@" ;; esac
/usr/bin/ssh -G "$@" > "$RESOLVED" || exit 255
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


_runs: dict[str, Future[dict[Path, dict[int, Outcome]]]] = {}


def start(pages: Iterable[Path]) -> None:
    """Begin to run `pages` for every reader, some side by side; a sandbox for each reader."""
    readable = sorted(set(pages) & set(reading.readable()))
    if readable:
        pool = ThreadPoolExecutor(os.cpu_count())
        _runs.update({reader: pool.submit(_run, reader, readable) for reader in readers()})


def wait() -> None:
    """Wait for what was begun."""
    for run in _runs.values():
        run.result()


def outcomes(page: Path, reader: str) -> dict[int, Outcome]:
    """Return what the page's runnable blocks did for `reader`, by position of the block."""
    begun = _runs[reader].result() if reader in _runs else {}
    return begun[page] if page in begun else _run(reader, [page])[page]


def _run(reader: str, pages: list[Path]) -> dict[Path, dict[int, Outcome]]:
    """Run `pages` for `reader`, each in a fresh home."""
    values = dict(readers()[reader].values)
    runnable = {page: _runnable(page, values) for page in pages}
    with sandbox(values["shell_name"]) as box:
        homes = box.home / "pages"
        for number, (page, blocks) in enumerate(runnable.items()):
            if blocks:
                _furnish(homes / str(number), page, blocks, values, passphrase=reader == "sample")
        box.run(["bash", "-c", _DRIVER], env=_ENVIRONMENT)
        return {
            page: {b.start: _outcome(homes / str(number), n) for n, b in enumerate(blocks)}
            for number, (page, blocks) in enumerate(runnable.items())
        }


def _runnable(page: Path, values: dict[str, str]) -> list[reading.Block]:
    return [
        block
        for block in reading.blocks(page)
        if block.language == "bash"
        and block.place in ("laptop", "stat")
        and all(values[k] == v for k, v in block.conditions.items())
        and runs_here(fill(block.text, values))
    ]


#: Each page in a home of its own, moved to where the reader's home is; each of its blocks in a
#: bash of its own, as if typed in one after the other.
_DRIVER = """
shopt -s dotglob nullglob
export PATH="$HOME/.bin:/usr/bin:/bin" SSH_ASKPASS="$HOME/.bin/askpass"
for page in pages/*; do
    mv "$page"/* .
    for script in .out/*.sh; do
        n=${script%.sh}
        RESOLVED="$HOME/$n.ssh" bash -e "$script" > "$n.seen" 2>&1 < /dev/null
        echo $? > "$n.code"
    done
    mv .out "$page.out"
    for left in *; do [ "$left" = pages ] || rm -rf "$left"; done
    mv "$page.out" "$page/.out"
done
"""
_ENVIRONMENT = {"SSH_ASKPASS_REQUIRE": "force", "DISPLAY": "none", "GIT_CONFIG_NOSYSTEM": "1"}


def runs_here(text: str) -> bool:
    """Return whether every program of `text` is at hand in the sandbox."""
    return all(command.name in commands.RUNS_HERE for command in commands.parse(text))


def _furnish(
    home: Path,
    page: Path,
    blocks: list[reading.Block],
    values: dict[str, str],
    passphrase: bool,
) -> None:
    """Make the home of a reader who comes to `page`: the guide's ssh config, the page's files."""
    answer = "correct horse battery staple" if passphrase else ""
    for name, text in {"askpass": _ASKPASS.format(passphrase=answer), "ssh": _SSH}.items():
        program = home / ".bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)
    (home / ".ssh").mkdir(mode=0o700)
    (home / ".out").mkdir()
    for number, block in enumerate(blocks):
        (home / ".out" / f"{number:03}.sh").write_text(fill(block.text, values))
    shown = [block for block in reading.all_blocks() if block.snippet == "laptop/ssh_config"]
    for block in shown + [block for block in reading.blocks(page) if block.snippet]:
        file = block.attributes.get("title", "")
        if file.startswith("~/") and block.place in ("laptop", "stat"):
            target = home / file.removeprefix("~/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(fill(block.text, values))


def _outcome(home: Path, number: int) -> Outcome:
    result = home / ".out" / f"{number:03}"
    resolved = result.with_suffix(".ssh")
    match = resolved.exists() and re.search(r"^hostname (.*)$", resolved.read_text(), re.MULTILINE)
    return Outcome(
        int(result.with_suffix(".code").read_text()),
        result.with_suffix(".seen").read_text(errors="replace"),
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
