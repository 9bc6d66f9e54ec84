"""A copy of the project, for each test that spoils one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.copies import ready_copy


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with this environment and an older site."""
    return ready_copy(tmp_path)
