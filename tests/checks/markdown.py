"""Markdown shown as an example to editors: rendered, and its own blocks checked in turn."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import TemplateError

from tests.checks.subject import Check, Problem, Subject
from tests.guide import reading
from tests.guide.reading import Block


def checker(find: Callable[[Block], Check | None]) -> Check:
    """Return the check that looks at the blocks inside a block; `find` has the check for each."""
    return lambda subject: _problems(subject, find)


def _problems(subject: Subject, find: Callable[[Block], Check | None]) -> list[Problem]:
    try:
        text = reading.guide(slots=False).page_environment.from_string(subject.text).render()
    except TemplateError as error:
        return [Problem(f"macro syntax: {error.message}", getattr(error, "lineno", 1))]
    problems = []
    for block in reading.inner_blocks(subject.block.page, text):
        line = text.count("\n", 0, block.start) + 1
        inner = find(block)
        if inner is None or not block.closed:
            problems.append(Problem(f"an example that would fail: {block.info}", line))
        elif block.place != "output":
            found = inner(Subject(block.text, block, subject.reader))
            problems += [Problem(p.message, p.line + line) for p in found]
    return problems
