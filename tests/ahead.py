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
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from macros.errors import ROOT
from tests import scratch
from tests.checks import execution


@dataclass(frozen=True)
class Build:
    """The strict build of the published site: its folder, how it ended, what it said."""

    folder: Path
    code: int
    log: str


def start(items: Iterable[pytest.Item]) -> None:
    """Begin with what the selected tests will wait for."""
    scratch.remove_leftovers()
    paths = {item.path for item in items}
    execution.start(path for path in paths if path.is_relative_to(ROOT / "docs"))
    if any(path.parent == ROOT / "tests" / "site" for path in paths):
        _building()


def stop() -> None:
    """End what nobody waited for, and remove its files."""
    if _building.cache_info().currsize:
        process, folder = _building()
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@cache
def site() -> Build:
    """Return the built site, as soon as it is."""
    process, folder = _building()
    code = process.wait()
    return Build(folder / "site", code, (folder / "log").read_text(encoding="utf-8"))


@cache
def _building() -> tuple[subprocess.Popen[bytes], Path]:
    folder = scratch.make()
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, str(folder / "site")],
            cwd=ROOT,
            env={**os.environ, "GUIDE_PUBLISH": "1", "NO_MKDOCS_2_WARNING": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    return process, folder
