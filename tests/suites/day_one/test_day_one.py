"""Day one, step by step: the page is the solution, and its check is proved to tell the truth."""

from __future__ import annotations

import pytest

from tests.actors import days
from tests.checks import registry
from tests.evidence import notes, versions
from tests.guide.profiles import readers
from tests.guide.steps import Step, is_typed, saved_at, steps


def note(reader: str, step: Step) -> None:
    """Note what `reader` typed, saw and sent in `step`, and saved, if a check says it works."""
    typed = ""
    for block in days.done(reader, step.id):
        typed = typed if block.place == "output" else block.text
        if block.place == "output" or is_typed(block):
            notes.note(block, "lab", *versions.behind(typed))
        elif step.check or saved_at(block) is None:
            notes.note(block, "used", *registry.program(block))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reader", "name"),
    [
        pytest.param(reader, name, marks=pytest.mark.step(reader, name))
        for reader in days.READERS
        for name, step in steps().items()
        if step.is_for(readers()[reader])
    ],
)
def test_step(reader: str, name: str) -> None:
    notes.concerns(steps()[name].todo + steps()[name].check)
    error = days.failure(reader, name)
    note(reader, steps()[name])
    if isinstance(error, (AssertionError, RuntimeError)):
        again = f"pytest 'tests/suites/day_one/test_day_one.py::test_step[{reader}-{name}]'"
        pytest.fail(f"{error}\nRun again: {again}", pytrace=False)
    if error:
        raise error
