"""The lab of one reader while it runs: things are run on its hosts, and it is ended."""

from __future__ import annotations

import secrets
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from macros.profile import Profile
from tests.environments import patience, scratch
from tests.environments.ended import Ended
from tests.environments.lab import namespaces
from tests.environments.lab.host import Host

_KEEP = """\
folder=$(mktemp -d) && cp -aT ~ $folder/home && echo $folder || exit
cp -a /tmp/krb5cc_* $folder 2> /dev/null || true
"""
_PUT_BACK = """\
find ~ -mindepth 1 -delete; cp -aT {0}/home ~ || exit
rm -f /tmp/krb5cc_*; cp -a {0}/krb5cc_* /tmp 2> /dev/null
rm -r {0}
"""


@dataclass
class Lab:
    """The running lab of `reader`; `end` it."""

    reader: Profile
    folder: Path
    hosts: dict[str, Host]
    namespaces: namespaces.Namespaces
    known_hosts: str
    wikis: Sequence[str]
    #: What can be started apart from each other, and what starts it.
    parts: dict[str, Callable[[Lab], None]]
    #: Of the reader's developer account. Others on this machine, who reach a port of it that leads
    #: to the notebooks, must not know it.
    password: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    _servers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _begun: dict[str, Future[None]] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(default_factory=ThreadPoolExecutor)
    _beginning: threading.Lock = field(default_factory=threading.Lock)

    @property
    def laptop(self) -> Host:
        """The newcomer's own computer."""
        return self.hosts["laptop"]

    @property
    def bastion(self) -> Host:
        """The bastion of the reader's site."""
        return self.hosts["bastion"]

    @property
    def stat(self) -> Host:
        """The reader's stat host."""
        return self.hosts["stat"]

    @property
    def services(self) -> Host:
        """The host behind all names of services in production."""
        return self.hosts["services"]

    def begin(self, part: str) -> None:
        """Begin to start `part`, a name of `parts`, unless it was begun before."""
        with self._beginning:  # parts that need the same one may ask for it at the same moment
            if part not in self._begun:
                self._begun[part] = self._pool.submit(self.parts[part], self)

    def need(self, *parts: str) -> None:
        """Start `parts`, names of `parts`, and wait until they are ready."""
        for part in parts:
            self.begin(part)
        for part in parts:
            self._begun[part].result()

    def command(
        self,
        host: Host,
        argv: list[str],
        user: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> list[str]:
        """Return the command line that runs `argv` on `host`, as `user` or as the lab itself."""
        return [*self.namespaces.inside(host.name), *host.shell(user, argv, env or {})]

    def run(
        self,
        host: Host,
        command: str,
        user: str | None = None,
        stdin: str = "",
        env: Mapping[str, str] | None = None,
    ) -> Ended:
        """Run `command`, a line of bash, on `host`."""
        done = subprocess.run(
            self.command(host, ["bash", "-c", command], user, env),
            cwd="/",
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=patience.SECONDS,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def must(
        self,
        host: Host,
        command: str,
        user: str | None = None,
        stdin: str = "",
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Run `command` as `run` does; return what it printed, or raise RuntimeError with it."""
        result = self.run(host, command, user, stdin, env)
        if result.code:
            said = result.err.strip() or result.out.strip()
            raise RuntimeError(f"the lab cannot do `{command}` on its {host.name}: {said}")
        return result.out

    @contextmanager
    def kept(self, host: Host, user: str) -> Iterator[None]:
        """Have the home of `user` on `host`, and their tickets, afterwards as they are now."""
        folder = self.must(host, _KEEP, user).strip()
        try:
            yield
        finally:
            self.must(host, _PUT_BACK.format(folder), user)

    def launch(
        self,
        host: Host,
        argv: list[str],
        name: str,
        env: Mapping[str, str] | None = None,
        files: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a program on `host` that runs until the lab ends, with the open `files`.

        What it says goes to log/<host>-<name>.
        """
        with self._log(host, name).open("ab") as stream:
            program = subprocess.Popen(
                self.command(host, argv, env=env),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                pass_fds=files,
            )
        self._servers.append(program)
        return program

    def daemon(
        self,
        host: Host,
        argv: list[str],
        at: tuple[str, int],
        env: Mapping[str, str] | None = None,
        name: str | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a server on `host` and wait until it listens at the address and port `at`.

        Its log is called after the program, or `name`; when it ends before it listens,
        RuntimeError has its last words.
        """
        name = name or Path(argv[0]).name
        server = self.launch(host, argv, name, env)
        listening = f"(exec 3<> /dev/tcp/{at[0]}/{at[1]}) 2> /dev/null"
        waiting = f"until {listening}; do sleep 0.0$((waits < 9 ? ++waits : 9)); done"
        while self.run(host, f"timeout 1 bash -c '{waiting}'").code:
            if server.poll() is not None:
                said = self._log(host, name).read_text()[-1000:]
                raise RuntimeError(f"the lab's {argv[0]} has ended: {said}")
        return server

    def _log(self, host: Host, name: str) -> Path:
        return self.folder / "log" / f"{host.name}-{name}"

    def end(self) -> None:
        """End the lab: nothing of it is left."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.namespaces.end()
        for server in self._servers:
            server.wait()
        scratch.remove(self.folder)
