"""ssh config: read by the real client. tests/snippets/test_ssh.py asserts what it resolves to."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
from collections.abc import Iterable

from tests import scratch
from tests.checks.subject import Problem, Subject


def check(subject: Subject) -> list[Problem]:
    """Return what `ssh -G` has against the block."""
    if re.search(r"^\s*Match\b.*\bexec\b", subject.text, re.IGNORECASE | re.MULTILINE):
        return [Problem("Match exec runs a program whenever the config is read; leave it out")]
    said = _run(subject.text, ["localhost"])["localhost"]
    match = re.search(r"\.ssh: line (\d+): (.*)", said)
    if match:
        return [Problem(f"ssh -G: {match[2]}", int(match[1]))]
    return [] if said.startswith(("user ", "host ")) else [Problem(f"ssh -G: {said.strip()}")]


def resolve(config: str, hosts: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Return what the real client makes of each of `hosts` with the text `config` alone.

    For each host: option (in small letters) to its values. It connects to nothing.
    """
    resolved = {}
    home = pwd.getpwuid(os.getuid()).pw_dir  # ssh asks the system, not $HOME
    for host, said in _run(config, list(hosts)).items():
        options: dict[str, list[str]] = {}
        for line in said.splitlines():
            name, _, value = line.replace(f"{home}/", "~/").partition(" ")
            options.setdefault(name, []).append(value)
        resolved[host] = options
    return resolved


#: `ssh -G` for each host, in one process that starts them all.
_RESOLVE = 'config=$1; shift; for host; do ssh -T -G -F "$config" "$host" 2>&1; printf "\\0"; done'


def _run(config: str, hosts: list[str]) -> dict[str, str]:
    with scratch.folder() as folder:
        file = folder / "config.ssh"
        file.write_text(config, encoding="utf-8")
        done = subprocess.run(
            ["bash", "-c", _RESOLVE, "resolve", str(file), *hosts],
            capture_output=True,
            text=True,
            check=True,
        )
    return dict(zip(hosts, done.stdout.split("\0"), strict=False))
