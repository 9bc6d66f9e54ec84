"""A throw-away home without a network, for what the guide tells its readers to run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import patience, scratch

#: Everything of the machine that doc code can see, and it can change none of it.
_VISIBLE = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/alternatives", "/etc/ssl"]


@dataclass(frozen=True)
class Result:
    """How a command ended: exit code, what it printed, and both streams together."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Sandbox:
    """A home directory, and the user and host that doc code believes in."""

    home: Path
    user: str
    host: str

    def run(self, argv: list[str], stdin: str = "", env: Mapping[str, str] | None = None) -> Result:
        """Run `argv` inside, at most a minute; the clean environment gets `env` added."""
        inside = f"/home/{self.user}"
        command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
        for path in filter(lambda p: Path(p).exists(), _VISIBLE):
            if Path(path).is_symlink():
                command += ["--symlink", str(Path(path).readlink()), path]
            else:
                command += ["--ro-bind", path, path]
        command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--hostname", self.host]  # noqa: S108 # its own /tmp
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
        done = subprocess.run(
            command + argv,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=patience.SECONDS,
            check=False,
        )
        if done.returncode and done.stderr.startswith("bwrap: "):
            raise RuntimeError(
                f"the sandbox cannot start: {done.stderr.strip()}. The tests need user namespaces: "
                "run them as root outside of a container, or allow them "
                "(sysctl kernel.apparmor_restrict_unprivileged_userns=0)"
            )
        return Result(done.returncode, done.stdout, done.stderr)


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
