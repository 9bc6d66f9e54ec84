"""git config: read by git. A misplaced key is no error to git, so the keys are looked at too."""

from __future__ import annotations

import re

from tests.checks.subject import Problem, Subject
from tests.environments.sandbox import sandbox

#: The keys that the guide sets. git takes any other silently, and does nothing with it.
KNOWN = r"user\.(name|email)|credential\.helper|url\..*\.insteadof"


def check(subject: Subject) -> list[Problem]:
    """Return what git has against the block, and keys that it would not look at."""
    with sandbox("jdoe") as box:
        (box.home / "config").write_text(subject.text, encoding="utf-8")
        done = box.run(["git", "config", "--file", "config", "--list", "--name-only"])
    if done.code:
        match = re.search(r"line (\d+)", done.err)
        return [Problem(f"git config: {done.err.strip()}", int(match[1]) if match else 1)]
    return [
        Problem(f"git would not look at {key!r} here", _line(key, subject.text))
        for key in done.out.split()
        if not re.fullmatch(KNOWN, key)
    ]


def _line(key: str, text: str) -> int:
    name = key.rsplit(".", 1)[-1]
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip().lower().startswith(name):
            return number
    return 1
