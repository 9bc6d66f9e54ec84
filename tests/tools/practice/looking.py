"""Looks whether a step is done, by the check of its page, on the laptop of the lab."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import dataclass

from tests.checks.seen import first_difference
from tests.tools.practice.laptop import Look, Practice, PracticeStep

_SHARED = [
    *("-o", "ControlMaster=auto", "-o", "ControlPersist=yes"),
    *("-o", f"ControlPath=/tmp/lab-{os.getpid()}"),
]
#: Ends what a login says first: that is not what a page shows.
_BEGIN = "--- the check ---"


@dataclass(frozen=True)
class Trouble:
    """Why a check fails: the block, what was seen, and what was expected in its place."""

    look: Look
    seen: str
    message: str


def examine(known: Practice, step: PracticeStep, quiet: bool = False) -> Trouble | None:
    """Run the check of `step` as its page has it; return the first thing that is wrong.

    How it goes is printed, unless `quiet`.
    """
    if not quiet:
        print(f"{step.id} ... ", end="", flush=True)
    trouble = _examined(known, step)
    if not quiet:
        print("not yet" if trouble else "ok")
    return trouble


def _examined(known: Practice, step: PracticeStep) -> Trouble | None:
    for look in step.looks:
        done = run(known, look.place, look.text)
        differs = first_difference(look.shown, done.stdout) if look.shown is not None else None
        if done.returncode or differs:
            ended = f"it ends with exit code {done.returncode}"
            return Trouble(look, done.stdout, differs[1] if differs else ended)
    return None


def run(known: Practice, place: str, text: str) -> subprocess.CompletedProcess[str]:
    """Run `text` in a login shell at `place`; questions go to the person at the terminal.

    It is no input: what runs in it, such as ssh, would read the rest. The first way to the stat
    host serves the rest of this command: one question for a passphrase, and no waiting.
    """
    shell = ["bash", "-l", "-c", f"echo '{_BEGIN}'\n{text}"]
    done = subprocess.run(
        ["ssh", "-n", *_SHARED, known.stat, shlex.join(shell)] if place == "stat" else shell,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    before, begun, after = done.stdout.partition(f"{_BEGIN}\n")
    done.stdout = after if begun else before
    return done


def leave(known: Practice) -> None:
    """End the way to the stat host that commands of this process have shared."""
    ended = ["ssh", *_SHARED, "-O", "exit", known.stat]
    subprocess.run(ended, stderr=subprocess.DEVNULL, check=False)
