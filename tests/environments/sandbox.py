"""A throw-away home without a network, for what the guide tells its readers to run.

bubblewrap makes it: an ordinary user without any capability, who sees the system read-only, and
whose processes end with the one that started them. Memory, disk, processes and time are bounded.
What comes out of it does so by its standard streams: a file in its home may be a link to anywhere.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.environments import patience, scratch
from tests.environments.ended import Ended

#: Everything of the machine that doc code can see, and it can change none of it. Of /etc only what
#: programs cannot do without: as root, it could read all that is there.
_VISIBLE = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/alternatives", "/etc/R"]
_VISIBLE += ["/etc/ssl/certs", "/etc/ssl/openssl.cnf"]
#: bubblewrap shows the machine's own devices, whose modes the machine's root can change. So where
#: root runs this, bubblewrap finds them on mounts that are read-only already.
DEVICES = Path(__file__).with_name("devices.fstab")
_FOR_ROOT = """\
mount --all --fstab "$0" || { echo 'bwrap: devices could not be made read-only' >&2; exit 1; }
exec "$@"
"""
#: More than any block of the guide needs: processes, bytes of memory and bytes of files.
_PROCESSES, _MEMORY, _FILES = 200, 2 * 2**30, 2**28
_TEMPORARY = 2**26
#: For one process or file the kernel itself holds to it. R and pandas reserve more than they use.
_LIMITS = ["prlimit", f"--as={2 * _MEMORY}", f"--fsize={_FILES}", "--core=0", "--"]
UID = 1000


class UncontainedError(Exception):
    """There is no sandbox on this system, so what needs one is not run."""


def missing() -> str | None:
    """Return why nothing of the guide is run on this system; None where there is a sandbox."""
    if sys.platform == "linux":
        return None
    return f"bubblewrap is for Linux, and this is {sys.platform}: commands of the guide are not run"


@dataclass(frozen=True)
class Sandbox:
    """A home directory, the user and host that doc code believes in, and how long it may run.

    `shown` are folders and files of the machine that it sees too, read-only, by their paths inside.
    """

    home: Path
    user: str
    host: str
    seconds: float = patience.SECONDS
    shown: Mapping[str, Path] = field(default_factory=dict)

    def run(self, argv: list[str], stdin: str = "", env: Mapping[str, str] | None = None) -> Ended:
        """Run `argv` inside, within bounds; the clean environment gets `env` added.

        Raises UncontainedError where there is no sandbox, RuntimeError where it cannot start.
        """
        with self.start(argv, env) as process:
            return process.finish(stdin)

    @contextmanager
    def start(self, argv: list[str], env: Mapping[str, str] | None = None) -> Iterator[Contained]:
        """Start `argv` inside, and end it.

        Raises UncontainedError where there is no sandbox, RuntimeError where it cannot start.
        """
        without = missing()
        if without:
            raise UncontainedError(without)
        _require()
        with subprocess.Popen(
            [*self._command(env or {}), *argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as process:
            try:
                yield Contained(process, self.home, self.seconds)
            finally:
                process.kill()  # and with it, all in its namespace

    def read(self, path: str) -> str:
        """Return the text of `path` as it is seen inside, where a link leads to nothing outside.

        Raises FileNotFoundError.
        """
        done = self.run(["cat", "--", path])
        if done.code:
            raise FileNotFoundError(done.err)
        return done.out

    def _command(self, env: Mapping[str, str]) -> list[str]:
        inside = f"/home/{self.user}"
        command = [*walls(), "--unshare-net", "--hostname", self.host]
        for name in ("passwd", "group", "hosts", "nsswitch.conf"):
            command += ["--ro-bind", str(self.home.parent / name), f"/etc/{name}"]
        for path, source in self.shown.items():
            command += ["--ro-bind", str(source), path]
        command += ["--bind", str(self.home), inside, "--chdir", inside]
        clean = {"HOME": inside, "USER": self.user, "LOGNAME": self.user, "LANG": "C.UTF-8"}
        clean |= {"PATH": "/usr/local/bin:/usr/bin:/bin", "TERM": "dumb", "TZ": "UTC", **env}
        for name, value in clean.items():
            command += ["--setenv", name, value]
        return [*_LIMITS, *command, "--"]


def walls() -> list[str]:
    """Return bubblewrap's command line for a place of nothing but the system, read-only.

    What is behind them is an ordinary user without capabilities, and can get none. Options for what
    else it sees follow, and then its command.
    """
    root = ["unshare", "--user", "--map-root-user", "--mount", "--", "sh", "-c", _FOR_ROOT]
    command = [*root, str(DEVICES)] if os.getuid() == 0 else []
    command += ["bwrap", "--unshare-user", "--disable-userns", "--unshare-pid"]
    command += ["--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--cap-drop", "ALL"]
    command += ["--uid", str(UID), "--gid", str(UID)]
    command += ["--die-with-parent", "--new-session", "--clearenv"]
    for path in filter(os.path.lexists, _VISIBLE):
        if Path(path).is_symlink():
            command += ["--symlink", str(Path(path).readlink()), path]
        else:
            command += ["--ro-bind", path, path]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for folder in ("/dev/shm", "/tmp"):  # noqa: S108 # its own
        command += ["--size", str(_TEMPORARY), "--tmpfs", folder]
    # In /proc are the kernel's settings, which are root's to change, too.
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/proc"]


@dataclass
class Contained:
    """A process in a sandbox: it is ended when it forks, fills, or goes on, without end."""

    process: subprocess.Popen[str]
    home: Path
    seconds: float

    def finish(self, stdin: str) -> Ended:
        """Give it `stdin`, and return how it has ended."""
        until = time.monotonic() + self.seconds
        given: str | None = stdin
        while True:
            try:
                out, err = self.process.communicate(given, timeout=0.2)
            except subprocess.TimeoutExpired:
                given = None
            else:
                break
            excess = self._excess(until)
            if excess:
                self.process.kill()
                out, err = self.process.communicate()
                return Ended(128 + signal.SIGKILL, out, f"{err}\nended, as {excess}")
        return Ended(self.process.returncode, out, err)

    def ask(self, line: str) -> str:
        """Give it `line`, and return the line that it answers; raises RuntimeError without one."""
        assert self.process.stdin and self.process.stdout
        with suppress(BrokenPipeError):  # what it says for a last time is in the message below
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        until = time.monotonic() + self.seconds
        answer = bytearray()
        while not answer.endswith(b"\n"):
            if select.select([self.process.stdout], [], [], 0.2)[0]:
                read = os.read(self.process.stdout.fileno(), 2**16)
                answer += read
                excess = "it ended by itself" if not read else None
            else:
                excess = self._excess(until)
            if len(answer) > _TEMPORARY:
                excess = "it answered without end"
            if excess:
                self.process.kill()
                err = self.process.communicate()[1]
                raise RuntimeError(f"{err}\nended, as {excess}".strip())
        return answer.decode(errors="replace")

    def _excess(self, until: float) -> str | None:
        """Say what is too much of what it holds; nothing where all is well."""
        if time.monotonic() > until:
            return f"it did not end within {self.seconds} seconds"
        # No limit of the kernel's counts for root; what a namespace has is counted here.
        inside = {child for task in _children(self.process.pid) for child in _namespace(task)}
        if len(inside) > _PROCESSES:
            return f"it started more than {_PROCESSES} processes"
        if sum(map(_resident, inside)) > _MEMORY:
            return f"it took more than {_MEMORY >> 20} MiB of memory"
        if _size(self.home) > _FILES:
            return f"it wrote more than {_FILES >> 20} MiB"
        return None


@cache
def _require() -> None:
    """Raise RuntimeError where no sandbox can be made, and say what it takes."""
    if shutil.which("bwrap") is None:
        raise RuntimeError("bubblewrap is not installed: run make .venv/packages-check.done")
    tried = subprocess.run([*walls(), "--", "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        raise RuntimeError(
            f"the sandbox cannot start: {tried.stderr.strip()}. It needs user namespaces: allow "
            "them (sysctl kernel.apparmor_restrict_unprivileged_userns=0); in a container, start "
            "that with --privileged"
        )


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


def _resident(process: int) -> int:
    """Return the bytes of memory that `process` has for itself: what it shares counts for none."""
    with suppress(OSError, ValueError):
        total, shared = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1:3]
        return (int(total) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _size(folder: Path) -> int:
    """Return the bytes of the files in `folder`, and some for each name; links lead nowhere."""
    total = 0
    for parent, folders, files in os.walk(folder):
        total += 4096 * len(folders)
        for name in files:
            with suppress(OSError):
                total += 4096 + Path(parent, name).lstat().st_blocks * 512
    return total


def account(user: str) -> str:
    """Return the line of /etc/passwd for `user`, who is the only one inside."""
    return f"{user}:x:{UID}:{UID}::/home/{user}:/bin/bash\n"


@contextmanager
def sandbox(user: str, host: str = "laptop") -> Iterator[Sandbox]:
    """Make a sandbox for `user`; its files are gone afterwards."""
    with scratch.folder() as folder:
        home = folder / "home"
        home.mkdir(mode=0o700)
        (folder / "passwd").write_text(account(user))
        (folder / "group").write_text(f"{user}:x:{UID}:\n")
        (folder / "hosts").write_text(f"127.0.0.1 localhost {host}\n")
        (folder / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\n")
        yield Sandbox(home, user, host)
