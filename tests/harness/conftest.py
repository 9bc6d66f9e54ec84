"""A copy of the project that can be built."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros.errors import ROOT
from tests.harness.test_planted import copy_of_project


def ready_copy(folder: Path) -> Path:
    """Copy the project to `folder`, with this environment and an older site."""
    copied = copy_of_project(folder)
    (copied / ".venv").symlink_to(ROOT / ".venv")
    (copied / "site").mkdir()
    (copied / "site" / "index.html").write_text("the older site")
    return copied


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with this environment and an older site."""
    return ready_copy(tmp_path)
