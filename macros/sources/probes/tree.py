"""The tree of a repository: that a file is there, and the names in a folder."""

from __future__ import annotations

from collections.abc import Iterator

from macros.sources.clones import Clone
from macros.sources.question import Question
from macros.sources.verdict import Finding


def file(question: Question, clone: Clone, path: str) -> Iterator[Finding]:
    """Yield whether `path` is there, as a file or folder."""
    yield Finding("file", path, path if clone.has(path) else None)


def entries(question: Question, clone: Clone, ending: str) -> Iterator[Finding]:
    """Yield for each of the fact's values whether the folder has a file of it with `ending`."""
    there = set(clone.names(question.citation.path or ""))
    for each in question.values:
        name = each + ending.removeprefix("*")
        yield Finding("entry", name, name if name in there else None)
