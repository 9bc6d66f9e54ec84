"""A fault that the lab alone can see: a request that asks for too little."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.copies import copy_of_project, plant, run_pytest

pytestmark = pytest.mark.slow


def test_a_request_without_the_group_locks_the_newcomer_out(tmp_path: Path) -> None:
    """The admin acts on the text alone; what needs the stat host is not run, and says why."""
    project = copy_of_project(tmp_path)
    group = '[[[ group("analytics-privatedata-users") ]]], '
    plant(project, "snippets/phabricator/access_request.remarkup", group, "")
    steps = ("access/host-keys#connect", "setup/shell#files")
    day = "tests/suites/day_one/test_day_one.py::test_step"
    report = run_pytest(project, *(f"{day}[sample-{step}]" for step in steps))
    assert "Permission denied (publickey)" in report
    assert "not run: access/host-keys#connect has failed" in report
    assert "2 failed" in report
