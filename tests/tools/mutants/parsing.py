"""What other projects' tests of their documentation do: each block is parsed, and nothing else."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import sqlglot
from sqlglot.errors import SqlglotError

from tests.checks import bash, r
from tests.environments import scratch
from tests.guide.reading import Block

_DIALECTS = {"replicas": "mysql"}


def refuses(block: Block) -> bool:
    """Return whether a parser of the block's language refuses it, as its first reader sees it."""
    text = next(iter(block.texts()), "")
    parse = _PARSERS.get(block.language)
    return parse is not None and parse(text, block.place)


def _bash(text: str, place: str) -> bool:
    return bool(bash.syntax(text))


def _python(text: str, place: str) -> bool:
    try:
        compile(text, "block", "exec")
    except SyntaxError:
        return True
    return False


def _sql(text: str, place: str) -> bool:
    try:
        sqlglot.parse(text, read=_DIALECTS.get(place, place))
    except SqlglotError:
        return True
    return False


def _r(text: str, place: str) -> bool:
    return any(problem.message.startswith("R: ") for problem in r.parsed().get(text, []))


def _by_program(*command: str) -> Callable[[str, str], bool]:
    """Return what asks a program, whose last argument is the file, by its exit code."""

    def refused(text: str, place: str) -> bool:
        with scratch.folder() as folder:
            (folder / "file").write_text(text, encoding="utf-8")
            line = [*command, str(folder / "file")]
            if command[0] == "ssh":
                line.append("localhost")
            return subprocess.run(line, capture_output=True, check=False).returncode != 0

    return refused


_PARSERS: dict[str, Callable[[str, str], bool]] = {
    "bash": _bash,
    "python": _python,
    "sql": _sql,
    "r": _r,
    "ssh-config": _by_program("ssh", "-G", "-F"),
    "ini": _by_program("git", "config", "--list", "--file"),
}
