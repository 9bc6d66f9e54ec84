"""One lab for all that is done in notebooks, with a reader who has access."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.actors import desk
from tests.environments.lab.lab import Lab
from tests.guide import profiles


@pytest.fixture(scope="package")
def lab() -> Iterator[Lab]:
    """A lab whose reader has keys, accounts and a Kerberos principal, and no ticket yet."""
    running = desk.begin(profiles.readers()["sample"])
    try:
        yield running
    finally:
        running.end()
