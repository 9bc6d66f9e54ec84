"""The exam (`lab exam`): goal after goal, without a command, judged by the guide's checks."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from tests.tools.practice import laptop
from tests.tools.practice.laptop import Practice
from tests.tools.practice.looking import examine

_USAGE = "lab exam, lab exam skip, or lab exam --json"


@dataclass
class Goal:
    """A goal: the step that judges it, when it was asked and reached, and wrong ways until then.

    A wrong way is what the check saw when somebody thought that the goal was reached. `asked` and
    `reached` are seconds of the Unix epoch.
    """

    step: str
    goal: str
    asked: float | None = None
    reached: float | None = None
    skipped: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be reached."""
        return not (self.reached or self.skipped)

    @property
    def seconds(self) -> float | None:
        """How long it took, if it was asked and reached."""
        return round(self.reached - self.asked, 1) if self.asked and self.reached else None


def take(known: Practice, word: str = "") -> int:
    """Judge the goal that was asked, and ask the next; with `skip` leave it, unreached.

    With `--json` judge all that are open, and print how all of them went. Return 0 once all are
    reached, or when the first is asked.
    """
    if word not in ("", "skip", "--json"):
        print(_USAGE)
        return 2
    goals = _read(known)
    asked = next((goal for goal in goals if goal.is_open and goal.asked), None)
    judged = [goal for goal in goals if goal.is_open] if word == "--json" else [asked]
    for goal in judged:
        if goal and word == "skip":
            goal.skipped = True
        elif goal:
            _judge(known, goal, aloud=word != "--json")
    if word == "--json":
        print(as_json(goals))
    elif not (asked and asked.is_open):
        _ask_next(goals)
    _write(goals)
    return 0 if (not asked and word != "--json") or all(goal.reached for goal in goals) else 1


def _judge(known: Practice, goal: Goal, aloud: bool) -> None:
    step = next(step for step in known.steps if step.id == goal.step)
    trouble = examine(known, step, quiet=True)
    if trouble:
        goal.wrong.append(trouble.message)
    else:
        goal.reached = time.time()
    if aloud:
        print(f"Not reached yet: {trouble.message}" if trouble else f"Reached, {_how(goal)}.")


def _ask_next(goals: list[Goal]) -> None:
    following = next((goal for goal in goals if goal.is_open), None)
    if following is None:
        print(told(goals))
        return
    following.asked = time.time()
    print(f"\nGoal {goals.index(following) + 1} of {len(goals)}: {following.goal}")
    print("When you think that you are there: lab exam")


def _how(goal: Goal) -> str:
    wrong = len(goal.wrong)
    return f"after {goal.seconds:.0f} s and {wrong} wrong way{'' if wrong == 1 else 's'}"


def told(goals: list[Goal]) -> str:
    """Return how the exam went, for people."""
    reached = sum(1 for goal in goals if goal.reached)
    lines = [f"\nThe exam: {reached} of {len(goals)} goals reached."]
    for number, goal in enumerate(goals, 1):
        how = (
            _how(goal) if goal.seconds is not None else "reached" if goal.reached else "not reached"
        )
        lines.append(f"  {number:2}. {how}: {goal.goal}")
    return "\n".join(lines)


def as_json(goals: list[Goal]) -> str:
    """Return how the exam went, for programs: a list of goals."""
    return json.dumps([_fields(goal) for goal in goals], indent=1)


def _fields(goal: Goal) -> dict[str, object]:
    asked = (
        datetime.fromtimestamp(goal.asked, UTC).isoformat("T", "seconds") if goal.asked else None
    )
    return {
        "goal": goal.goal,
        "step": goal.step,
        "asked": asked,
        "reached": bool(goal.reached),
        "seconds": goal.seconds,
        "wrong": goal.wrong,
    }


def load(text: str) -> list[Goal]:
    """Return the goals of a sheet that was written here."""
    return [Goal(**goal) for goal in json.loads(text)]


def _read(known: Practice) -> list[Goal]:
    if laptop.SHEET.exists():
        return load(laptop.SHEET.read_text(encoding="utf-8"))
    return [Goal(step, goal) for step, goal in known.goals.items()]


def _write(goals: list[Goal]) -> None:
    laptop.SHEET.write_text(json.dumps([asdict(goal) for goal in goals]), encoding="utf-8")
