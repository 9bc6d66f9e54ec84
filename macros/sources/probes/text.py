"""Text of any sort: words that stand there, and what stands in a place of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from macros.sources.clones import Clone
from macros.sources.question import Question
from macros.sources.verdict import Finding, UnansweredError

#: Where a field of the fact stands in the text around it, by its name; where the value is a length
#: of time, the unit in which the fact counts it.
_HOLE = re.compile(r"<(value|host|port|title|hours|days|minutes|seconds)>")
_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_LENGTH = re.compile(r"(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?")
#: No letter before a word, but for that of an escape such as \n.
_BEFORE = r"(?:(?<![\w-])|(?<=\\[nt]))"
#: The longest line that is looked at: a pattern must not be tried on megabytes.
_LONGEST = 2000


def line(question: Question, clone: Clone, around: str) -> Iterator[Finding]:
    """Yield what stands in the place of the value in the line that has the text `around` it.

    Where several lines have it they have to say the same.
    """
    found = _matches(question, clone, around)
    told = list(dict.fromkeys(value for value, _ in found))
    field = _parts(around)[1]
    part, expected = _field(question, field)
    if not told:
        yield Finding(part, expected, None)
        return
    wrong = [each for each in found if each[0] != expected] or found
    yield Finding(part, expected, ", ".join(told), wrong[0][1])


def _field(question: Question, name: str) -> tuple[str, str]:
    """Return the name of the fact's field that stands in a hole, and what it says."""
    if name in ("host", "port", "title"):
        return name, str(getattr(question.fact, name, None))
    return "value", question.value


def lines(question: Question, clone: Clone, around: str) -> Iterator[Finding]:
    """Yield the values of all lines that have the text `around` them, against the fact's list."""
    found = _matches(question, clone, around)
    if not found:
        yield Finding("value", question.value, None)
        return
    told = list(dict.fromkeys(value for value, _ in found))
    same = set(told) == set(question.values)
    new = [at for value, at in found if value not in question.values]
    yield Finding(
        "value",
        question.value,
        question.value if same else ", ".join(told),
        new[0] if new else found[0][1],
    )


def _matches(question: Question, clone: Clone, around: str) -> list[tuple[str, int]]:
    """Return each value that stands in such a line, with the line."""
    before, unit, after = _parts(around)
    pattern = re.compile(
        _spaced(before) + (r"(?P<value>\S.*?)" if after else r"(?P<value>\S.*)") + _spaced(after)
    )
    text = clone.entry(question.citation.path or "").text
    return [
        (_counted(match["value"].strip(), unit), number)
        for number, each in enumerate(text.split("\n"), 1)
        if len(each) <= _LONGEST and (match := pattern.search(each))
    ]


def _parts(around: str) -> tuple[str, str, str]:
    holes = _HOLE.findall(around)
    if len(holes) != 1:
        raise UnansweredError(f"{around!r} needs one <value>; mend `read`")
    before, unit, after = _HOLE.split(around)
    if not (before + after).strip():
        raise UnansweredError(f"{around!r} has no text around the value; mend `read`")
    return before, unit, after


def _spaced(words: str) -> str:
    """Return a pattern for `words` in which each run of spaces may be another one."""
    return r"[ \t]+".join(re.escape(part) for part in re.split(r"[ \t]+", words))


def _counted(told: str, unit: str) -> str:
    """Return a length of time such as `2d 0h` or a number of seconds in `unit`s."""
    if unit not in _UNITS:
        return told
    if told.isdigit():
        seconds = int(told)
    else:
        match = _LENGTH.match(told)
        parts = match.groups() if match else ()
        if not any(parts):
            return told
        seconds = sum(
            int(part or 0) * size for part, size in zip(parts, (86400, 3600, 60, 1), strict=True)
        )
    count, rest = divmod(seconds, _UNITS[unit])
    return told if rest else str(count)


def words(question: Question, clone: Clone, sought: tuple[str, ...]) -> Iterator[Finding]:
    """Yield for each of the words `sought` whether it stands in the file, as a word of its own."""
    yield from standing(sought, clone.entry(question.citation.path or "").text)


def standing(sought: tuple[str, ...], text: str) -> Iterator[Finding]:
    """Yield a finding for each of `sought`, which may run over lines of `text`."""
    for each in sought:
        inner = r"\s+".join(re.escape(part) for part in each.split())
        match = re.search(rf"{_BEFORE}{inner}(?![\w-])", text)
        line = text.count("\n", 0, match.start()) + 1 if match else None
        yield Finding("words", each, each if match else None, line)
