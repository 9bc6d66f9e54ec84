"""`make survey`: the script goes through ssh, and half of what it says is of use."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from macros.errors import shown
from macros.facts import current
from macros.survey import __main__ as program
from macros.surveyed import asks
from tests.actors.insider import Insider

pytestmark = pytest.mark.slow


#: Leads to `stat`, loses the connection to `cut` after twenty lines, and knows no other host.
_SSH = """#!/bin/bash
[ "$1" = -T ] || exit 255
host=$2
shift 2
case $host in
    stat) exec {command} "$@" ;;
    cut) {command} "$@" | head -n 20 ;;
esac
exit 255
"""


@pytest.fixture
def ssh(insider: Insider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program `ssh` that leads to the lab's stat host; the folder where lines are kept."""
    lab = insider.lab
    inside = ["bash", "-c", '. /etc/bash.bashrc; exec bash -c "$*"', "ssh"]
    file = tmp_path / "ssh"
    file.write_text(_SSH.format(command=shlex.join(lab.command(lab.stat, inside, insider.user))))
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(program, "FOLDER", tmp_path / "kept")
    return tmp_path / "kept"


def test_it_asks_through_ssh_and_reads_the_answer(
    ssh: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert program.main(["ask", "--at", "stat"]) == 0
    (kept,) = ssh.iterdir()
    assert len(kept.read_text().splitlines()) == len(asks(current(), "stat"))
    told = capfd.readouterr()
    assert "0 changed, 0 gone, 0 unanswered" in told.out
    assert f"Kept in {shown(kept)}" in told.err
    # What is going to be asked comes first, then how far it is.
    assert (
        told.err.index("Asked for is what follows") < told.err.index("1/") < told.err.index("Kept")
    )


def test_a_host_that_lets_nobody_in_is_one_line(
    ssh: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert program.main(["ask", "--at", "elsewhere"]) == 2
    told = capfd.readouterr().err
    assert "the survey on elsewhere ended with 255" in told
    assert "has no line of a survey" in told


def test_what_came_before_it_was_cut_off_is_read(
    ssh: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert program.main(["ask", "--at", "cut"]) == 2
    told = capfd.readouterr()
    assert "holds      hosts bast1004" in told.out
    assert "0 changed, 0 gone, 0 unanswered" in told.out
    assert "the survey on cut ended with 255, before its end" in told.err
