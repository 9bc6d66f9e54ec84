"""Commands for this project itself: make knows the target, pytest the page, Python the module."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Callable

from macros.errors import ROOT
from tests.checks import bash
from tests.checks.subject import Problem, Subject
from tests.environments import image
from tests.guide import commands


def check(subject: Subject) -> list[Problem]:
    """Return commands that would not work in a checkout."""
    problems = bash.syntax(subject.text)
    for command in commands.parse(subject.text):
        message = _refusal(command.name, list(command.words))
        if message:
            problems.append(Problem(message, command.line))
    return problems


def _refusal(name: str, words: list[str]) -> str | None:
    check_words = _CHECKS.get(name.removeprefix(".venv/bin/"))
    if check_words is None:
        return f"no check for {name!r} in a checkout; see tests/checks/project.py"
    return check_words(words)


#: A target, or a variable with a value in which make finds nothing to do. The key of a mutant has
#: blanks and quotes, and make hands it on as it is.
_WORD = re.compile(r"[a-z][a-z-]*|[A-Z]+=[\w./:-]*|WHY=[^$]*")


def _make(words: list[str]) -> str | None:
    """Ask make itself, but for words that it would run a program for, or take for an option."""
    odd = [word for word in words if not _WORD.fullmatch(word)]
    if odd:
        return f"make takes targets and VARIABLE=value here, not {odd[0]!r}"
    done = subprocess.run(
        ["make", "--dry-run", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stderr.strip() if done.returncode else None


def _pytest(words: list[str]) -> str | None:
    missing = [w for w in words if w.endswith(".md") and not (ROOT / w.split("::")[0]).exists()]
    return f"no page {missing[0]}" if missing else None


def _python(words: list[str]) -> str | None:
    """Look for the module that is to be run; nothing is imported for it."""
    name = words[1] if words[:1] == ["-m"] and words[1:] else ""
    path = ROOT.joinpath(*name.split("."))
    inside = re.fullmatch(r"(macros|tests)(\.\w+)*", name) is not None
    there = path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()
    return None if inside and there else f"no module {name!r}"


def _mkdocs(words: list[str]) -> str | None:
    return None if words[:1] in (["build"], ["serve"]) else f"no command of MkDocs: {words}"


def _pip(words: list[str]) -> str | None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [["install", "-e", f".[{extra}]"] for extra in project["optional-dependencies"]]
    return None if words in extras else f"nothing of this project to install: {words}"


def _cp(words: list[str]) -> str | None:
    return None if words and (ROOT / words[0]).exists() else f"no file {words[:1]}"


def _docker(words: list[str]) -> str | None:
    """Return why the guide's image is not built, or what it is to run would not work."""
    if image.NAME not in words:
        return f"it names another image than {image.NAME}"
    if words[0] == "build":
        return None if image.CONTAINERFILE in words and words[-1] == "." else "no such build"
    name, *rest = words[words.index(image.NAME) + 1 :]
    return _refusal(name, rest)


def _anything(words: list[str]) -> None:
    """Accept `words`: they are for a checkout that is not there yet, or only to be seen."""


_CHECKS: dict[str, Callable[[list[str]], str | None]] = {
    "make": _make,
    "pytest": _pytest,
    "python": _python,
    "mkdocs": _mkdocs,
    "pip": _pip,
    "cp": _cp,
    "docker": _docker,
    **dict.fromkeys(("git", "cd", "echo"), _anything),
}
