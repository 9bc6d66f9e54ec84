"""The kernel's namespaces: a world of its own for the lab, that ends with its owner.

One process owns everything: `unshare` makes the user, mount, network and process namespaces, its
child is process 1 in them, and when that one is gone, so is every process, mount and network of
the lab. It dies with the process that started it, however that one ends.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.environments.lab import refusals
from tests.environments.sandbox import DEVICES

#: Process 1 sets up the network by the script on its standard input, tries what makes hosts, says
#: so, and waits for the end; bash takes over, and buries, what has lost its parent.
_FIRST = """
set -e
mount -t tmpfs tmpfs /run
mount --all --fstab "$0"
mkdir /run/netns
. /dev/stdin
bwrap --ro-bind / / true
echo ready
set +e
exec < /dev/null
sleep infinity &
while :; do wait; done
"""
#: Whoever starts the lab is root in its namespaces, and nobody special outside of them.
_UNSHARE = ["unshare", "--user", "--map-root-user"]


@dataclass(frozen=True)
class Namespaces:
    """The running namespaces: the process that owns them, and process 1, seen from outside."""

    owner: subprocess.Popen[str]
    first: int

    def inside(self, network: str) -> list[str]:
        """Return what has to stand before a command to run it in the network called `network`."""
        enter = ["nsenter", "--target", str(self.first), "--user", "--preserve-credentials"]
        return [*enter, "--mount", "--pid", "--", "nsenter", f"--net=/run/netns/{network}", "--"]

    def plug(self, host: str, network: str, state: str) -> None:
        """Put the plug of `host` into `network` (`up`), or take it out (`down`)."""
        link = ["ip", "link", "set", network, state]
        subprocess.run([*self.inside(host), *link], check=True)

    def end(self) -> None:
        """End every process in them, and with the last one the namespaces."""
        self.owner.kill()
        self.owner.wait()


def start(script: Sequence[str], log: Path) -> Namespaces:
    """Make the namespaces and run `script`, lines of bash, as their root, to set up the network.

    `log` gets what goes wrong. Call it from the main thread: the namespaces end with the thread
    that made them. Raises RuntimeError that says what the kernel refuses, and what gives it.
    """
    command = ["setpriv", "--pdeathsig", "KILL", *_UNSHARE]
    command += ["--net", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc"]
    with log.open("wb") as errors:
        owner = subprocess.Popen(
            [*command, "bash", "-c", _FIRST, str(DEVICES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert owner.stdin and owner.stdout
    with suppress(BrokenPipeError):  # it has ended already: its last words say why
        owner.stdin.write("\n".join([*script, ""]))
        owner.stdin.close()
    said = owner.stdout.readline()
    owner.stdout.close()
    if said != "ready\n":
        owner.kill()
        raise RuntimeError(f"the lab cannot start: {refusals.why() or log.read_text().strip()}")
    children = Path(f"/proc/{owner.pid}/task/{owner.pid}/children").read_text().split()
    return Namespaces(owner, int(children[0]))
