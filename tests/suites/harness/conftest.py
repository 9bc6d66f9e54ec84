"""A copy of the project that can be built."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros.errors import ROOT
from tests.suites.harness.test_planted import copy_of_project


def ready_copy(folder: Path) -> Path:
    """Copy the project to `folder`, with this environment and an older site."""
    copied = copy_of_project(folder)
    (copied / ".venv").symlink_to(ROOT / ".venv")
    (copied / "site").mkdir()
    (copied / "site" / "index.html").write_text("the older site")
    return copied


def set_up(project: Path) -> None:
    """Let make take `project` for set up; `BIN` has to say where the programs are."""
    stamps = ("bin/python", "bin/uv", "docs.done", "check.done", "test.done", "packages-test.done")
    for name in stamps:
        stamp = project / ".venv" / name
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with this environment and an older site."""
    return ready_copy(tmp_path)
