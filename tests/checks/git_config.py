"""git config: read by git. A misplaced key is no error to git, so the keys are looked at too."""

from __future__ import annotations

import re
import subprocess

from tests import scratch
from tests.checks.subject import Problem, Subject

#: The keys that the guide sets. git takes any other silently, and does nothing with it.
KNOWN = r"user\.(name|email)|credential\.helper|url\..*\.insteadof"


def check(subject: Subject) -> list[Problem]:
    """Return what git has against the block, and keys that it would not look at."""
    with scratch.folder() as folder:
        path = folder / "config"
        path.write_text(subject.text, encoding="utf-8")
        done = subprocess.run(
            ["git", "config", "--file", str(path), "--list", "--name-only"],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        match = re.search(r"line (\d+)", done.stderr)
        return [Problem(f"git config: {done.stderr.strip()}", int(match[1]) if match else 1)]
    return [
        Problem(f"git would not look at {key!r} here", _line(key, subject.text))
        for key in done.stdout.split()
        if not re.fullmatch(KNOWN, key)
    ]


def _line(key: str, text: str) -> int:
    name = key.rsplit(".", 1)[-1]
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip().lower().startswith(name):
            return number
    return 1
