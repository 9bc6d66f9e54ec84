"""Shell: the variables that a function of a profile script sets, each with what it is set to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from macros.sources.clones import Clone
from macros.sources.question import Question
from macros.sources.verdict import Finding

_EXPORT = re.compile(r"\s*export\s+([A-Za-z_]\w*)=")


def exports(question: Question, clone: Clone, function: str) -> Iterator[Finding]:
    """Yield the variables that `function` exports, against the fact's list."""
    lines = clone.entry(question.citation.path or "").text.split("\n")
    start = next((n for n, text in enumerate(lines) if _opens(text, function)), None)
    if start is None:
        yield Finding("value", question.value, None)
        return
    body = lines[start + 1 :]
    end = next((n for n, text in enumerate(body) if text.startswith("}")), len(body))
    told = [match[1] for text in body[:end] if (match := _EXPORT.match(text))]
    same = set(told) == set(question.values)
    yield Finding(
        "value", question.value, question.value if same else ", ".join(told) or None, start + 1
    )


def _opens(text: str, function: str) -> bool:
    return re.match(rf"\s*(?:function\s+)?{re.escape(function)}\s*\(\s*\)", text) is not None
