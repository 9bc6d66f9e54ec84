"""Sabotages: the named ways in which a set-up breaks, each with symptom, cause and cure.

One data set for the guide's troubleshooting tables and its page of failures, for the doctor, for
practice and for the tests that break things. A text in it may name values as a page does.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, model_validator

from macros import yaml_lines
from macros.errors import ROOT, GuideError, GuideErrors, read_text, unknown
from macros.slots import TOKEN

FILE = ROOT / "snippets" / "sabotages.yml"
_TEXTS = ("apply", "undo", "attempt", "see", "misses", "cause", "cure", "follow")


class Sabotage(BaseModel):
    """A way in which the step `step` (page#section) breaks.

    Either `apply` breaks it at `place` and `undo` mends it, both lines of bash, and the step's
    check then shows the symptom; or `attempt` is something that must be refused, typed at `place`.
    The symptom is text that is seen (`see`), or a line of the page's that is not (`misses`).
    `doctor` is the name by which the doctor of `place` tells it: its own, or that of a like one.
    Where no check of a page shows it, there is no symptom, and the doctor alone sees it. Where
    neither `apply` nor `attempt` is given, a case, an admin or the world outside brings it about.
    `words` are other lines that tell it, by which the doctor knows it in what a program says.
    What is brought about by none of these was `reported`: where, as in macros.cases.
    `cause` and `cure` are Markdown for the reader. What a reader who heeds the cure then does is
    typed (`follow`), or a step done again (`again`); a cure that is one command needs neither.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)

    step: str
    place: Literal["laptop", "stat"]
    apply: str | None = None
    undo: str | None = None
    attempt: str | None = None
    see: str | None = None
    misses: str | None = None
    words: tuple[str, ...] = ()
    doctor: str | None = None
    reported: tuple[str, ...] = ()
    cause: str
    cure: str
    follow: str | None = None
    again: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.apply and self.attempt) or bool(self.apply) != bool(self.undo):
            raise ValueError("give apply with undo, or attempt")
        if (self.see and self.misses) or not (self.see or self.misses or self.doctor):
            raise ValueError("give the symptom: see, or misses; or doctor, who alone sees it")
        if not (self.apply or self.attempt or self.doctor or self.reported):
            raise ValueError("give apply with undo, or attempt; or doctor, or reported")
        if self.follow and self.again:
            raise ValueError("give follow or again")
        return self

    @property
    def page(self) -> str:
        """The page of the step, as access/ssh."""
        return self.step.partition("#")[0]

    def heading(self, name: str) -> str:
        """Return what a section on this sabotage is called: what every reader sees, or `name`.

        A heading stands in the table of contents and in addresses, which are the same for all.
        """
        line = self.see or self.misses
        if line and not TOKEN.search(line):
            return f"`{line}`" if self.see else f"No line `{line}`"
        return f"`{name}`"

    @property
    def shown(self) -> list[str]:
        """The lines in which it shows, as Markdown."""
        lines = [self.see, *self.words] if self.see else [*self.words]
        return [f"`{line.strip()}`" for line in dict.fromkeys(lines)]

    @property
    def seen(self) -> str:
        """How it shows, as Markdown."""
        doctor = [f"the doctor says `{self.doctor}`"] if self.doctor else []
        symptom = [f"you see {words}" for words in self.shown]
        missing = [f"there is no line `{self.misses}`"] if self.misses else []
        return ", or ".join(symptom + missing + doctor)


@dataclass(frozen=True)
class Entry:
    """A sabotage with its name and its line in the file."""

    name: str
    sabotage: Sabotage
    line: int


def load() -> list[Entry]:
    """Return all sabotages as they are written; raises GuideErrors with file and line.

    The same text is read once, so nobody may change what comes out.
    """
    return _entries(read_text(FILE), FILE)


@lru_cache(maxsize=1)
def _entries(text: str, path: Path) -> list[Entry]:
    document = yaml_lines.parse(text, path)
    entries: list[Entry] = []
    errors: list[GuideError] = []
    for name in document.mapping():
        try:
            sabotage = document.validated(Sabotage, name)
            entries.append(Entry(name, sabotage, document.line(name)))
        except GuideErrors as error:
            errors += error.errors
    if errors:
        raise GuideErrors(errors)
    return entries


def rendered(entry: Entry, render: Callable[[str], str]) -> Sabotage:
    """Return the sabotage of `entry` with its texts that name values put through `render`."""
    texts = {name: getattr(entry.sabotage, name) for name in _TEXTS}
    made = {name: render(text) for name, text in texts.items() if text and "[[" in text}
    return entry.sabotage.model_copy(update=made) if made else entry.sabotage


class Failure(NamedTuple):
    """What the doctor tells of a failure, as text for a terminal: why, and what helps."""

    why: str
    fix: str


def failures(sabotages: Mapping[str, Sabotage], place: str) -> dict[str, Failure]:
    """Return what the doctor of `place` knows of failures, by name.

    Raises GuideError for a failure that no sabotage is called by.
    """
    found = {}
    for user, sabotage in sabotages.items():
        name = sabotage.doctor
        if not name or sabotage.place != place:
            continue
        if name not in sabotages:
            line = yaml_lines.load(FILE).line(user, "doctor")
            raise GuideError(f"{user}: doctor: {unknown('sabotage', name, sabotages)}", FILE, line)
        known = sabotages[name]
        found[name] = Failure(plain(known.cause, known.page), plain(known.cure, known.page))
    return found


def telling(sabotages: Mapping[str, Sabotage], place: str) -> list[tuple[str, str]]:
    """Return (words, failure) for the doctor of `place`, the longest words first.

    So the words of a failure that are more than those of another are looked for before them.
    """
    found = [
        (words, sabotage.doctor)
        for sabotage in sabotages.values()
        if sabotage.doctor and sabotage.place == place
        for words in sabotage.words
    ]
    return sorted(found, key=lambda pair: -len(pair[0]))


def plain(markdown: str, page: str) -> str:
    """Return `markdown`, which stands on `page`, as it reads in a terminal."""
    return _linked(
        markdown, page, lambda text, to: f"{text} (page {to.replace('.md', '')})"
    ).replace("`", "")


def moved(markdown: str, page: str, to: str) -> str:
    """Return `markdown` of `page` with its links as they have to be on the page `to`."""
    folder = posixpath.dirname(to)
    return _linked(markdown, page, lambda text, at: f"[{text}]({posixpath.relpath(at, folder)})")


def _linked(markdown: str, page: str, write: Callable[[str, str], str]) -> str:
    """Return `markdown` with each link to a page as `write` writes it: text, path under docs/."""

    def written(link: re.Match[str]) -> str:
        return write(link[1], posixpath.normpath(posixpath.join(posixpath.dirname(page), link[2])))

    return re.sub(r"\[([^\[\]]+)\]\(([^()]+)\)", written, markdown)


def table(sabotages: list[Sabotage]) -> str:
    """Return `sabotages` as a Markdown table: what is seen, what it means, what to do."""
    rows = [f"| {_symptom(s)} | {_cell(s.cause)} | {_cell(s.cure)} |" for s in sabotages]
    return "\n".join(["| You see | It means | Do this |", "|---|---|---|", *rows])


def _symptom(sabotage: Sabotage) -> str:
    if sabotage.see:
        return ", or ".join(sabotage.shown)
    return f"no line `{(sabotage.misses or '').strip()}`"


def _cell(text: str) -> str:
    """Return `text` for a cell: within code, Python-Markdown takes a bar for itself."""
    parts = re.split("(`[^`]*`)", text.strip().replace("\n", " "))
    return "".join(p if p.startswith("`") else p.replace("|", "\\|") for p in parts)
