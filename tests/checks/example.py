"""Files of the project that CONTRIBUTING.md shows: a test adds them to a copy, and runs it."""

from __future__ import annotations

from macros.errors import ROOT
from tests.checks.subject import Problem, Subject
from tests.guide.reading import Block

PAGE = ROOT / "CONTRIBUTING.md"


def is_one(block: Block) -> bool:
    """Return whether `block` is such a file, or put at the end of one: it has a title."""
    return block.page == PAGE and "title" in block.attributes


def check(subject: Subject) -> list[Problem]:
    """Return what is wrong with its title; tests/suites/harness/test_examples.py does the rest."""
    title = subject.block.attributes["title"]
    if (ROOT / title).parent.is_dir():
        return []
    return [Problem(f"no folder of the project can have {title}", 0)]
