"""The image: what it is made of is what rebuilds it, and what is missing is said in one line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from macros.errors import ROOT
from tests.environments.image import CONTAINERFILE, NAME


def test_what_it_is_made_of_is_sent_to_the_engine_and_makes_a_new_one() -> None:
    """Both forges build it anew when one of these changes."""
    text = (ROOT / CONTAINERFILE).read_text(encoding="utf-8")
    copied = {
        each for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for each in line.split()
    }
    sent = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    gitlab = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text())["build-image"]
    github = (ROOT / ".github/workflows/image.yml").read_text()
    assert copied == set(sent)
    assert {CONTAINERFILE, *copied} == set(gitlab["rules"][0]["changes"])
    hashed = re.search(r"hashFiles\((.*)\)", github)
    assert hashed and {CONTAINERFILE, *copied} == set(re.findall("'(.+?)'", hashed[1]))
    for pattern in copied:
        assert list(ROOT.glob(pattern)), pattern


def test_an_editor_builds_the_same() -> None:
    settings = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    build = settings["build"]
    folder = ROOT / ".devcontainer"
    assert folder / build["dockerfile"] == ROOT / CONTAINERFILE
    assert (folder / build["context"]).resolve() == ROOT
    assert settings["privileged"] is True


@pytest.mark.parametrize(
    ("engines", "given", "said"),
    [
        ({}, "", "docker or podman is not installed; ENGINE= names another program"),
        ({"docker": ""}, "podman", "podman is not installed; ENGINE= names another program"),
        (
            {"docker": "echo Containers: 0; echo 'ERROR: Cannot connect' >&2; exit 1"},
            "",
            "docker is installed, but does not answer: ERROR: Cannot connect",
        ),
        (
            {"docker": 'case "$1" in build) exit 1;; esac'},
            "",
            "docker cannot build the image; what it lacks stands above",
        ),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    tmp_path: Path, engines: dict[str, str], given: str, said: str
) -> None:
    done = _image(tmp_path, engines, ENGINE=given)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{said}\n")


#: Builds; of all that it runs, says that it may not.
_REFUSES = """case "$1" in
image) echo 1500000000;;
run) echo 'docker: Error response from daemon: unable to apply caps.' >&2; exit 125;;
esac"""


def test_what_does_not_work_in_it_is_said_in_one_line_each(tmp_path: Path) -> None:
    done = _image(tmp_path, {"docker": _REFUSES})
    assert done.returncode == 1
    assert done.stdout == f"{NAME}: 1,500 MB\n"
    why = "docker: Error response from daemon: unable to apply caps."
    assert done.stderr.splitlines() == [
        f"make serve: {why}",
        f"make lab: it does not come to its prompt: {why}",
        f"make check: {why}",
    ]


def _image(
    tmp_path: Path, engines: dict[str, str], **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run `make image`'s command where only `engines` (name: script) are to be found."""
    for name, script in engines.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name not in ("BUILD", "RUN")}
    return subprocess.run(
        [sys.executable, "-m", "tests.tools.image"],
        cwd=ROOT,
        env={**kept, "PATH": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
