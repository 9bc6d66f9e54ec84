"""CI: the jobs of both forges' files, played in order with their variables, each in a clean clone.

In the place of the tests of a part stands one that passes, and notes a third of all blocks.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

from macros.errors import ROOT
from macros.settings import VARIABLES
from tests.tools.copies import copy_of_project, set_up

pytestmark = pytest.mark.slow
GITLAB, GITHUB = ".gitlab-ci.yml", ".github/workflows/ci.yml"
#: What a forge sets by itself, for a push to the branch that is published.
SET = {
    GITLAB: {
        "CI_COMMIT_BRANCH": "main",
        "CI_DEFAULT_BRANCH": "main",
        "CI_PIPELINE_SOURCE": "push",
        "CI_PAGES_URL": "https://team.pages.example.org/guide",
    },
    GITHUB: {"GITHUB_ACTIONS": "true"},
}
#: What no job of GitLab can be called: docs.gitlab.com, "CI/CD jobs", read 2026-11-30.
RESERVED = ["image", "services", "stages", "before_script", "after_script", "cache", "include"]
#: A folder of each part, which gets its one test.
FOLDERS = {
    "guide": "tests/suites/macros",
    "browser": "tests/suites/browser",
    "lab": "tests/suites/lab",
}
_TEST = '''"""In the place of a part of the tests."""

from tests.evidence import notes
from tests.guide import reading


def test_part() -> None:
    """Note a third of all blocks."""
    for block in reading.all_blocks()[{number}::3]:
        notes.note(block, "lab", "bash 1.2")
'''


@dataclass
class Job:
    """A job: its stage, its variables and its commands; later stages get what it keeps.

    That is what matches the patterns `kept`, with paths as from the folder `above`. What earlier
    ones kept is put into the folder `below`.
    """

    name: str
    stage: str
    variables: dict[str, str]
    commands: list[str]
    kept: list[str] = field(default_factory=list)
    above: str = "."
    below: str = "."


def _read(file: str) -> Any:
    return yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))


def _matrix(matrix: dict[str, list[str]]) -> Iterator[dict[str, str]]:
    ((name, values),) = matrix.items()
    yield from ({name: value} for value in values)


def gitlab() -> Iterator[Job]:
    """Yield the jobs of a push that changes nothing of the image, in the order of their stages."""
    file = _read(GITLAB)
    assert not any("script" in file.get(name, ()) for name in RESERVED)
    jobs = {name: job for name, job in file.items() if "script" in job and _runs(job["rules"])}
    for name, job in sorted(jobs.items(), key=lambda each: file["stages"].index(each[1]["stage"])):
        for one in _matrix(*job["parallel"]["matrix"]) if "parallel" in job else [{}]:
            variables = {
                k: Template(str(v)).substitute(one) for k, v in job.get("variables", {}).items()
            }
            kept = job.get("artifacts", {}).get("paths", [])
            commands = job.get("before_script", []) + job["script"]
            yield Job(
                " ".join([name, *one.values()]), job["stage"], one | variables, commands, kept
            )


def _runs(rules: list[dict[str, Any]]) -> bool:
    """Return whether a rule of GitLab holds; its conditions are such as bash has."""
    conditions = [rule["if"] for rule in rules if "changes" not in rule]
    test = " || ".join(f"[[ {condition} ]]" for condition in conditions) or "false"
    return not subprocess.run(["bash", "-c", test], env=SET[GITLAB], check=False).returncode


def github() -> Iterator[Job]:
    """Yield the jobs of a push, but for the image's; they stand in order."""
    for name, job in _read(GITHUB)["jobs"].items():
        if "steps" in job:
            for one in _matrix(job["strategy"]["matrix"]) if "strategy" in job else [{}]:
                yield _of_steps(name, _filled(job, one), one)


def _of_steps(name: str, job: dict[str, Any], one: dict[str, str]) -> Job:
    commands = [step["run"] for step in job["steps"] if "run" in step]
    made = Job(" ".join([name, *one.values()]), name, job.get("env", {}), commands)
    for step in job["steps"]:
        action, _, _ = step.get("uses", "").partition("@")
        if action == "actions/upload-artifact":
            made.kept = step["with"]["path"].split()
            made.above = os.path.commonpath([Path(each).parent for each in made.kept])
        elif action == "actions/download-artifact":
            made.below = step["with"]["path"]
    return made


def _filled(node: Any, one: dict[str, str]) -> Any:
    """Return `node` with the values of the matrix in it."""
    if isinstance(node, dict):
        return {key: _filled(value, one) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(each, one) for each in node]
    for name, value in one.items():
        node = node.replace(f"${{{{ matrix.{name} }}}}", value) if isinstance(node, str) else node
    return node


FORGES: dict[str, Callable[[], Iterator[Job]]] = {GITLAB: gitlab, GITHUB: github}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of the project, with one test for each part."""
    project = copy_of_project(tmp_path_factory.mktemp("repository"))
    for number, folder in enumerate(FOLDERS.values()):
        (project / folder / "test_part.py").write_text(_TEST.format(number=number))
    author = ["-c", "user.name=Jane Doe", "-c", "user.email=jane.doe@example.org"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "The guide"]):
        subprocess.run(["git", *command], cwd=project, check=True)
    return project


def play(job: Job, forge: str, clone: Path) -> subprocess.CompletedProcess[str]:
    """Run the commands of `job` in `clone` as a forge does, one after the other until one fails."""
    ours = {variable.name for variable in VARIABLES}
    kept = {n: v for n, v in os.environ.items() if n not in ours and not n.startswith("GUIDE_")}
    parts = (f"OF_{part.upper()}={folder}" for part, folder in FOLDERS.items())
    chosen = {
        "MAKEFLAGS": " ".join([f"BIN={Path(sys.executable).parent}", *parts]),
        "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache"),
        "PYTEST_ADDOPTS": "-k test_part",
    }
    return subprocess.run(
        ["bash", "-e", "-c", "\n".join(job.commands)],
        cwd=clone,
        env={**kept, **chosen, "CI": "true", **SET[forge], **job.variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("forge", FORGES)
def test_what_the_parts_prove_is_published_as_proven(
    forge: str, repository: Path, tmp_path: Path
) -> None:
    artifacts = tmp_path / "artifacts"
    artifacts.mkdir()
    jobs = list(FORGES[forge]())
    for number, job in enumerate(jobs):
        clone = tmp_path / str(number)
        subprocess.run(["git", "clone", "-q", repository, clone], check=True)
        set_up(clone)
        if job.stage != jobs[0].stage:
            shutil.copytree(artifacts, clone / job.below, dirs_exist_ok=True)
        done = play(job, forge, clone)
        assert done.returncode == 0, f"{job.name}:\n{done.stdout[-3000:]}"
        for found in {each for pattern in job.kept for each in clone.glob(pattern)}:
            _keep(found, artifacts / found.relative_to(clone / job.above))
    assert [job.name for job in jobs[:3]] == [f"test {part}" for part in FOLDERS]
    assert "make proven" in jobs[-1].commands
    if forge == GITLAB:
        first = (artifacts / "public" / "index.html").read_text(encoding="utf-8")
        assert f'<link rel="canonical" href="{SET[forge]["CI_PAGES_URL"]}/">' in first


def _keep(found: Path, where: Path) -> None:
    where.parent.mkdir(parents=True, exist_ok=True)
    if found.is_dir():
        shutil.copytree(found, where, dirs_exist_ok=True)
    else:
        shutil.copy(found, where)


def _variable(name: str) -> str:
    """Return the value that make has for `name`."""
    command = ["make", "--silent", f"--eval=show: ; @echo $({name})", "show"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_parts_are_all_tests(pytestconfig: pytest.Config) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    names = re.findall(r"^OF_([A-Z]+) :=", makefile, re.MULTILINE)
    parts = {name: _variable(f"OF_{name}") for name in names}
    assert {part.lower() for part in parts} == FOLDERS.keys()
    assert f"\nPARTS := {' '.join(FOLDERS)}\n" in makefile
    assert sorted(" ".join(parts.values()).split()) == sorted(pytestconfig.getini("testpaths"))
