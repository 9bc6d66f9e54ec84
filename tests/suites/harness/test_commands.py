"""Faults in pages end red what guards the pages: `make test`, and what CI runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from macros.errors import ROOT
from macros.evidence import VARIABLE
from tests.tools.copies import copy_of_project, plant, set_up

pytestmark = pytest.mark.slow

#: File, what stands there, what is planted, the step that fails.
IN_DAY_ONE = [
    ("docs/practice/code.md", "check-ignore --no-index sample.csv", "check-ignore simple.csv", "practice/code#data-out"),
    ("docs/setup/git.md", "git -C ~/movement-metrics fetch", "git -C ~/metrics fetch", "setup/git#clone"),
    ("docs/data/replicas.md", 'port("s2")', 'port("s3")', "data/replicas#open-a-wiki"),
    ("docs/query/command-line.md", "(rev_timestamp, 8)", "(rev_timestamp, 6)", "query/command-line#the-replicas"),
]  # fmt: skip
#: Has a fence with a fault.
_FENCED = "docs/data/engines.md"
#: Tests of a fence, of the pages for a wiki, of steps of day one.
CHOSEN = " or ".join(
    [
        "(engines.md and what-a-table-has-sql and not sql-2)",
        "(test_escaping.py and prose)",
        *("(sample-{} and {})".format(*step.split("#")) for _, _, _, step in IN_DAY_ONE),
    ]
)
#: Where they are: no others need to be collected.
_FOLDERS = ("docs", "tests/suites/wikitext", "tests/suites/day_one")
_SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TESTPATHS = _SETTINGS["tool"]["pytest"]["ini_options"]["testpaths"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project that is set up already, with the programs of this one."""
    copied = copy_of_project(tmp_path_factory.mktemp("commands"))
    set_up(copied)
    return copied


@pytest.fixture(scope="module")
def ended(project: Path) -> tuple[subprocess.CompletedProcess[str], dict[str, int]]:
    """Run what CI runs, with faults and only the chosen tests.

    Return how it ended, and the lines of the faults, by page or step.
    """
    fence = plant(project, _FENCED, "DESCRIBE wmf.pageview_", "DESCRIBE wmf.page_view_")
    lines = {_FENCED: fence} | {
        step: plant(project, file, old, new) for file, old, new, step in IN_DAY_ONE
    }
    elsewhere = [f"--ignore={path}" for path in TESTPATHS if path not in _FOLDERS]
    done = subprocess.run(
        ["bash", ".ci/run"],
        cwd=project,
        env={
            **os.environ,
            "MAKEFLAGS": f"BIN={Path(sys.executable).parent}",
            "PYTEST_ADDOPTS": f'-k "{CHOSEN}" {" ".join(elsewhere)}',
            "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache"),
            VARIABLE: "",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done, lines


def test_faults_end_what_ci_runs_red(
    ended: tuple[subprocess.CompletedProcess[str], dict[str, int]], project: Path
) -> None:
    """It ends in `make test`, before a site is built."""
    said = ended[0].stdout
    assert ended[0].returncode, said[-3000:]
    assert re.search(r"make\S*: \*\*\* \[Makefile:\d+: test\] Error", said), said[-3000:]
    ends = sorted(re.findall(r"\d+ (?:failed|passed)", said))
    assert ends == ["1 failed", "1 passed", "4 failed"], said
    assert f"{_FENCED}:{ended[1][_FENCED]}: " in said
    assert not (project / "site").exists()


@pytest.mark.parametrize(("file", "step"), [(file, step) for file, _, _, step in IN_DAY_ONE])
def test_a_fault_in_day_one_is_named_by_page_and_line(
    ended: tuple[subprocess.CompletedProcess[str], dict[str, int]], file: str, step: str
) -> None:
    done, lines = ended
    assert f"test_step[sample-{step}]" in done.stdout
    named = [int(line) for line in re.findall(rf"{re.escape(file)}:(\d+): ", done.stdout)]
    assert any(abs(line - lines[step]) <= 12 for line in named), done.stdout[-3000:]


@pytest.mark.parametrize(
    "failing", ["", "tests/suites/day_one", "tests/suites/browser", "tests/suites/macros", "mypy"]
)
def test_a_fault_in_any_process_is_enough(tmp_path: Path, failing: str) -> None:
    (tmp_path / "python").symlink_to(sys.executable)
    for name in ("pytest", "mypy"):
        program = tmp_path / name
        ends = f'case " {name} $* " in *" {failing or "none"} "*) exit 1;; esac'
        program.write_text(f'#!/bin/sh\necho "$@"\n{ends}\n')
        program.chmod(0o755)
    beside = [
        "pytest tests/suites/wikitext tests/suites/browser",
        "pytest tests/suites/day_one",
        "mypy",
    ]
    command = ["sh", "tests/tools/side_by_side.sh", str(tmp_path), *beside]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == (1 if failing else 0), done.stdout + done.stderr
    assert sorted(done.stdout.split()) == sorted(TESTPATHS)
