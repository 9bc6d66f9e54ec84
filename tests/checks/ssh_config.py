"""ssh config: read by the real client; what it resolves to is asserted in test_ssh.py."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.checks.subject import Problem, Subject
from tests.environments.sandbox import sandbox


def check(subject: Subject) -> list[Problem]:
    """Return what `ssh -G` has against the block."""
    if re.search(r"^\s*Match\b.*\bexec\b", subject.text, re.IGNORECASE | re.MULTILINE):
        return [Problem("Match exec runs a program whenever the config is read; leave it out")]
    return syntax(subject.text)


def syntax(text: str) -> list[Problem]:
    """Return what `ssh -G` has against `text`."""
    said = _run(text, ["localhost"])["localhost"]
    match = re.search(r"\.ssh: line (\d+): (.*)", said)
    if match:
        return [Problem(f"ssh -G: {match[2]}", int(match[1]))]
    return [] if said.startswith(("user ", "host ")) else [Problem(f"ssh -G: {said.strip()}")]


def resolve(config: str, hosts: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Return what the real client makes of each of `hosts` with the text `config` alone.

    For each host: option (in small letters) to its values. It connects to nothing. Raises
    UncontainedError where there is no sandbox.
    """
    resolved = {}
    for host, said in _run(config, list(hosts)).items():
        options: dict[str, list[str]] = {}
        for line in said.splitlines():
            name, _, value = line.replace(f"/home/{_USER}/", "~/").partition(" ")
            options.setdefault(name, []).append(value)
        resolved[host] = options
    return resolved


_USER = "jdoe"
#: `ssh -G` for each host, in one process that starts them all.
_RESOLVE = 'for host; do ssh -T -G -F config.ssh "$host" 2>&1; printf "\\0"; done'


def _run(config: str, hosts: list[str]) -> dict[str, str]:
    with sandbox(_USER) as box:
        (box.home / "config.ssh").write_text(config, encoding="utf-8")
        done = box.run(["bash", "-c", _RESOLVE, "resolve", *hosts])
    if done.code:
        raise RuntimeError(f"ssh could not be asked: {done.err}")
    return dict(zip(hosts, done.out.split("\0"), strict=False))
