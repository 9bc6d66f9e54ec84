"""Day one, step by step: the page is the solution, and its check is proved to tell the truth."""

from __future__ import annotations

import pytest

from tests.day_one import days
from tests.day_one.steps import steps


@pytest.mark.slow
@pytest.mark.parametrize("name", steps())
@pytest.mark.parametrize("reader", days.READERS)
def test_step(reader: str, name: str) -> None:
    error = days.failure(reader, name)
    if isinstance(error, (AssertionError, RuntimeError)):
        again = f"pytest 'tests/day_one/test_day_one.py::test_step[{reader}-{name}]'"
        pytest.fail(f"{error}\nRun again: {again}", pytrace=False)
    if error:
        raise error
