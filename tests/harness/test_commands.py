"""A fault in a page ends red what guards the pages: `make test`, and what CI runs."""

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
from tests.harness.test_planted import copy_of_project
from tests.harness.test_planted_in_lab import plant

pytestmark = pytest.mark.slow

#: One test in each process: of a fence, of the pages for a wiki, of a step of day one.
CHOSEN = " or ".join(
    [
        "(git.md and clone-and-push)",
        "(test_escaping.py and prose)",
        "(sample-access/ssh-keys and make-the-keys)",
    ]
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project that is set up already, with the programs of this one."""
    copied = copy_of_project(tmp_path_factory.mktemp("commands"))
    stamps = ("bin/python", "bin/uv", "docs.done", "check.done", "test.done", "packages-test.done")
    for name in stamps:
        stamp = copied / ".venv" / name
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
    return copied


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run `command` in `project`, where only the chosen tests run."""
    return subprocess.run(
        command,
        cwd=project,
        env={
            **os.environ,
            "MAKEFLAGS": f"BIN={Path(sys.executable).parent}",
            "PYTEST_ADDOPTS": f'-k "{CHOSEN}"',
            "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache"),
            VARIABLE: "",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_faults_end_what_ci_runs_red(project: Path) -> None:
    """It ends in `make test`, before a site is built; both faults are named."""
    plant(project, "docs/setup/git.md", "git clone", 'git clone "')
    plant(project, "docs/access/ssh-keys.md", "ls -l ~/.ssh", "ls -l ~/.sssh")
    done = run(project, "bash", ".ci/run")
    ended = re.search(r"make\S*: \*\*\* \[Makefile:\d+: test\] Error", done.stdout)
    assert done.returncode and ended, done.stdout[-3000:]
    assert (done.stdout.count("1 failed"), done.stdout.count("1 passed")) == (2, 1), done.stdout
    assert not (project / "site").exists()
    for page in ("setup/git", "access/ssh-keys"):
        assert f"docs/{page}.md:" in done.stdout, done.stdout[-3000:]


@pytest.mark.parametrize("failing", ["", "tests/day_one", "tests/browser", "tests/macros", "mypy"])
def test_a_fault_in_any_process_is_enough(tmp_path: Path, failing: str) -> None:
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -m ] || exec {sys.executable} "$@"\necho "$@"\n'
        f'case " $* " in *" {failing or "none"} "*) exit 1;; esac\n'
    )
    python.chmod(0o755)
    beside = ["pytest tests/wikitext tests/browser", "pytest tests/day_one", "mypy"]
    command = ["sh", "tests/side_by_side.sh", str(python), *beside]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == (1 if failing else 0), done.stdout + done.stderr
    with (ROOT / "pyproject.toml").open("rb") as file:
        paths = tomllib.load(file)["tool"]["pytest"]["ini_options"]["testpaths"]
    assert sorted(re.sub("-m (pytest|mypy)", "", done.stdout).split()) == sorted(paths)


def test_a_site_whose_blocks_nothing_has_proven_is_red(project: Path) -> None:
    done = run(project, "make", "site", "proven")
    assert done.returncode and "\nNot proven: " in done.stdout, done.stdout[-3000:]
