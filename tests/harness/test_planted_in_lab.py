"""Faults that only the lab can see, planted in a copy: day one goes red, with page and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.harness.test_planted import copy_of_project, run_pytest

pytestmark = pytest.mark.slow

#: File, what stands there, what is planted, the step that fails.
FAULTS = [
    ("docs/practice/code.md", "check-ignore sample.csv", "check-ignore simple.csv", "practice/code#data-out"),
    ("docs/setup/git.md", "git -C ~/movement-metrics fetch", "git -C ~/metrics fetch", "setup/git#clone"),
    ("docs/data/replicas.md", 'port("s2")', 'port("s3")', "data/replicas#open-a-wiki"),
    ("docs/query/command-line.md", "(rev_timestamp, 8)", "(rev_timestamp, 6)", "query/command-line#the-replicas"),
]  # fmt: skip


def plant(project: Path, file: str, old: str, new: str) -> int:
    """Put `new` in the place of `old`; return its line."""
    path = project / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def days(steps: list[str]) -> list[str]:
    """Return the tests at `steps` of the reader who needs no site."""
    return [f"tests/day_one/test_day_one.py::test_step[sample-{step}]" for step in steps]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], str]:
    """Plant every fault in one copy; return their lines by step, and pytest's report."""
    project = copy_of_project(tmp_path_factory.mktemp("planted"))
    lines = {step: plant(project, file, old, new) for file, old, new, step in FAULTS}
    return lines, run_pytest(project, *days(list(lines)))


@pytest.mark.parametrize(("file", "step"), [(file, step) for file, _, _, step in FAULTS])
def test_a_fault_is_named_by_page_and_line(
    planted: tuple[dict[str, int], str], file: str, step: str
) -> None:
    lines, report = planted
    assert f"test_step[sample-{step}]" in report
    named = [int(line) for line in re.findall(rf"{re.escape(file)}:(\d+): ", report)]
    assert any(abs(line - lines[step]) <= 12 for line in named), report[-3000:]


def test_a_request_without_the_group_locks_the_newcomer_out(tmp_path: Path) -> None:
    """The admin acts on the text alone; what needs the stat host is not run, and says why."""
    project = copy_of_project(tmp_path)
    group = '[[[ group("analytics-privatedata-users") ]]], '
    plant(project, "snippets/phabricator/access_request.remarkup", group, "")
    report = run_pytest(project, *days(["access/host-keys#connect", "setup/shell#files"]))
    assert "Permission denied (publickey)" in report
    assert "not run: access/host-keys#connect has failed" in report
    assert "2 failed" in report
