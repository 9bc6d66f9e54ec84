"""Commands for this project itself: make knows the target, pytest the page, Python the module."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec

from macros.errors import ROOT
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
        done = subprocess.run(
            ["make", "--dry-run", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.stderr.strip() if done.returncode else None
    if command.name.endswith("pytest"):
        missing = [w for w in words if w.endswith(".md") and not (ROOT / w.split("::")[0]).exists()]
        return f"no page {missing[0]}" if missing else None
    if command.name.endswith("python"):
        module = words[1] if words[:1] == ["-m"] else ""
        return None if module and find_spec(module) else f"no module {module!r}"
    if command.name in {"git", "cd", "cp", "echo"}:
        missing = [w for w in words[:1] if command.name == "cp" and not (ROOT / w).exists()]
        return f"no file {missing[0]}" if missing else None
    return f"no check for {command.name!r} in a checkout; see tests/checks/project.py"
