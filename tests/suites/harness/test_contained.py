"""What a fence of the guide cannot do to the machine on which it is tested."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from macros.errors import ROOT, GuideErrors
from macros.evidence import VARIABLE
from tests.checks import execution, registry
from tests.checks.python import interpreter
from tests.checks.python.interpreter import FenceError
from tests.environments import patience, scratch
from tests.environments.ended import Ended
from tests.environments.sandbox import Sandbox, sandbox
from tests.guide import reading

pytestmark = pytest.mark.slow
HOME = Path(os.path.expanduser("~"))  # noqa: PTH111 # of the person who runs the tests


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with sandbox("jdoe") as made:
        yield made


def bash(box: Sandbox, text: str) -> Ended:
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


#: Ways to change what is shown read-only, or the kernel's own settings.
CHANGES = {
    "remove": "rm -rf /usr/bin /etc/ssl",
    "modes": "chmod -R 777 /etc/ssl",
    "remount": "mount -o remount,rw /usr",
    "remount-bind": "mount -o remount,bind,rw /usr",
    "namespace": "unshare --user --map-root-user --mount mount -o remount,bind,rw /usr",
    "device": "chmod 600 /dev/full",
    "kernel": "echo '|/tmp/x' > /proc/sys/kernel/core_pattern",
    "swap": "echo 61 > /proc/sys/vm/swappiness",
    "irq": "echo 1 > /proc/irq/default_smp_affinity",
    "own-program": "cp /bin/true ~/t && chmod u+s ~/t && chown root ~/t",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_it_changes_no_file_that_it_sees(box: Sandbox, change: str) -> None:
    before = [Path(path).stat() for path in ("/etc/ssl", "/usr/bin", "/dev/full")]
    assert bash(box, change).code
    after = [Path(path).stat() for path in ("/etc/ssl", "/usr/bin", "/dev/full")]
    assert [each.st_mode for each in after] == [each.st_mode for each in before]
    assert Path("/usr/bin/env").exists()


def test_it_has_no_capability_and_is_not_root(box: Sandbox) -> None:
    said = bash(box, "grep Cap /proc/self/status; id -u").out
    assert set(re.findall(r"Cap(?!Bnd)\w+:\s+(\w+)", said)) == {"0" * 16}
    assert said.endswith("\n1000\n")


def test_a_link_in_its_home_leads_to_nothing_of_the_machine(box: Sandbox) -> None:
    with scratch.folder() as outside:
        (outside / "secret").write_text("of the person at this machine")
        bash(box, f"ln -s {outside}/secret ~/answer; ln -s /etc/passwd ~/users")
        with pytest.raises(FileNotFoundError):
            box.read("answer")
        assert box.read("users").startswith("jdoe:") and "root" not in box.read("users")


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


@pytest.mark.parametrize(
    ("greedy", "said"),
    [
        ("head -c 400M /dev/zero > ~/full", ""),  # no file may be so large
        ("for n in {1..9}; do head -c 60M /dev/zero > ~/$n; done; sleep 9", "wrote more than"),
        ("head -c 400M /dev/zero > /tmp/full", ""),
        ("head -c 400M /dev/zero > /dev/shm/full", ""),
        ("x=$(head -c 900M /dev/zero | tr '\\0' x); y=$x$x$x; sleep 9", "more than 2048 MiB"),
    ],
    ids=["file", "files", "tmp", "shm", "memory"],
)
def test_it_does_not_fill_the_machine(box: Sandbox, greedy: str, said: str) -> None:
    done = bash(box, greedy)
    assert done.code and said in done.err


def test_it_does_not_run_without_end(box: Sandbox) -> None:
    mark = f"43{os.getpid()}"
    done = bash(replace(box, seconds=1), f"echo begun; sleep {mark}")
    assert (done.code, done.out) == (137, "begun\n")
    assert "it did not end within 1 seconds" in done.err
    assert left(f"sleep {mark}") == []


# -- Python of a page ------------------------------------------------------------------------------

#: What got out of the audit hook that once was all that held Python. OUT is a folder of the machine
#: with the file `kept`.
PYTHON = {
    "open": "open('OUT/new', 'w')",
    "thread": "import threading\nt = threading.Thread(target=lambda: open('OUT/new', 'w'))\n"
    "t.start()\nt.join()",
    "posix-spawn": "import os\nos.posix_spawn('/bin/touch', ['touch', 'OUT/new'], {})",
    "dir-fd": "import os\nd = os.open('OUT', os.O_RDONLY)\n"
    "os.open('new', os.O_CREAT | os.O_WRONLY, dir_fd=d)",
    "truncate": "import os\nos.open('OUT/kept', os.O_RDONLY | os.O_TRUNC)",
    "rename": "import os\nos.rename('OUT/kept', 'x')",
    "ctypes": "import ctypes\nctypes.CDLL(None).creat(b'OUT/new', 0o644)",
    "sqlite3": "import sqlite3\nsqlite3.connect('OUT/new').execute('CREATE TABLE t (c)')",
    "duckdb": "import duckdb\nduckdb.sql(\"COPY (SELECT 1) TO 'OUT/new'\")",
    "spawnv": "import multiprocessing.util as u\n"
    "u.spawnv_passfds(b'/bin/touch', [b'touch', b'OUT/new'], [])",
    "modules": "import sys\nsys.modules['tests.environments.sandbox'].walls = list\n"
    "open('OUT/new', 'w')",
    "atexit": "import atexit\natexit.register(lambda: open('OUT/new', 'w'))",
    "utime": "import os\nos.utime('OUT/kept', (0, 0))",
    "forkpty": "import os\npid, _ = os.forkpty()\nopen('OUT/new', 'w')",
    "subprocess": "import subprocess\nsubprocess.run(['touch', 'OUT/new'])",
    "mount": "import ctypes\nctypes.CDLL(None).mount(b'/', b'/tmp', None, 4096, None)\n"
    "open('/tmp/OUT/new', 'w')",
    "cell": "from wmfdata import mariadb\nopen('OUT/new', 'w')\n"
    "mariadb.run('SELECT 1 AS a', 'cswiki')",
}


@pytest.mark.parametrize("code", PYTHON.values(), ids=PYTHON)
def test_python_changes_nothing_of_the_machine(code: str) -> None:
    with scratch.folder() as outside:
        kept = outside / "kept"
        kept.write_text("as it was")
        before = kept.stat().st_mtime_ns
        with suppress(FenceError):
            interpreter.run(code.replace("OUT", str(outside)))
        interpreter.run("")  # what it left behind has ended by now
        assert [path.name for path in outside.iterdir()] == ["kept"]
        assert (kept.read_text(), kept.stat().st_mtime_ns) == ("as it was", before)


def test_python_reaches_no_network() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        datagrams.bind(("127.0.0.1", 0))
        name = f"\0guide-{os.getpid()}"
        abstract.bind(name)
        abstract.listen()
        for listening in (datagrams, server, abstract):
            listening.settimeout(0.2)
        _, port = server.getsockname()
        udp = datagrams.getsockname()[1]
        for code in (
            f"socket.create_connection(('127.0.0.1', {port}))",
            f"socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {udp}))",
            f"socket.socket(socket.AF_UNIX).connect({name!r})",
            "socket.create_connection(('192.0.2.1', 80))",
        ):
            with suppress(FenceError):
                interpreter.run(f"import socket\n{code}")
        for receive in (server.accept, abstract.accept, lambda: datagrams.recv(1)):
            with pytest.raises(TimeoutError):
                receive()


def test_python_has_a_home_of_its_own_and_the_next_one_too() -> None:
    """Files, processes and modules of a fence are gone when the next one runs."""
    interpreter.run(
        "import pathlib, subprocess, sys\n"
        "for folder in (pathlib.Path.home(), '/tmp', '/dev/shm'):\n"
        "    (pathlib.Path(folder) / 'left').mkdir()\n"
        "sys.modules['wmfdata'].left = True\n"
        "subprocess.Popen(['setsid', 'sh', '-c', 'while :; do touch ~/left /tmp/left; done'])"
    )
    said = interpreter.run(
        "import os, pathlib, time, wmfdata\n"
        "time.sleep(0.2)\n"
        "print([os.listdir(f) for f in (pathlib.Path.home(), '/tmp', '/dev/shm')])\n"
        "print(hasattr(wmfdata, 'left'), str(pathlib.Path.home()))"
    )
    assert said == "[[], [], []]\nFalse /home/jdoe\n"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os\nos._exit(0)", "it ended before its last line"),
        ("raise SystemExit(0)", "SystemExit"),
        ("import os\nos.kill(os.getppid(), 9)", "it ended by itself"),
        ("import os\nopen(f'/proc/{os.getppid()}/mem', 'rb')", "Permission denied"),
        ("import os\nos.open(f'/proc/{os.getppid()}/fd/1', os.O_WRONLY)", "Permission denied"),
        ("x = b'x' * 2**40", "MemoryError"),
        ("while True: __import__('os').fork()", "more than"),
    ],
    ids=["exit", "system-exit", "kill", "memory", "descriptors", "bytes", "forks"],
)
def test_python_does_not_pass_by_ending_what_runs_it(code: str, said: str) -> None:
    with pytest.raises(FenceError, match=said):
        interpreter.run(code)
    assert interpreter.run("print('well')") == "well\n"


@pytest.mark.parametrize(
    "asked",
    [
        "hive.run(b'x')",
        "hive.run(['SELECT 1 AS a'] * 0)",
        "hive.run('SELECT ' + '1, ' * 9999 + '1')",
        "presto.run('SELECT 1 AS a', catalog='../x')",
        "mariadb.run('SELECT 1 AS a', ['cswiki', 7])",
        "presto.run(\"SELECT * FROM read_csv('/etc/passwd')\")",
        "presto.run(\"SELECT * FROM '/etc/passwd'\")",
        "presto.run(\"SELECT getenv('HOME') AS a\")",
        "presto.run(\"COPY (SELECT 1) TO '/tmp/x'\")",
    ],
)
def test_what_a_cell_asks_is_looked_at_first(asked: str) -> None:
    with pytest.raises(FenceError):
        interpreter.run(f"from wmfdata import hive, mariadb, presto\n{asked}")
    assert interpreter.run("print('well')") == "well\n"


# -- a change of pages alone -----------------------------------------------------------------------

_PAGE = """---
title: Planted
description: What wants out.
owner: X
verified: 2026-11-24
---
# Planted

"""


def _block(tmp_path: Path, info: str, text: str) -> str | None:
    """Return how the block fails that has `text`, on a page of its own; None where it does not."""
    page = tmp_path / "planted.md"
    page.write_text(f"``` {{ {info} }}\n{text}\n```\n", encoding="utf-8")
    (block,) = reading.blocks(page)
    return registry.failure(block)


@pytest.mark.parametrize(
    ("info", "text"),
    [
        (".bash .project", "make 'X:=$(shell touch OUT/new)'"),
        (".bash .project", "make X=$(touch${IFS}OUT/new)"),
        (".bash .project", "make '--eval=$(shell touch OUT/new)'"),
        (".bash .project", "make -f OUT/kept"),
        (".bash .project", "make -C OUT"),
        (".bash .project", ".venv/bin/python -m antigravity.x"),
        (".ssh-config .laptop", 'Host x\n    "Match" exec "touch OUT/new"'),
        (".ssh-config .laptop", '"Match" exec "touch OUT/new"\n    User x'),
        (".ssh-config .laptop", "Include OUT/kept"),
        (".ini .stat", "[include]\n    path = OUT/kept"),
        (".r .stat", 'writeLines("x", "OUT/new")'),
        (".sql .presto", "COPY (SELECT 1) TO 'OUT/new'"),
        (".sql .presto", "SELECT * FROM read_text('OUT/kept')"),
        (".bash .laptop", "touch OUT/new"),
        (".bash .laptop", "ln -s OUT/kept ~/.ssh/config; ssh stat10"),
    ],
)
def test_a_block_changes_nothing_and_sees_nothing(tmp_path: Path, info: str, text: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text('Match exec "touch OUT/new"\n'.replace("OUT", str(outside)))
    said = _block(tmp_path, info, text.replace("OUT", str(outside))) or ""
    assert [path.name for path in outside.iterdir()] == ["kept"]
    assert "touch" not in said.replace(text.replace("OUT", str(outside)), "") or "new" in text


def test_no_page_meets_what_another_has_left() -> None:
    """A block of one page once wrote the script of the next one's."""
    page = _walk("mkdir -p ~/pages/001/.out /tmp/left; echo true > ~/pages/001/.out/000.sh")
    following = _walk("ls -A ~/pages || ls -A /tmp; exit 1")
    assert execution._run(page)[0].code == 0
    (outcome,) = execution._run(following)
    assert (outcome.code, "left" in outcome.seen) == (1, False)


def test_what_a_block_did_is_told_though_it_hides_its_home() -> None:
    walk = _walk("rm -rf ~/.out; ln -s /etc/passwd ~/.out; echo seen; exit 3")
    (outcome,) = execution._run(walk)
    assert (outcome.code, outcome.seen) == (3, "seen\n")


def _walk(script: str) -> execution.Walk:
    return execution.Walk("jdoe", "", (), (script,))


@pytest.mark.parametrize(
    "text",
    [
        '[[[ host.__globals__["os"].system("touch OUT/new") ]]]',
        "[[[ hosts.__class__.__mro__[1].__subclasses__() ]]]",
        '[[[ config.theme.get_env().from_string("x").render() ]]]',
        "[[[ page.file.copy_file() ]]]",
        '[[[ picture("../../../../../OUT/kept") ]]]',
        '[[[ "{0.__globals__}".format(host) ]]]',
        "[[% for x in ().__class__.__base__.__subclasses__() %]][[% endfor %]]",
    ],
)
def test_a_page_reaches_nothing_but_its_words(tmp_path: Path, text: str) -> None:
    page = tmp_path / "planted.md"
    page.write_text(_PAGE + text.replace("OUT", str(tmp_path)), encoding="utf-8")
    with pytest.raises(GuideErrors, match=r"planted\.md:9: "):
        reading.guide().render_page(page)
    assert not (tmp_path / "new").exists()


# -- a system without a sandbox --------------------------------------------------------------------

_MAC = """
import sys, types
import pytest
from tests.environments import sandbox
sandbox.sys = types.SimpleNamespace(platform="darwin")
sys.exit(pytest.main(["-rs", "-v", "-W", "ignore", *sys.argv[1:]]))
"""


def test_what_cannot_be_contained_is_not_run_and_that_is_said() -> None:
    """What only has to be read is read on."""
    tests = ["docs/access/ssh-keys.md", "docs/query/python.md", "docs/data/pageviews.md"]
    done = subprocess.run(
        [sys.executable, "-c", _MAC, *tests],
        cwd=ROOT,
        env={**os.environ, VARIABLE: ""},
        capture_output=True,
        text=True,
        check=False,
    )
    why = "bubblewrap is for Linux, and this is darwin: commands of the guide are not run"
    said = done.stdout
    assert done.returncode == 0, said
    assert f"sandbox: {why}\n" in said and re.search(rf"SKIPPED \[\d+\] \S+: {why}", said)
    for page, outcome in zip(tests, ("SKIPPED", "SKIPPED", "PASSED"), strict=True):
        assert set(re.findall(rf"{page}::\S+ (\w+)", said)) == {outcome}
