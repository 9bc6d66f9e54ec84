"""What takes long runs beside the tests, from the moment that they are known.

The published site is built by the very command that publishes it, and the
guide's commands run in their sandboxes, while the tests that wait for neither
go on.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from macros.errors import ROOT
from macros.evidence import VARIABLE
from tests.checks import execution
from tests.environments import scratch
from tests.evidence import notes

#: The published site, and one moment of building for all builders.
_ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": str(int(time.time())),
    **os.environ,
    "GUIDE_PUBLISH": "1",
    "NO_MKDOCS_2_WARNING": "1",
}
#: What ends the days that were begun.
_ends = ExitStack()
#: The builds that were begun, by their builder.
_begun: dict[str, tuple[subprocess.Popen[bytes], Path]] = {}


@dataclass(frozen=True)
class Build:
    """The strict build of the published site: its folder, how it ended, what it said."""

    folder: Path
    code: int
    log: str


def start(items: Iterable[pytest.Item]) -> None:
    """Begin with what the selected tests will wait for."""
    items = list(items)
    paths = {item.path for item in items}
    functions = [item for item in items if isinstance(item, pytest.Function)]
    steps = [
        (str(item.callspec.params["reader"]), str(item.callspec.params["name"]))
        for item in functions
        if {"reader", "name"} <= (item.callspec.params if hasattr(item, "callspec") else {}).keys()
    ]
    if any("site" in item.fixturenames for item in functions):
        _building("mkdocs")
    if steps:
        from tests.actors import days  # noqa: PLC0415 # takes a second, and few runs need it

        _ends.callback(days.stop)
        days.start(steps, lambda: site().folder)
    execution.start(path for path in paths if path.is_relative_to(ROOT / "docs"))
    if ROOT / "tests/suites/site/test_builders.py" in paths:
        _building("properdocs")


def stop() -> None:
    """End what nobody waited for, and remove its files."""
    _ends.close()
    for process, folder in _begun.values():
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@cache
def site(builder: str = "mkdocs") -> Build:
    """Return the site as the program `builder` makes it, as soon as it has."""
    process, folder = _building(builder)
    code = process.wait()
    return Build(folder / "site", code, (folder / "log").read_text(encoding="utf-8"))


def _building(builder: str) -> tuple[subprocess.Popen[bytes], Path]:
    if builder not in _begun:
        folder = scratch.make()
        notes.made_up(folder / "evidence.json")
        program = str(Path(sys.executable).parent / builder)
        command = [program, "build", "-f", "mkdocs.yml", "--strict"]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "--site-dir", str(folder / "site")],
                cwd=ROOT,
                env={**_ENVIRONMENT, VARIABLE: str(folder / "evidence.json")},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        _begun[builder] = process, folder
    return _begun[builder]
