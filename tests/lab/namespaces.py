"""The kernel's namespaces: a world of its own for the lab, that ends with its owner.

One process owns everything: `unshare` makes the user, mount, network and process namespaces, its
child is process 1 in them, and when that one is gone, so is every process, mount and network of
the lab. It dies with the process that started it, however that one ends.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: Process 1 sets up the network by the script on its standard input, says so, and waits for the
#: end; bash takes over, and buries, what has lost its parent.
_FIRST = """
mount -t tmpfs tmpfs /run && mkdir /run/netns && . /dev/stdin && echo ready
exec < /dev/null
sleep infinity &
while :; do wait; done
"""
_ROOTLESS = ["--user", "--map-root-user"]


@cache
def level() -> str:
    """Return how the lab is kept apart: rootless, or as root where user namespaces are off.

    Raises RuntimeError with the kernel's own words where neither is possible.
    """
    if not shutil.which("unshare"):
        raise RuntimeError("the lab needs Linux's namespaces, and unshare of util-linux")
    tried = subprocess.run(
        ["unshare", *_ROOTLESS, "--net", "--mount", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode == 0:
        return "rootless"
    if os.getuid() == 0:
        return "root"
    raise RuntimeError(
        f"the lab cannot start: {tried.stderr.strip()}. It needs user namespaces: allow them "
        "(sysctl kernel.apparmor_restrict_unprivileged_userns=0) or run it as root"
    )


@dataclass(frozen=True)
class Namespaces:
    """The running namespaces: the process that owns them, and process 1, seen from outside."""

    owner: subprocess.Popen[str]
    first: int

    def inside(self, network: str) -> list[str]:
        """Return what has to stand before a command to run it in the network called `network`."""
        user = ["--user", "--preserve-credentials"] if level() == "rootless" else []
        enter = ["nsenter", "--target", str(self.first), *user, "--mount", "--pid", "--"]
        return [*enter, "nsenter", f"--net=/run/netns/{network}", "--"]

    def end(self) -> None:
        """End every process in them, and with the last one the namespaces."""
        self.owner.kill()
        self.owner.wait()


def start(script: Sequence[str], log: Path) -> Namespaces:
    """Make the namespaces and run `script`, lines of bash, as their root, to set up the network.

    `log` gets what goes wrong. Call it from the main thread: the namespaces end with the thread
    that made them.
    """
    user = _ROOTLESS if level() == "rootless" else []
    command = ["setpriv", "--pdeathsig", "KILL", "unshare", *user]
    command += ["--net", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc"]
    with log.open("wb") as errors:
        owner = subprocess.Popen(
            [*command, "bash", "-c", _FIRST],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert owner.stdin and owner.stdout
    owner.stdin.write("\n".join(["set -e", *script, "set +e\n"]))
    owner.stdin.close()
    said = owner.stdout.readline()
    owner.stdout.close()
    if said != "ready\n":
        owner.kill()
        raise RuntimeError(f"the lab's network cannot be made: {log.read_text().strip()}")
    children = Path(f"/proc/{owner.pid}/task/{owner.pid}/children").read_text().split()
    return Namespaces(owner, int(children[0]))
