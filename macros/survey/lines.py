"""The lines of a survey: read, and refused where no survey would print them.

They come by mail, by paste, by merge request. Nothing in them is believed but what was found, and
that has a form: the rest has to be what the facts of today ask.
"""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from macros.errors import GuideError, shorten
from macros.surveyed import Place

#: Characters of the longest line, and lines of the longest file, that are looked at.
LONGEST, MOST = 12_000, 5_000
#: Verdicts of who was not answered.
SILENT = ("unanswered", "not asked")
#: What names, types, versions, paths and messages are made of; none of it is markup.
_PLAIN = re.compile(r"[\w .,:;+=~@%#?!()\[\]{}<>*/'\"$|-]*", re.ASCII)
_MARKUP = re.compile(r"</|<!|<\w+[\s/]|<script|\]\(|://[^\s/@]*:[^\s/@]*@", re.IGNORECASE)
Text = Annotated[str, Field(max_length=LONGEST)]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]


class Line(BaseModel):
    """What one line says: of a part of a fact, what was expected and what was found."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    kind: Word
    key: Word
    verdict: Literal["holds", "changed", "gone", "unanswered", "not asked"]
    expected: Annotated[dict[Word, Text], Field(min_length=1, max_length=1)]
    found: Annotated[dict[Word, Text | None], Field(min_length=1, max_length=1)]
    place: Place = Field(alias="from")
    probe: Word = Field(alias="with")
    day: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    reason: Annotated[str, Field(max_length=200)] = ""

    @property
    def part(self) -> str:
        """The part of the fact that it is about."""
        return next(iter(self.expected))


def read(path: Path) -> tuple[list[tuple[int, Line]], list[GuideError]]:
    """Return the lines of `path` with their numbers, empty ones apart, and what is wrong with it.

    Raises GuideError where it is no file of lines at all.
    """
    found, errors = [], []
    for number, text in enumerate(_texts(path), 1):
        try:
            if text.strip():
                found.append((number, _line(text)))
        except ValueError as error:
            errors.append(GuideError(str(error), path, number))
    if not found and not errors:
        raise GuideError("has no line of a survey", path)
    return found, errors


def _texts(path: Path) -> list[str]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise GuideError(f"cannot be read: {error.strerror}", path) from error
    if len(data) > LONGEST * 100:
        raise GuideError("is too long for a survey", path)
    try:
        texts = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GuideError("is no UTF-8", path, line) from error
    if len(texts) > MOST:
        raise GuideError(f"has more than {MOST} lines", path, MOST)
    return texts


def _line(text: str) -> Line:
    """Return what a line says; raises ValueError with what is wrong with it."""
    if len(text) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters")
    if not text.isprintable():
        raise ValueError("has a character that nobody sees")
    try:
        line = Line.model_validate(json.loads(text, object_pairs_hook=_once))
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"]))
        raise ValueError(f"{shorten(where)}: {problem['msg']}") from error
    except RecursionError as error:
        raise ValueError("is no JSON that a survey prints") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON: {error.msg}") from error
    _refuse(line)
    return line


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return `pairs` as a mapping; raises ValueError for a key that stands twice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("has the same key twice")
    return made


def _refuse(line: Line) -> None:
    """Raise ValueError for what has the form of a line and is none."""
    for text in (line.reason, *line.expected.values(), *line.found.values()):
        if text and (not _PLAIN.fullmatch(text) or _MARKUP.search(text)):
            raise ValueError(f"{line.key}: {shorten(text)} is no text that a survey prints")
    if list(line.expected) != list(line.found):
        raise ValueError(f"{line.key}: expected and found are of different parts")
    try:
        day = date.fromisoformat(line.day)
    except ValueError as error:
        raise ValueError(f"{line.key}: {line.day} is no day") from error
    if day > date.today() + timedelta(days=1):
        raise ValueError(f"{line.key}: {line.day} is in the future")
    silent = line.verdict in SILENT
    if silent and (line.found[line.part] is not None or not line.reason):
        raise ValueError(f"{line.key}: {line.verdict} has a reason, and has found nothing")
