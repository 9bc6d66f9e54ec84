"""The tree of a repository: that a file or folder is there."""

from __future__ import annotations

from collections.abc import Iterator

from macros.sources.clones import Clone
from macros.sources.question import Question
from macros.sources.verdict import Finding


def file(question: Question, clone: Clone, path: str) -> Iterator[Finding]:
    """Yield whether `path` is there, as a file or folder."""
    yield Finding("file", path, path if clone.has(path) else None)
