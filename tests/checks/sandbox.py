"""A throw-away home without a network, for what the guide tells its readers to run."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests import patience, scratch

#: Everything of the machine that doc code can see, and it can change none of it.
_VISIBLE = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/alternatives", "/etc/ssl", "/etc/R"]
#: More than any block of the guide starts.
_PROCESSES = 200


@dataclass(frozen=True)
class Result:
    """How a command ended: exit code, what it printed, and both streams together."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Sandbox:
    """A home directory, the user and host that doc code believes in, and how long it may run."""

    home: Path
    user: str
    host: str
    seconds: float = patience.SECONDS

    def run(self, argv: list[str], stdin: str = "", env: Mapping[str, str] | None = None) -> Result:
        """Run `argv` inside, within bounds; the clean environment gets `env` added."""
        inside = f"/home/{self.user}"
        command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
        for path in filter(lambda p: Path(p).exists(), _VISIBLE):
            if Path(path).is_symlink():
                command += ["--symlink", str(Path(path).readlink()), path]
            else:
                command += ["--ro-bind", path, path]
        command += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
        command += ["--tmpfs", "/tmp", "--hostname", self.host]  # noqa: S108 # its own /tmp
        for name in ("passwd", "group", "hosts", "nsswitch.conf"):
            command += ["--ro-bind", str(self.home.parent / name), f"/etc/{name}"]
        command += ["--bind", str(self.home), inside, "--chdir", inside]
        clean = {"HOME": inside, "USER": self.user, "LOGNAME": self.user, "LANG": "C.UTF-8"}
        clean |= {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "TERM": "dumb",
            "TZ": "UTC",
            **(env or {}),
        }
        for name, value in clean.items():
            command += ["--setenv", name, value]
        done = _bounded(command + argv, stdin, self.seconds)
        if done.code and done.err.startswith("bwrap: "):
            raise RuntimeError(
                f"the sandbox cannot start: {done.err.strip()}. The tests need user namespaces: "
                "run them as root outside of a container, or allow them "
                "(sysctl kernel.apparmor_restrict_unprivileged_userns=0)"
            )
        return done


def _bounded(command: list[str], stdin: str, seconds: float) -> Result:
    """Run `command`, the start of a sandbox; end it when it forks without end, or does not end."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        until = time.monotonic() + seconds
        given: str | None = stdin
        while True:
            try:
                out, err = process.communicate(given, timeout=0.2)
            except subprocess.TimeoutExpired:
                given = None
            else:
                return Result(process.returncode, out, err)
            excess = _excess(process.pid, until, seconds)
            if excess:
                process.kill()  # and with it, all in its namespace
                out, err = process.communicate()
                return Result(128 + signal.SIGKILL, out, f"{err}\nended, as {excess}")


def _excess(sandbox: int, until: float, seconds: float) -> str | None:
    """Say what is too much of what the process `sandbox` holds; nothing where all is well."""
    if time.monotonic() > until:
        return f"it did not end within {seconds} seconds"
    # No limit of the kernel's counts for root; what a namespace has is counted here.
    inside = {child for task in _children(sandbox) for child in _namespace(task)}
    return f"it started more than {_PROCESSES} processes" if len(inside) > _PROCESSES else None


def _children(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(child) for child in text.split()]


def _namespace(process: int) -> set[int]:
    """Return the processes in the namespace of `process`."""
    found = set()
    for link in Path("/proc").glob("[0-9]*/ns/pid"):
        with suppress(OSError):
            if link.readlink() == Path(f"/proc/{process}/ns/pid").readlink():
                found.add(int(link.parts[2]))
    return found


@contextmanager
def sandbox(user: str, host: str = "laptop") -> Iterator[Sandbox]:
    """Make a sandbox for `user`; its files are gone afterwards."""
    with scratch.folder() as folder:
        home = folder / "home"
        home.mkdir(mode=0o700)
        uid, gid = os.getuid(), os.getgid()
        (folder / "passwd").write_text(f"{user}:x:{uid}:{gid}::/home/{user}:/bin/bash\n")
        (folder / "group").write_text(f"{user}:x:{gid}:\n")
        (folder / "hosts").write_text(f"127.0.0.1 localhost {host}\n")
        (folder / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\n")
        yield Sandbox(home, user, host)
