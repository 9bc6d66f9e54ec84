"""The command `lab` on the laptop of the lab: next, check, break, why, exam.

Progress is what the guide's own checks say now; nothing is remembered but what `lab break` broke
and how the exam goes.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

from tests.checks.seen import Symptom, recognised
from tests.tools.practice import exam, laptop
from tests.tools.practice.laptop import Break, Practice, PracticeStep
from tests.tools.practice.looking import Trouble, examine, leave, run

_BROKEN = laptop.FILE.with_name("broken")
_USAGE = """lab next           the next step of the guide, found by its checks
lab check [STEP]   all checks in order, or those of one step or page
lab break [NAME]   break something that works, and say only what you will see
lab why            what is wrong with the step that is broken or comes next, and how to fix it
lab exam           a goal without a command; once more: is it reached? (skip, or --json for all)
lab                what was said at the start: names, passwords, and how to leave"""


def main(arguments: list[str]) -> int:
    """Run `lab` with `arguments`; return its exit code."""
    known = laptop.load(laptop.FILE.read_text(encoding="utf-8"))
    commands: dict[str, Callable[..., int]] = {
        "next": next_step,
        "check": check,
        "break": break_one,
        "why": why,
        "exam": exam.take,
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
        leave(known)


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
    applied = run(known, sabotage.place, sabotage.apply).returncode == 0
    if applied and examine(known, step, quiet=True):
        return True
    if applied:
        run(known, sabotage.place, sabotage.undo)
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
