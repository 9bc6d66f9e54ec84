"""ssh config: read by the real client. tests/snippets/test_ssh.py asserts what it resolves to."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from tests.checks.subject import Problem, Subject


def check(subject: Subject) -> list[Problem]:
    """Return what `ssh -G` has against the block."""
    if re.search(r"^\s*Match\b.*\bexec\b", subject.text, re.IGNORECASE | re.MULTILINE):
        return [Problem("Match exec runs a program whenever the config is read; leave it out")]
    done = resolve_raw(subject.text, "localhost")
    if done.returncode == 0 and not done.stderr:
        return []
    match = re.search(r"line (\d+): (.*)", done.stderr)
    line = int(match[1]) if match else 1
    return [Problem(f"ssh -G: {match[2] if match else done.stderr.strip()}", line)]


def resolve_raw(config: str, host: str) -> subprocess.CompletedProcess[str]:
    """Run `ssh -G` for `host` with the text `config` alone; it connects to nothing."""
    with tempfile.NamedTemporaryFile("w", suffix=".ssh", encoding="utf-8") as file:
        file.write(config)
        file.flush()
        return subprocess.run(
            ["ssh", "-T", "-G", "-F", str(Path(file.name)), host],
            capture_output=True,
            text=True,
            check=False,
        )


def resolve(config: str, host: str) -> dict[str, list[str]]:
    """Return what the client resolves for `host`: option (small letters) to its values."""
    done = resolve_raw(config, host)
    if done.returncode:
        raise AssertionError(f"ssh -G {host}: {done.stderr.strip()}")
    options: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        name, _, value = line.partition(" ")
        options.setdefault(name, []).append(value)
    return options
