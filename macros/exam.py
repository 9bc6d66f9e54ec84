"""The exam: goals without commands, each judged by the check of a step of the guide."""

from __future__ import annotations

import re
from collections.abc import Mapping

from macros import yaml_lines
from macros.errors import ROOT, GuideError, GuideErrors

FILE = ROOT / "snippets" / "exam.yml"
_STEP = re.compile(r"[a-z/-]+#[a-z-]+")


def load() -> dict[str, str]:
    """Return the goals by the step (page#section) that judges them, in the order of the exam.

    Raises GuideErrors with file and line for what is no step with a sentence.
    """
    document = yaml_lines.load(FILE)
    errors = [
        GuideError(f"{step}: a goal is a sentence below a step such as access/ssh#file", FILE, line)
        for step, goal in document.mapping().items()
        if (line := document.line(step))
        and not (_STEP.fullmatch(str(step)) and isinstance(goal, str) and goal.endswith("."))
    ]
    if errors:
        raise GuideErrors(errors)
    return dict(document.mapping())


def table(goals: Mapping[str, str], links: Mapping[str, str]) -> str:
    """Return `goals` as a Markdown table, each with its link of `links`: where to look."""
    rows = [f"| {n}. {goal} | {links[step]} |" for n, (step, goal) in enumerate(goals.items(), 1)]
    return "\n".join(["| Goal | Where to look |", "| --- | --- |", *rows])
