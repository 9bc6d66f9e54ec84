"""Copies of the project, to spoil and to run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from macros.errors import ROOT

#: What a page has at its top.
HEADER = (
    "---\ntitle: Planted\ndescription: Faults that have to be found.\nowner: X\n"
    "verified: 2026-11-24\n---\n# Planted\n"
)


def copy_of_project(folder: Path) -> Path:
    """Copy what the project needs to `folder`, without environment and caches."""
    project = folder / "project"
    left_out = {".venv", ".git", "site", ".cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}

    def ignore(inside: str, names: list[str]) -> set[str]:
        top = left_out | {"profile.yml"} if Path(inside) == ROOT else set()
        return {name for name in names if name in top or name == "__pycache__"}

    shutil.copytree(ROOT, project, ignore=ignore)
    return project


def plant(project: Path, file: str, old: str, new: str) -> int:
    """Put `new` in the place of `old`; return its line."""
    path = project / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def run_pytest(project: Path, *arguments: str) -> str:
    """Run pytest in `project`; return what it printed, colourless."""
    done = subprocess.run(
        [Path(sys.executable).parent / "pytest", "-q", "--color=no", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


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


def make(project: Path, target: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run make in `project`, with more variables of the environment."""
    return subprocess.run(
        ["make", target],
        cwd=project,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
