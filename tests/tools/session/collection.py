"""Collects the pages: Python fences by pytest-markdown-docs, all others by Sybil."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from sybil import Sybil
from sybil.example import Example

from macros.errors import ROOT
from tests.checks.python import interpreter
from tests.checks.python.fences import PageDocument, PythonFences, parse_blocks

#: In a module that is slow as a whole.
_SLOW = re.compile(r"^pytestmark = pytest\.mark\.slow$", re.MULTILINE)


class PageSybil(Sybil):
    """Names examples by heading, language and number: an id that outlives edits above it."""

    def identify(self, example: Example) -> str:
        """Return the block's id."""
        return str(example.parsed.id)


_collect_with_sybil = PageSybil(
    parsers=[parse_blocks],
    path=str(ROOT),
    patterns=["docs/**/*.md", "docs/*.md", "README.md", "CONTRIBUTING.md"],
    document_types={".md": PageDocument},
).pytest()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Any, parent: Any) -> Generator[None, Any, list[Any]]:
    """Replace what pytest-markdown-docs collects: the rendered page, and no .py files."""
    found = yield
    kept = [each for each in found if not type(each).__module__.startswith("pytest_markdown_docs")]
    if file_path.suffix == ".md":
        sybil_file = _collect_with_sybil(file_path, parent)
        if sybil_file is not None:
            kept += [sybil_file, PythonFences.from_parent(parent, path=file_path)]
    return kept


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what is slow as a whole when slow tests are: its packages need not be installed."""
    if config.option.markexpr != "not slow" or collection_path.suffix != ".py":
        return None
    return bool(_SLOW.search(collection_path.read_text(encoding="utf-8"))) or None


def pytest_sessionfinish() -> None:
    """Leave nothing of the fences behind."""
    interpreter.end()
