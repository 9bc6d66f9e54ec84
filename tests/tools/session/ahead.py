"""Begins what takes long as soon as it is known which tests there are, beside those that go on."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from contextlib import ExitStack

import pytest

from macros.errors import ROOT
from tests.checks import execution
from tests.environments import built_site

#: What ends the days that were begun.
_ends = ExitStack()


def start(items: Iterable[pytest.Item]) -> None:
    """Begin with what the selected tests will wait for.

    They say it themselves: by the fixture `site`, and by the marks `site_of` and `step`.
    """
    items = list(items)
    if any("site" in getattr(item, "fixturenames", ()) for item in items):
        built_site.begin()
    steps = [tuple(mark.args) for item in items for mark in item.iter_markers("step")]
    if steps:
        from tests.actors import days  # noqa: PLC0415 # takes a second, and few runs need it

        _ends.callback(days.stop)
        days.start(steps, lambda: built_site.by().folder)
    paths = {item.path for item in items}
    execution.start(path for path in paths if path.is_relative_to(ROOT / "docs"))
    for builder in {mark.args[0] for item in items for mark in item.iter_markers("site_of")}:
        built_site.begin(builder)


def stop() -> None:
    """End what nobody waited for, and remove its files."""
    _ends.close()
    built_site.end()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Begin, as soon as it is known which tests there are."""
    gc.freeze()  # what is loaded by now stays; to look for garbage in it is a tenth of all work
    if not session.config.option.collectonly and not session.testsfailed:
        start(session.items)


def pytest_sessionfinish() -> None:
    """Leave nothing behind."""
    stop()
