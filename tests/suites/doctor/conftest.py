"""One newcomer at whose set-up all of these tests look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.actors.patient import Patient, admitted


@pytest.fixture(scope="package")
def patient() -> Iterator[Patient]:
    with admitted() as admitted_one:
        yield admitted_one
