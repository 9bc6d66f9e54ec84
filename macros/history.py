"""History: when the text of a page last changed, as git has it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from macros import front_matter
from macros.errors import GuideError, read_text


class Since(BaseModel):
    """What changed in a page since it was `verified`: until when, and why that needs no look."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)

    until: date
    why: str


class Header(BaseModel):
    """What a page's header says of the days."""

    verified: date
    changed: Since | None = None


@dataclass(frozen=True)
class Changed:
    """A page whose text changed on `day`, after it was `verified`; `line` is where that stands."""

    path: Path
    line: int
    verified: date
    day: date

    def told(self) -> str:
        """Return what to do about it, in a line."""
        return str(
            GuideError(
                f"its text changed on {self.day}, after it was verified on {self.verified}: read it"
                " against its sources and write that day, or say what changed,"
                f" `changed: {{until: {self.day}, why: ...}}`",
                self.path,
                self.line,
            )
        )


def missing(folder: Path) -> str | None:
    """Return why git cannot say when the files of `folder` changed, or None where it can."""
    try:
        shallow = _git(folder, "rev-parse", "--is-shallow-repository").strip()
    except (OSError, subprocess.CalledProcessError):
        return "there is no history: this is no clone of the repository"
    return "the clone has no history: git fetch --unshallow gets it" if shallow == "true" else None


def after_verified(folder: Path) -> Iterator[Changed]:
    """Yield the pages of `folder` whose text changed after they were verified, and do not say why.

    What is not committed yet does not count. Raises GuideError where a header cannot be read.
    """
    for path in sorted(folder.rglob("*.md")):
        document = front_matter.parse(read_text(path), path)
        header, day = document.validated(Header), changed(path)
        looked_at = max(header.verified, header.changed.until if header.changed else date.min)
        if day and day > looked_at:
            yield Changed(path, document.line("verified"), header.verified, day)


def changed(path: Path) -> date | None:
    """Return the day on which the text of the page at `path`, not its header, last changed."""
    log = _git(path.parent, "log", "--format=%H %as", "--", path.name)
    commits = [line.split() for line in log.splitlines()]
    for (commit, day), (older, _) in pairwise([*commits, ["", ""]]):
        if not older or _body(path, commit) != _body(path, older):
            return date.fromisoformat(day)
    return None


def _body(path: Path, commit: str) -> str | None:
    """Return the text of the page at `commit`, None where it was not there."""
    try:
        text = _git(path.parent, "show", f"{commit}:./{path.name}")
    except subprocess.CalledProcessError:
        return None
    return text.removeprefix(front_matter.header(text))


def _git(folder: Path, *arguments: str) -> str:
    # A test or a hook that git itself started would point it to another repository.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    return subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env=environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
