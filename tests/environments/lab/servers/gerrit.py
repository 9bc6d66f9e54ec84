"""Gerrit as far as ssh sees it: a server of its own on its own port, which tells its version."""

from __future__ import annotations

from macros.facts import current
from tests.environments.lab.lab import Lab
from tests.environments.lab.network import ADDRESSES
from tests.environments.lab.servers import Server, openssh

_COMMAND = (
    'ForceCommand case "$SSH_ORIGINAL_COMMAND" in "gerrit version") echo gerrit version 3.10 ;;'
    ' *) echo "fatal: $SSH_ORIGINAL_COMMAND: not found" >&2; exit 127 ;; esac'
)


def start(lab: Lab) -> None:
    """Start it outside, with an account of the reader's that has no key yet."""
    outside, fact = lab.hosts["outside"], current().hosts["gerrit"]
    outside.add_user(lab.reader.values["shell_name"], [])
    openssh.make_host_key(outside)
    openssh.start(lab, outside, [], int(fact.port or 0), _COMMAND)


def known_host(lab: Lab) -> str:
    """Return its line for a known_hosts file."""
    fact = current().hosts["gerrit"]
    key = (lab.hosts["outside"].etc / "ssh" / "host_key.pub").read_text().split()
    return f"[{fact.host}]:{fact.port} {key[0]} {key[1]}\n"


SERVERS = [
    Server(
        "gerrit",
        start,
        outside={current().hosts["gerrit"].host: ADDRESSES["outside"]["internet"][0]},
    )
]
