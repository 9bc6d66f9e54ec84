"""Output: what a page says its reader sees, compared with what was seen where the command ran."""

from __future__ import annotations

import re

from tests import reading
from tests.checks import execution
from tests.checks.subject import Problem, Subject
from tests.profiles import readers


def check(subject: Subject) -> list[Problem]:
    """Return the first difference; output always follows the block that makes it."""
    before = _command(subject.block)
    if before is None:
        return [Problem("output follows the block that makes it; no block stands before this one")]
    unbalanced = re.search(r"‹[^›\n]*(\n|$)|(^|\n)[^‹\n]*›", subject.text)
    if unbalanced:
        return [Problem("a hole is written ‹like this›, open and closed on one line")]
    name = next(n for n, reader in readers().items() if reader == subject.reader)
    outcome = execution.outcomes(subject.block.page, name).get(before.start)
    if outcome is None:
        return []
    problem = execution.differs(subject.text, outcome.seen)
    return [problem] if problem else []


def _command(block: reading.Block) -> reading.Block | None:
    """Return the block that makes the output `block`: the one before it."""
    before = [each for each in reading.blocks(block.page) if each.end <= block.start]
    while before and before[-1].place == "output":
        before.pop()
    return before[-1] if before else None
