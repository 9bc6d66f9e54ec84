"""What a fence of the guide cannot do to the machine on which it is tested."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests import patience, scratch
from tests.checks import sandbox as sandboxes
from tests.checks.sandbox import Sandbox, sandbox
from tests.pages.world import world

HOME = Path(os.path.expanduser("~"))  # noqa: PTH111 # of the person who runs the tests


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with sandbox("jdoe") as made:
        yield made


def bash(box: Sandbox, text: str) -> sandboxes.Result:
    return box.run(["bash", "-c", text])


def left(mark: str) -> list[str]:
    """Return the processes that have `mark` in their command, as soon as there are none."""
    until = time.monotonic() + patience.SECONDS
    while (found := processes(mark)) and time.monotonic() < until:
        time.sleep(0.05)  # the kernel ends what is in a namespace, in its own time
    return found


def processes(mark: str) -> list[str]:
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = command.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if mark in text and "pytest" not in text:
            found.append(text)
    return found


@pytest.mark.parametrize("folder", ["/usr/local/bin", "/etc", "/", str(HOME), "/var", "/dev"])
def test_it_writes_nothing_outside_its_home(box: Sandbox, folder: str) -> None:
    """What it may write elsewhere is gone with it: those folders are its own."""
    name = f"guide-contained-{os.getpid()}"
    bash(box, f"touch {folder}/{name}")
    assert not (Path(folder) / name).exists()


def test_it_changes_no_file_that_it_sees(box: Sandbox) -> None:
    before = Path("/etc/ssl").stat()
    for change in ("rm -rf /usr/bin /etc/ssl", "chmod -R 777 /etc/ssl", "mount -o remount,rw /usr"):
        assert bash(box, change).code, change
    assert Path("/usr/bin/env").exists() and Path("/etc/ssl").stat().st_mode == before.st_mode


def test_it_sees_no_home_but_its_own(box: Sandbox) -> None:
    with scratch.folder() as secret:
        (secret / "id_ed25519").write_text("of the person at this machine")
        for path in (HOME, HOME / ".ssh", secret, Path.cwd(), Path("/run"), Path("/home/somebody")):
            assert bash(box, f"ls -d {path}").code, path
    assert bash(box, "ls -A ~; env").out.count("SSH_AUTH_SOCK") == 0
    names = set(bash(box, "compgen -e").out.split())
    assert names <= {"HOME", "USER", "LOGNAME", "LANG", "PATH", "PWD", "SHLVL", "TERM", "TZ", "_"}


def test_it_reaches_no_network(box: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        for address in ("127.0.0.1", "localhost", "192.0.2.1"):
            assert bash(box, f"timeout 2 bash -c ': < /dev/tcp/{address}/{port}'").code
        with pytest.raises(TimeoutError):
            server.accept()


def test_nothing_outlives_it(box: Sandbox) -> None:
    mark = f"41{os.getpid()}"  # seconds, too many to end by itself
    done = bash(box, f"setsid nohup sleep {mark} > /dev/null 2>&1 & disown; echo started")
    assert done.out == "started\n"
    assert left(f"sleep {mark}") == []


def test_it_does_not_fork_without_end(box: Sandbox) -> None:
    mark = f"42{os.getpid()}"
    done = bash(box, f"for n in {{1..3000}}; do sleep {mark} & done; wait")
    assert done.code and "it started more than 200 processes" in done.err
    assert left(f"sleep {mark}") == []


def test_it_does_not_run_without_end(box: Sandbox) -> None:
    mark = f"43{os.getpid()}"
    done = bash(replace(box, seconds=1), f"echo begun; sleep {mark}")
    assert (done.code, done.out) == (137, "begun\n")
    assert "it did not end within 1 seconds" in done.err
    assert left(f"sleep {mark}") == []


# -- Python, which runs in the process of the tests ------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        f"open({str(HOME / 'guide-contained')!r}, 'w')",
        "import os; os.remove('/etc/hostname')",
        "import os; os.mkdir('/usr/local/guide-contained')",
        "import shutil; shutil.rmtree('/usr/local')",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
    ],
)
def test_python_does_nothing_outside_its_home(code: str) -> None:
    with world(), pytest.raises((PermissionError, OSError), match="a fence of the guide must not"):
        exec(code, {})  # noqa: S102


def test_python_has_a_home_of_its_own() -> None:
    with world():
        names: dict[str, object] = {}
        exec("import pathlib; home = pathlib.Path.home(); (home / 'x').write_text('y')", names)  # noqa: S102
        assert names["home"] != HOME
    assert not Path(str(names["home"])).exists()
