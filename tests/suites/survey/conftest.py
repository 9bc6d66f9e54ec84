"""One insider, whose lab is changed and mended again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.actors.insider import Insider, inside
from tests.guide.profiles import readers


@pytest.fixture(scope="package")
def insider() -> Iterator[Insider]:
    with inside(readers()["sample"]) as someone:
        yield someone
