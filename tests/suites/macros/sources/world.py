"""A small made-up world: facts, the repositories that they cite, and a round through them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from macros import facts
from macros.facts import KINDS, Facts
from macros.sources.clones import Found
from macros.sources.question import Question
from macros.sources.records import Sources, records
from macros.sources.verdict import Record
from macros.sources.wikis import Wikis

#: The day of the evidence of every made-up fact, and a later and an earlier day of a repository.
EVIDENCE, LATER, EARLIER = "2026-02-02", "2026-05-05", "2026-01-01"


@dataclass(frozen=True)
class Case:
    """A fact, the file that it cites, and that file with the fact changed and gone."""

    kind: str
    key: str
    fact: dict[str, Any]
    path: str
    right: str
    changed: str
    gone: str
    read: dict[str, Any] | None = None
    repository: str = "operations/puppet"
    file: str | None = None

    @property
    def entry(self) -> dict[str, Any]:
        """The fact as its file has it."""
        source: dict[str, Any] = {"repository": self.repository, "path": self.path}
        if self.read:
            source["read"] = self.read
        return {**self.fact, "source": source, "verified": EVIDENCE}

    @property
    def question(self) -> Question:
        """What its citation asks."""
        fact = KINDS[self.kind](**{**self.entry, "verified": date.fromisoformat(EVIDENCE)})
        return Question(self.kind, self.key, fact, fact.source[0])


def commit(folder: Path, files: dict[str, str | bytes], day: str = LATER) -> None:
    """Commit `files`, and nothing that was there before, into a repository in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    git(folder, "rm", "-rqf", "--ignore-unmatch", ".")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "Files", day=day)


def git(folder: Path, *arguments: str, day: str = LATER) -> None:
    """Run git in `folder` as somebody, at noon of `day`."""
    moment = f"{day}T12:00:00+0000"
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=tester@example.org", *arguments],
        cwd=folder,
        check=True,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_DATE": moment,
            "GIT_COMMITTER_DATE": moment,
        },
    )


class World:
    """Facts and repositories in `folder`; a round through them gives a record for each fact."""

    def __init__(self, folder: Path):
        self.facts, self.clones = folder / "facts", folder / "clones"
        self.facts.mkdir()
        self.clones.mkdir()

    def write(self, cases: Iterable[Case], day: str = LATER, **texts: str | bytes | None) -> None:
        """Write the facts of `cases`, and commit their files, right but for those in `texts`.

        A text of None leaves the file out; keys are those of the facts.
        """
        entries: dict[str, dict[str, Any]] = {}
        files: dict[str, dict[str, str | bytes]] = {}
        for case in cases:
            entries.setdefault(case.kind, {})[case.key] = case.entry
            text = texts.get(case.key, case.right)
            contents = files.setdefault(case.repository, {})
            if text is not None:
                contents[case.file or case.path] = text
        for kind, those in entries.items():
            written = yaml.safe_dump(those, sort_keys=False)
            # Days are days there, and no text.
            (self.facts / f"{kind}.yml").write_text(written.replace(f"'{EVIDENCE}'", EVIDENCE))
        for repository, contents in files.items():
            commit(self.clones / repository.replace("/", "-"), contents, day)

    @contextmanager
    def planted(self, case: Case, text: str | bytes | None) -> Iterator[None]:
        """Have `text` in the place of what `case` cites, or nothing, for as long as it lasts."""
        folder = self.clones / case.repository.replace("/", "-")
        path = folder / (case.file or case.path)
        right = path.read_bytes()
        if text is None:
            path.unlink()
        else:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        git(folder, "commit", "--quiet", "--all", "--message", "Planted")
        try:
            yield
        finally:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(right)
            git(folder, "add", "--all")
            git(folder, "commit", "--quiet", "--message", "Right again")

    def known(self) -> Facts:
        """Return the facts; kinds without a file have none."""
        there = {
            kind: facts.load_kind(self.facts, kind)
            for kind in KINDS
            if (self.facts / f"{kind}.yml").exists()
        }
        empty: dict[str, Any] = {kind: {} for kind in KINDS}
        return Facts(**{**empty, **there})

    def records(self, wikis: dict[str, str] | None = None) -> dict[str, Record]:
        """Go through all facts; return the records by key."""
        sources = Sources(Found(self.clones), Wikis(wikis or {}))
        return {each.key: each for each in records(self.known(), sources, folder=self.facts)}
