"""A newcomer who has done nothing yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.actors.days import STAFF
from tests.actors.journey import Journey
from tests.guide.profiles import readers


@pytest.fixture(scope="module")
def fresh() -> Iterator[Journey]:
    """Begin a day in which nothing is done."""
    begun = Journey.begin(readers()[STAFF], sabotaged=False)
    yield begun
    begun.end()
