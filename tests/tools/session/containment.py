"""What keeps the lab and the guide's commands apart from this machine; without it nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.environments import sandbox
from tests.environments.lab import refusals
from tests.environments.sandbox import UncontainedError


def pytest_report_header() -> list[str]:
    """Say what keeps them apart, or why it cannot."""
    refused = {"lab": refusals.why(), "sandbox": sandbox.missing()}
    return [f"{name}: {why or 'in namespaces of its own'}" for name, why in refused.items()]


def _contained() -> Iterator[Any]:
    """Skip, and say so, what would run a command of the guide where there is no sandbox."""
    try:
        return (yield)
    except UncontainedError as error:
        pytest.skip(str(error))


pytest_runtest_setup = pytest.hookimpl(wrapper=True)(_contained)
pytest_runtest_call = pytest.hookimpl(wrapper=True)(_contained)
