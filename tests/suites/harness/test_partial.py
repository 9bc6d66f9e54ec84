"""Partial builds: whatever was saved, the site is the one that MkDocs builds from nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tools.copies import copy_of_project

pytestmark = pytest.mark.slow

_ENVIRONMENT = {"SOURCE_DATE_EPOCH": "1795500000", "NO_MKDOCS_2_WARNING": "1"}
#: Builds into a folder for each line that it reads, as the preview does.
_BUILDS = """
import sys
from pathlib import Path
from tests.tools.preview.__main__ import _WATCHED
from tests.tools.preview.partial import PartialBuilds
from tests.tools.preview.saved import Saved, only_text
builds = PartialBuilds(Path(sys.argv[1]))
saved = Saved([Path(name).absolute() for name in _WATCHED])
builds.build()
print("built", flush=True)
for _ in sys.stdin:
    builds.build(whole=not only_text(saved.since()))
    print("built", flush=True)
"""


class Edits:
    """Makes random edits in a copy of the project, each on top of those before."""

    def __init__(self, project: Path, seed: int):
        self.project, self.random, self.number = project, random.Random(seed), 0  # noqa: S311 # no secret
        self.kinds: list[Callable[[], None]] = [
            self.sentence, self.heading, self.title, self.block, self.link, self.snippet,
            self.fact, self.new_page, self.page_gone, self.order, self.macro, self.theme,
            self.profile, self.evidence, self.asset,
        ]  # fmt: skip
        self.random.shuffle(self.kinds)

    def replace(self, file: str, old: str, new: str) -> None:
        path = self.project / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(
            text.replace(old, new.replace("{N}", str(self.number)), 1), encoding="utf-8"
        )

    def page(self, having: str) -> str:
        """Return a page at random that has a text, but none that sums up others."""
        pages = [
            path.relative_to(self.project).as_posix()
            for path in sorted((self.project / "docs").rglob("*.md"))
            if having in path.read_text(encoding="utf-8")
        ]
        return self.random.choice(pages)

    def sentence(self) -> None:
        self.replace(self.page("\n## "), "\n## ", "\nSentence {N}.\n\n## ")

    def heading(self) -> None:
        self.replace(self.page("\n## "), "\n## ", "\n## New {N} ")

    def title(self) -> None:
        self.replace(self.page("\ntitle: "), "\ntitle: ", "\ntitle: New {N} ")

    def block(self) -> None:
        fence = "``` { .bash .stat }\n"
        self.replace(self.page(fence), fence, fence + "true {N}\n")

    def link(self) -> None:
        self.replace(self.page("\n## "), "\n## ", "\n[x](git.md#no-{N})\n\n## ")

    def snippet(self) -> None:
        file = self.random.choice(["snippets/stat/bashrc", "snippets/laptop/ssh_config"])
        path = self.project / file
        path.write_text(f"{path.read_text(encoding='utf-8')}# {self.number}\n", encoding="utf-8")

    def fact(self) -> None:
        self.replace("macros/facts/hosts.yml", "Ashburn", "Ashburn {N}")

    def new_page(self) -> None:
        text = "---\ntitle: N\ndescription: D\nowner: O\nverified: 2026-11-24\n---\n# N\n"
        (self.project / f"docs/start/new-{self.number}.md").write_text(text, encoding="utf-8")
        after = "      - start/ticket.md\n"
        self.replace("mkdocs.yml", after, after + "      - start/new-{N}.md\n")

    def page_gone(self) -> None:
        page = self.random.choice(["data/sanitized.md", "data/search.md", "practice/reports.md"])
        (self.project / "docs" / page).unlink()
        self.replace("mkdocs.yml", f"      - {page}\n", "")

    def order(self) -> None:
        moved = "      - access/kerberos.md\n"
        self.replace("mkdocs.yml", moved, "")
        self.replace(
            "mkdocs.yml", "      - access/host-keys.md\n", f"{moved}      - access/host-keys.md\n"
        )

    def macro(self) -> None:
        self.replace("macros/vocabulary.py", '["Column", "Type"', '["Column {N}", "Type"')

    def theme(self) -> None:
        self.replace(
            "macros/theme/main.html", "{% block footer %}", "{% block footer %}<!-- {N} -->"
        )

    def profile(self) -> None:
        (self.project / "profile.yml").write_text("team: Another team\n", encoding="utf-8")

    def evidence(self) -> None:
        file = self.project / ".cache/evidence.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text('{"format": 1, "tests": {}}', encoding="utf-8")

    def asset(self) -> None:
        self.replace("docs/assets/guide.css", "{", "{--number:{N};")


@pytest.mark.parametrize("seed", [1])
def test_after_random_edits_the_site_is_that_of_a_full_build(tmp_path: Path, seed: int) -> None:
    project = copy_of_project(tmp_path)
    edits = Edits(project, seed)
    with _builds(project, tmp_path / "partial") as build:
        for number, edit in enumerate(edits.kinds):
            edits.number = number
            edit()
            build()
            if number % 5 == 4:
                _full_build(project, tmp_path / "full")
                assert _files(tmp_path / "partial") == _files(tmp_path / "full"), edit


@contextmanager
def _builds(project: Path, folder: Path) -> Iterator[Callable[[], None]]:
    """Yield what has the preview's builds of `project` take in what was saved."""
    with subprocess.Popen(
        [sys.executable, "-c", _BUILDS, str(folder)],
        cwd=project,
        env={**os.environ, **_ENVIRONMENT},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        said, asking = process.stdout, process.stdin

        def build() -> None:
            asking.write("\n")
            asking.flush()
            assert said.readline() == "built\n"

        assert said.readline() == "built\n"
        yield build


def _full_build(project: Path, folder: Path) -> None:
    mkdocs = Path(sys.executable).parent / "mkdocs"
    command = [str(mkdocs), "build", "--quiet", "--site-dir", str(folder)]
    subprocess.run(
        command,
        cwd=project,
        env={**os.environ, **_ENVIRONMENT},
        check=True,
        stderr=subprocess.DEVNULL,
    )


def _files(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
