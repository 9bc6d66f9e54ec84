"""The lab itself: one way in, apart from other labs and this machine, and gone afterwards."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

from tests.environments import patience
from tests.environments.lab import network
from tests.environments.lab import start as labs
from tests.environments.lab.lab import Lab
from tests.guide.profiles import readers

pytestmark = pytest.mark.slow
#: Owners of labs are forked from a process that has imported all that they need.
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload([__name__])


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    started = labs.start(readers()["sample"])
    yield started
    started.end()


def test_laptop_reaches_nothing_but_the_internet(lab: Lab) -> None:
    (stat,) = network.ADDRESSES["stat"]["production"]
    (bastion,) = network.ADDRESSES["bastion"]["internet"]
    assert lab.run(lab.laptop, f": < /dev/tcp/{bastion}/22").code == 0
    assert "Network is unreachable" in lab.run(lab.laptop, f": < /dev/tcp/{stat}/22").err
    assert lab.run(lab.laptop, f"getent hosts {lab.stat.hostname}").code


def test_stat_host_reaches_production_but_not_the_internet(lab: Lab) -> None:
    (outside,) = network.ADDRESSES["outside"]["internet"]
    assert "Network is unreachable" in lab.run(lab.stat, f": < /dev/tcp/{outside}/443").err
    assert lab.run(lab.stat, f"getent hosts {lab.bastion.hostname}").code


def test_two_labs_do_not_meet(lab: Lab) -> None:
    other = labs.start(readers()["hyphens"])
    try:
        assert lab.run(lab.laptop, "echo mine > /tmp/note").code == 0
        assert other.run(other.laptop, "cat /tmp/note").code
        assert other.bastion.hostname != lab.bastion.hostname
        assert other.run(other.laptop, f"getent hosts {lab.bastion.hostname}").code
    finally:
        other.end()


def test_host_shows_nothing_of_this_machine(lab: Lab) -> None:
    seen = lab.run(lab.laptop, "ls / /home /root /etc/shadow; cat /etc/passwd").out
    assert "shadow" not in seen
    assert Path.home().name not in lab.run(lab.laptop, "ls /home").out.split()
    assert lab.run(lab.laptop, "touch /usr/mine /etc/passwd.mine; test -e /usr/mine").code


@pytest.mark.parametrize(
    "change",
    [
        "echo 61 > /proc/sys/vm/swappiness",
        "echo x > /proc/sys/kernel/core_pattern",
        "chmod 600 /dev/full",
        "touch /usr/left",
        "mount -o remount,bind,rw /usr",
        "unshare --user --map-root-user --mount mount -o remount,bind,rw /usr",
    ],
)
@pytest.mark.parametrize("name", ["laptop", "stat"])
def test_host_changes_nothing_of_this_machine(lab: Lab, name: str, change: str) -> None:
    """Where root runs the lab, kernel settings and devices would be its to change."""
    files = [Path("/proc/sys/vm/swappiness"), Path("/proc/sys/kernel/core_pattern")]
    before = [file.read_text() for file in files], Path("/dev/full").stat().st_mode
    result = lab.run(lab.hosts[name], change, lab.reader.values["shell_name"])
    assert result.code, result.err
    assert ([file.read_text() for file in files], Path("/dev/full").stat().st_mode) == before


def test_a_part_that_many_ask_for_at_once_is_started_once(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(dict[str, Any]):
        def __contains__(self, key: object) -> bool:
            found = super().__contains__(key)
            time.sleep(0.05)  # meanwhile the others look, too
            return found

    times = list[int]()
    monkeypatch.setitem(lab.parts, "asked for", lambda _: times.append(1))
    monkeypatch.setattr(lab, "_begun", Slow(lab._begun))
    askers = [threading.Thread(target=lab.need, args=["asked for"]) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert times == [1]


@pytest.mark.parametrize("attempt", range(10))
def test_killed_at_any_moment_it_leaves_nothing(attempt: int) -> None:
    mark = f"GUIDE_OWNER_{os.getpid()}_{attempt}"
    started = _FORKING.Event()
    owner = _FORKING.Process(target=_own, args=(mark, started))
    owner.start()
    latest = 1
    if attempt % 2:  # from before it starts until long after; half of them once it is up
        assert started.wait(patience.SECONDS)
        latest = 2
    time.sleep(random.uniform(0, latest))  # noqa: S311
    owner.kill()
    owner.join()
    assert owner.exitcode == -signal.SIGKILL
    left = [*Path(tempfile.gettempdir()).glob(f"guide-{owner.pid}-*"), *_processes(mark)]
    until = time.monotonic() + patience.SECONDS
    while left and time.monotonic() < until:
        time.sleep(0.05)
        left = [*Path(tempfile.gettempdir()).glob(f"guide-{owner.pid}-*"), *_processes(mark)]
    assert left == []


def _own(mark: str, started: Event) -> None:
    """Start a lab with all its parts, whose processes have `mark` in their environment."""
    os.environ[mark] = "1"
    lab = labs.start(readers()["sample"], ["cswiki"])
    started.set()
    lab.need(*lab.parts)
    time.sleep(600)


def _processes(mark: str) -> Iterator[str]:
    """Yield what still runs of an owner that had `mark` in its environment.

    Process 1 of the lab is among them; the kernel ends everything in the lab with it.
    """
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in environment.read_bytes():
                yield environment.with_name("cmdline").read_text().replace("\0", " ")
        except OSError:
            continue  # it has ended meanwhile, or is another user's
