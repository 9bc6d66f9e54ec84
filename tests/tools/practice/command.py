"""The command `lab` on the laptop of the lab: next, check, break, why.

Progress is what the guide's own checks say now; nothing is remembered but what `lab break` broke.
"""

from __future__ import annotations

import os
import random
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tests.checks.seen import Symptom, first_difference, recognised
from tests.tools.practice import laptop
from tests.tools.practice.laptop import Break, Look, Practice, PracticeStep

_BROKEN = laptop.FILE.with_name("broken")
_SHARED = [
    *("-o", "ControlMaster=auto", "-o", "ControlPersist=yes"),
    *("-o", f"ControlPath=/tmp/lab-{os.getpid()}"),
]
_USAGE = """lab next           the next step of the guide, found by its checks
lab check [STEP]   all checks in order, or those of one step or page
lab break [NAME]   break something that works, and say only what you will see
lab why            what is wrong with the step that is broken or comes next, and how to fix it
lab                what was said at the start: names, passwords, and how to leave"""


@dataclass(frozen=True)
class Trouble:
    """Why a check fails: the block, what was seen, and what was expected in its place."""

    look: Look
    seen: str
    message: str


def main(arguments: list[str]) -> int:
    """Run `lab` with `arguments`; return its exit code."""
    known = laptop.load(laptop.FILE.read_text(encoding="utf-8"))
    commands: dict[str, Callable[..., int]] = {
        "next": next_step,
        "check": check,
        "break": break_one,
        "why": why,
    }
    if not arguments:
        print(known.welcome)
        return 0
    if arguments[0] not in commands or len(arguments) > 2:
        print(_USAGE)
        return 2
    try:
        return commands[arguments[0]](known, *arguments[1:])
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    finally:
        leave = ["ssh", *_SHARED, "-O", "exit", known.stat]
        subprocess.run(leave, stderr=subprocess.DEVNULL, check=False)


def next_step(known: Practice, *_: str) -> int:
    """Say which step comes next, who acts, and on which page it is."""
    for step in known.steps:
        if step.always and examine(known, step):
            print(f"\nNext: {step.title}\n  page: {step.id}\n  who:  {step.who}")
            return 0
    print("\nEvery check passes: you are through the guide. Try `lab break`.")
    return 0


def check(known: Practice, name: str = "") -> int:
    """Run the checks of all steps, or of the step or page called `name`; say how they went."""
    steps = [step for step in known.steps if _is_called(step, name)]
    if not steps:
        print(f"no step is called {name!r}; the steps are:")
        print("\n".join(f"  {step.id}" for step in known.steps))
        return 2
    broken = _broken(known)
    if broken and not name and broken[0] not in steps:
        steps.append(broken[0])
    failed: list[str] = []
    for step in steps:
        waits = next((need for need in step.needs if need in failed), None)
        if waits:
            print(f"{step.id} ... waits for {waits}")
        if waits or _is_undone(known, step):
            failed.append(step.id)
    if broken and broken[0] in steps and broken[0].id not in failed:
        _mended()
    if not failed:
        print("\nAll of this works.")
    return 1 if failed else 0


def _is_called(step: PracticeStep, name: str) -> bool:
    page = step.id.partition("#")[0]
    of_all = name in ("", page, page.rpartition("/")[2])
    return name == step.id or (step.always and of_all)


def _is_undone(known: Practice, step: PracticeStep) -> bool:
    trouble = examine(known, step)
    if trouble:
        print(_indented(trouble.seen))
        print(f"  {trouble.message}\n  back to: {step.id}   (lab why says more)")
    return trouble is not None


def break_one(known: Practice, name: str = "") -> int:
    """Break something that works now; say the symptom alone."""
    broken = _broken(known)
    if broken and examine(known, broken[0], quiet=True):
        print("Something is broken already: mend it, then `lab check`. `lab why` helps.")
        return 1
    if broken:
        _mended()
    every = [(step, s) for step in known.steps for s in step.breaks if s.apply]
    named = [pair for pair in every if name in ("", pair[1].name)]
    if not named:
        print(f"nothing is called {name!r}; known: {', '.join(s.name for _, s in every)}")
        return 2
    random.shuffle(named)
    print("Looking for something that works ...", flush=True)
    chosen = next((pair for pair in named if _break(known, *pair)), None)
    if chosen is None:
        step_id = named[0][0].id
        print(
            f"{name} breaks nothing now: {step_id} is not done, or the check does not see it."
            if name
            else "There is nothing to break yet: no step that can be broken is done."
        )
        return 1
    step, sabotage = chosen
    symptom = f"You see: {sabotage.see}" if sabotage.see else f"Missing: {sabotage.misses}"
    print(f"\nBroken. The check of {step.id} fails now.\n  {symptom}")
    print("Find out why and mend it; `lab check` tells whether you have, `lab why` gives it away.")
    return 0


def _break(known: Practice, step: PracticeStep, sabotage: Break) -> bool:
    """Break `step` if it works; return whether its check fails now. What is broken is noted first.

    A check may go on to pass: with the key in an agent, the file of the key is not asked for.
    """
    if examine(known, step, quiet=True):
        return False
    _BROKEN.write_text(f"{step.id} {sabotage.name}")
    applied = _run(known, sabotage.place, sabotage.apply).returncode == 0
    if applied and examine(known, step, quiet=True):
        return True
    if applied:
        _run(known, sabotage.place, sabotage.undo)
    _BROKEN.unlink()
    return False


def why(known: Practice, *_: str) -> int:
    """Say what is wrong: with what was broken, or else with the next step."""
    broken = _broken(known)
    steps = [broken[0]] if broken else [step for step in known.steps if step.always]
    for step in steps:
        trouble = examine(known, step)
        if trouble:
            return _explain(step, trouble)
    if broken:
        _mended()
        return 0
    print("Nothing is wrong that a check of the guide can see.")
    return 0


def _explain(step: PracticeStep, trouble: Trouble) -> int:
    print(f"{_indented(trouble.seen)}\n  {trouble.message}\n")
    symptoms = [Symptom(s.name, s.see, s.misses) for s in step.breaks]
    known = recognised(symptoms, trouble.seen, trouble.message)
    for sabotage in step.breaks:
        if sabotage.name in known:
            print(f"  It means: {sabotage.cause}\n  Do this:  {sabotage.cure}")
    if not known:
        print(f"  This is no known trouble. The step is not done yet, perhaps: {step.id}")
    return 1


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
        done = _run(known, look.place, look.text)
        differs = first_difference(look.shown, done.stdout) if look.shown is not None else None
        if done.returncode or differs:
            ended = f"it ends with exit code {done.returncode}"
            return Trouble(look, done.stdout, differs[1] if differs else ended)
    return None


def _run(known: Practice, place: str, text: str) -> subprocess.CompletedProcess[str]:
    """Run `text` in a login shell at `place`; questions go to the person at the terminal.

    It is no input: what runs in it, such as ssh, would read the rest. The first way to the stat
    host serves the rest of this command: one question for a passphrase, and no waiting.
    """
    shell = ["bash", "-l", "-c", text]
    return subprocess.run(
        ["ssh", "-n", *_SHARED, known.stat, shlex.join(shell)] if place == "stat" else shell,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )


def _broken(known: Practice) -> tuple[PracticeStep, Break] | None:
    if not _BROKEN.exists():
        return None
    step_id, name = _BROKEN.read_text().split()
    step = next(step for step in known.steps if step.id == step_id)
    return step, next(sabotage for sabotage in step.breaks if sabotage.name == name)


def _mended() -> None:
    _BROKEN.unlink()
    print("\nYou have mended it.")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.rstrip().split("\n")[-12:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
