"""Probes, by the names that `read` has for them: one module for each sort of file.

A probe takes a question, the clone and what `read` says, and yields a finding for each part of the
fact that it looked for. It raises UnansweredError where the file cannot say anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from macros.sources.clones import Clone
from macros.sources.probes import lists, puppet, python, settings, shell, tables, text, tree, zones
from macros.sources.question import Question
from macros.sources.verdict import Finding

Probe = Callable[[Question, Clone, Any], Iterator[Finding]]
PROBES: dict[str, Probe] = {
    "line": text.line,
    "lines": text.lines,
    "words": text.words,
    "setting": settings.setting,
    "rows": lists.rows,
    "record": zones.record,
    "section": zones.section,
    "node": puppet.node,
    "group": puppet.group,
    "columns": tables.columns,
    "signature": python.signature,
    "members": python.members,
    "options": python.options,
    "literal": python.literal,
    "exports": shell.exports,
    "file": tree.file,
}
