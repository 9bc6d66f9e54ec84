"""Commands for this project itself: make knows the target, pytest the page, Python the module."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace

from macros.errors import ROOT
from tests import image
from tests.checks import bash, commands
from tests.checks.subject import Problem, Subject


def check(subject: Subject) -> list[Problem]:
    """Return commands that would not work in a checkout."""
    problems = bash.syntax(subject.text)
    for command in commands.parse(subject.text):
        message = _refusal(command)
        if message:
            problems.append(Problem(message, command.line))
    return problems


def _refusal(command: commands.Command) -> str | None:
    words = list(command.words)
    if command.name == "make":
        return _make(words)
    if command.name.endswith("pytest"):
        missing = [w for w in words if w.endswith(".md") and not (ROOT / w.split("::")[0]).exists()]
        return f"no page {missing[0]}" if missing else None
    if command.name.endswith("python"):
        module = words[1] if words[:1] == ["-m"] else ""
        return None if _module(module) else f"no module {module!r}"
    if command.name in {"git", "cd", "cp", "echo"}:
        missing = [w for w in words[:1] if command.name == "cp" and not (ROOT / w).exists()]
        return f"no file {missing[0]}" if missing else None
    if command.name == "docker":
        return _of_container(command)
    return f"no check for {command.name!r} in a checkout; see tests/checks/project.py"


#: A target, or a variable with a value in which make finds nothing to do.
_WORD = re.compile(r"[a-z][a-z-]*|[A-Z]+=[\w./:-]*")


def _make(words: list[str]) -> str | None:
    """Ask make itself, but for words that it would run a program for, or take for an option."""
    odd = [word for word in words if not _WORD.fullmatch(word)]
    if odd:
        return f"make takes targets and VARIABLE=value here, not {odd[0]!r}"
    done = subprocess.run(
        ["make", "--dry-run", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stderr.strip() if done.returncode else None


def _module(name: str) -> bool:
    """Return whether there is a module `name` to be run; nothing is imported for it."""
    path = ROOT.joinpath(*name.split("."))
    inside = re.fullmatch(r"(macros|tests)(\.\w+)*", name) is not None
    return inside and (path.with_suffix(".py").is_file() or (path / "__main__.py").is_file())


def _of_container(command: commands.Command) -> str | None:
    """Return why the guide's image is not built, or what it is to run would not work."""
    words = list(command.words)
    if image.NAME not in words:
        return f"it names another image than {image.NAME}"
    if words[0] == "build":
        return None if image.CONTAINERFILE in words and words[-1] == "." else "no such build"
    name, *rest = words[words.index(image.NAME) + 1 :]
    return _refusal(replace(command, name=name, words=tuple(rest)))
