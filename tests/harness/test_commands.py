"""A fault in a page ends red what guards the pages: `make test`, and what CI runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from macros.errors import ROOT
from macros.evidence import VARIABLE
from tests import evidence
from tests.harness.test_planted import copy_of_project
from tests.harness.test_planted_in_lab import plant

pytestmark = pytest.mark.slow

#: Of the many tests, one in each half: a fence of a page, and a step of day one.
CHOSEN = "(git.md and clone-and-push) or (hyphens-access/ssh-keys and make-the-keys)"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project that is set up already, with the programs of this one."""
    copied = copy_of_project(tmp_path_factory.mktemp("commands"))
    stamps = ("bin/python", "docs.done", "check.done", "test.done", "packages-test.done")
    for name in stamps:
        stamp = copied / ".venv" / name
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
    return copied


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Evidence of all blocks, as the tests that are not chosen would have left it."""
    path = tmp_path_factory.mktemp("evidence") / "evidence.json"
    evidence.made_up(path, ["lab"])
    return path


def run(
    project: Path, *command: str, evidence_file: Path | str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `command` in `project`, where only the chosen tests run."""
    return subprocess.run(
        command,
        cwd=project,
        env={
            **os.environ,
            "MAKEFLAGS": f"BIN={Path(sys.executable).parent}",
            "PYTEST_ADDOPTS": f'-k "{CHOSEN}"',
            "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache"),
            VARIABLE: str(evidence_file),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_what_ci_runs_is_green_where_nothing_is_planted(project: Path, proven: Path) -> None:
    done = run(project, "bash", ".ci/run", evidence_file=proven)
    assert done.returncode == 0, done.stdout[-3000:]
    assert done.stdout.count("1 passed") == 2 and (project / "site/index.html").is_file()


def test_a_site_whose_blocks_nothing_has_proven_is_red(project: Path) -> None:
    done = run(project, "make", "site", "proven")
    assert done.returncode and "\nNot proven: " in done.stdout, done.stdout[-3000:]


@pytest.mark.parametrize(
    ("command", "file", "old", "new"),
    [
        ("make test", "docs/setup/git.md", "git clone", 'git clone "'),
        ("bash .ci/run", "docs/access/ssh-keys.md", "ls -l ~/.ssh", "ls -l ~/.sssh"),
    ],
    ids=["a-fence", "a-step"],
)
def test_a_fault_ends_it_red(project: Path, command: str, file: str, old: str, new: str) -> None:
    before = (project / file).read_text(encoding="utf-8")
    plant(project, file, old, new)
    try:
        done = run(project, *command.split())
    finally:
        (project / file).write_text(before, encoding="utf-8")
    assert done.returncode, done.stdout[-3000:]
    assert "1 failed" in done.stdout and f"{file}:" in done.stdout, done.stdout[-3000:]
