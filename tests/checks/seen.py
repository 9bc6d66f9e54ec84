"""What a page says its reader sees, against what was seen; no more than Python is needed for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_HOLE = re.compile(r"‹[^‹›\n]+›")


class Symptom(NamedTuple):
    """How the sabotage `name` shows: by words that are seen, or by a line that is missed."""

    name: str
    see: str | None
    misses: str | None


def recognised(symptoms: Iterable[Symptom], seen: str, message: str) -> list[str]:
    """Return the names of those of `symptoms` that were `seen`.

    Where none was, those whose line the `message` of a difference says is not there: a line is
    also missed because of other trouble, whose own words then stand in its place.
    """
    known = list(symptoms)
    return [symptom.name for symptom in known if symptom.see and symptom.see in seen] or [
        symptom.name for symptom in known if symptom.misses and repr(symptom.misses) in message
    ]


def first_difference(shown: str, seen: str) -> tuple[int, str] | None:
    """Compare line by line: equal, but for ‹named holes›, which hold at least one character.

    Return the first line of `shown` (1-based) that differs, and how; None where nothing does.
    """
    want, got = shown.rstrip("\n").split("\n"), seen.rstrip("\n").split("\n")
    for number, line in enumerate(want, 1):
        actual = got[number - 1] if number <= len(got) else "(nothing more)"
        if not fits(line, actual):
            return number, f"the page shows {line!r}, but this was seen: {actual!r}"
    if len(got) > len(want):
        return len(want), f"more was seen than the page shows: {got[len(want)]!r}"
    return None


def fits(line: str, actual: str) -> bool:
    """Return whether a page that shows `line` shows what was seen, `actual`."""
    pattern = "(.+?)".join(re.escape(part) for part in _HOLE.split(line))
    return re.fullmatch(pattern, actual) is not None
