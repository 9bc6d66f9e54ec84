"""Lists in files with tabs between: a column of the rows that another column chooses."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from macros.sources.clones import Clone
from macros.sources.question import Question
from macros.sources.verdict import Finding, UnansweredError


def rows(question: Question, clone: Clone, wanted: str) -> Iterator[Finding]:
    """Yield the column of the rows chosen, "code / risk / high", against the fact's list."""
    column, chooser, word = (each.strip() for each in wanted.split(" / "))
    entry = clone.entry(question.citation.path or "")
    reader = csv.DictReader(entry.text.split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE)
    if not {column, chooser} <= set(reader.fieldnames or ()):
        raise UnansweredError(f"{entry.path}:1: has no columns {column} and {chooser}")
    told = {row[column]: number for number, row in enumerate(reader, 2) if row[chooser] == word}
    same = set(told) == set(question.values)
    new = [line for code, line in told.items() if code not in question.values]
    found = question.value if same else ", ".join(told) or None
    yield Finding("value", question.value, found, new[0] if new else None)
