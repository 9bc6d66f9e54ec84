"""What takes long runs beside the tests, from the moment that they are known.

The published site is built by the very command that publishes it, and the
guide's commands run in their sandboxes, while the tests that wait for neither
go on.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from macros.errors import ROOT
from tests.checks import execution

#: Folders of a run are called after its process, so that a later run knows what was left behind.
PREFIX = f"guide-{os.getpid()}-"


@dataclass(frozen=True)
class Build:
    """The strict build of the published site: its folder, how it ended, what it said."""

    folder: Path
    code: int
    log: str


def start(items: Iterable[pytest.Item]) -> None:
    """Begin with what the selected tests will wait for."""
    _remove_leftovers()
    paths = {item.path for item in items}
    if any(path.is_relative_to(ROOT / "docs") for path in paths):
        execution.start()
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
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
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


def _remove_leftovers() -> None:
    """Remove the folders of runs that were killed."""
    for path in Path(tempfile.gettempdir()).glob("guide-*-*"):
        process = re.fullmatch(r"guide-(\d+)-.*", path.name)
        if process and not Path(f"/proc/{process[1]}").exists():
            shutil.rmtree(path, ignore_errors=True)
