"""Snippets as each reader sees them, and where a line of them comes from; blocks of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from macros.profile import Profile
from macros.slots import fill
from tests.evidence import notes
from tests.guide import reading


@dataclass(frozen=True)
class ShownSnippet:
    """A snippet as the reader called `name` sees it."""

    name: str
    reader: Profile
    text: str
    block: reading.Block

    def where(self, *patterns: str) -> str:
        """Return file:line of the first line that matches a pattern, tried in order."""
        for pattern in patterns:
            for number, line in enumerate(self.text.split("\n"), 1):
                if re.search(pattern, line, re.IGNORECASE):
                    return self.block.where(number)
        return self.block.where(1)


@cache
def _blocks(snippet: str) -> tuple[reading.Block, ...]:
    return tuple(block for block in reading.all_blocks() if block.snippet == snippet)


def for_readers(snippet: str) -> Iterator[ShownSnippet]:
    """Yield `snippet` for every reader, in the variant that is theirs.

    The test that asks for it has to do with its blocks.
    """
    notes.concerns(_blocks(snippet))
    seen = set()
    for block in _blocks(snippet):
        for name, reader in block.readers():
            if name not in seen:
                seen.add(name)
                yield ShownSnippet(name, reader, fill(block.text, dict(reader.values)), block)
    if not seen:
        raise AssertionError(f"no page shows the snippet {snippet}")


def for_reader(snippet: str, reader: str) -> ShownSnippet:
    """Return `snippet` as the reader called `reader` sees it."""
    return next(each for each in for_readers(snippet) if each.name == reader)


def blocks_with(page: str, word: str) -> list[reading.Block]:
    """Return the blocks of `page`, a path under docs/, with `word` in them; one at least."""
    found = [b for b in reading.blocks(reading.DOCS / f"{page}.md") if word in b.text]
    if not found:
        raise AssertionError(f"docs/{page}.md has no block with {word!r}")
    return found
