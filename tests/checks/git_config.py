"""git config: read by git. A misplaced key is no error to git, so the keys are looked at too."""

from __future__ import annotations

import re

from tests.checks.subject import Problem, Subject
from tests.environments.sandbox import sandbox

#: The keys that the guide sets. git takes any other silently, and does nothing with it.
KNOWN = r"user\.(name|email)|credential\.helper|url\..*\.insteadof"


def check(subject: Subject) -> list[Problem]:
    """Return what git has against the block, and keys that it would not look at."""
    keys, problems = _keys(subject.text)
    return problems or [
        Problem(f"git would not look at {key!r} here", _line(key, subject.text))
        for key in keys
        if not re.fullmatch(KNOWN, key)
    ]


def syntax(text: str) -> list[Problem]:
    """Return what git has against `text`."""
    return _keys(text)[1]


def _keys(text: str) -> tuple[list[str], list[Problem]]:
    """Return the keys that git finds, and what it has against `text`."""
    with sandbox("jdoe") as box:
        (box.home / "config").write_text(text, encoding="utf-8")
        done = box.run(["git", "config", "--file", "config", "--list", "--name-only"])
    if not done.code:
        return done.out.split(), []
    match = re.search(r"line (\d+)", done.err)
    return [], [Problem(f"git config: {done.err.strip()}", int(match[1]) if match else 1)]


def _line(key: str, text: str) -> int:
    name = key.rsplit(".", 1)[-1]
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip().lower().startswith(name):
            return number
    return 1
