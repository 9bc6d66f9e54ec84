"""Failures as GitHub shows them: beside the line of the page or snippet, where one is named."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.tools.copies import HEADER, copy_of_project, plant

pytestmark = pytest.mark.slow
#: A test whose failure names no file but its own.
_TEST = '''"""Tests."""

import os


def test_it():
    """Fail."""
    assert "100 %" == "100\\n"


def test_others():
    """Pass."""
    assert "GITHUB_ACTIONS" not in os.environ
'''


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, int]:
    """Plant faults in a copy; return what its tests say on GitHub, and the snippet's line."""
    project = copy_of_project(tmp_path_factory.mktemp("annotated"))
    page = "``` { .bash .laptop }\nif true; then\n```\n\n``` { .python .stat }\n1 / 0\n```\n"
    (project / "docs" / "planted.md").write_text(f"{HEADER}\n{page}", encoding="utf-8")
    (project / "tests/suites/site/test_it.py").write_text(_TEST)
    line = plant(project, "snippets/stat/gitconfig", "insteadOf", "pushInsteadOf")
    wanted = (
        "docs/planted.md",
        "tests/suites/site/test_it.py",
        "tests/suites/snippets/test_git.py",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--color=no", *wanted],
        cwd=project,
        env={**os.environ, "GITHUB_ACTIONS": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout, line


@pytest.mark.parametrize(
    "annotation",
    [
        r"file=docs/planted\.md,line=10::.*syntax error.*",
        r"file=docs/planted\.md,line=14::ZeroDivisionError: division by zero",
        r"file=tests/suites/site/test_it\.py,line=6::test_it: .*100 %25.*%0A.*",
    ],
)
def test_each_failure_is_annotated_where_the_fault_is(
    said: tuple[str, int], annotation: str
) -> None:
    assert re.search(f"^::error {annotation}$", said[0], re.MULTILINE), said[0][-4000:]


def test_a_fault_in_a_snippet_is_annotated_there(said: tuple[str, int]) -> None:
    text, line = said
    assert re.search(rf"^::error file=snippets/stat/gitconfig,line={line}::", text, re.MULTILINE), (
        text[-4000:]
    )


def test_nothing_else_is_annotated(said: tuple[str, int]) -> None:
    """A fault that many readers meet is one; and what tests run annotates nothing by itself."""
    assert said[0].count("::error ") == 4
    assert "3 passed" in said[0]
