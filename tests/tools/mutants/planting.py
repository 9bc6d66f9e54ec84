"""A mutant planted in the project for a while, and the blocks that it changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.checks import registry
from tests.guide import reading
from tests.guide.reading import Block
from tests.tools.mutants.corpus import Mutant


@dataclass(frozen=True)
class Planted:
    """The blocks of all pages that show the mutant, and which of them it changed: old and new."""

    blocks: list[Block]
    changed: list[tuple[Block, Block]]


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """Have the mutant in its file, and forget afterwards what was made of it."""
    pages = _pages(mutant)
    for page in pages:
        reading.blocks(page)  # as they were, to compare with
    source = mutant.path.read_text(encoding="utf-8")
    mutant.path.write_text(mutant.apply(source), encoding="utf-8")
    try:
        yield
    finally:
        mutant.path.write_text(source, encoding="utf-8")
        for page in pages:
            reading.forget(page)


def changed(mutant: Mutant) -> Planted:
    """Render anew what shows the mutant that was planted; raises GuideError."""
    pages = _pages(mutant)
    before = [block for page in pages for block in reading.blocks(page)]
    for page in pages:
        reading.forget(page)
    after = [block for page in pages for block in reading.blocks(page)]
    pairs = zip(before, after, strict=len(before) == len(after))
    return Planted(after, [(old, new) for old, new in pairs if old.text != new.text])


def pairs(mutant: Mutant) -> list[tuple[Block, Block]]:
    """Return the blocks that the mutant changes, as they were and are; raises GuideError."""
    with planted(mutant):
        return changed(mutant).changed


def refused(block: Block) -> bool:
    """Return whether a parser of its language refuses `block`, as its first reader sees it.

    That is what other projects' tests of their documentation ask, and nothing else.
    """
    language = registry.language(block)
    text = next(iter(block.texts()), "")
    return bool(language and language.syntax and language.syntax(text))


def _pages(mutant: Mutant) -> list[Path]:
    if mutant.path.is_relative_to(reading.DOCS):
        return [mutant.path]
    names = {mutant.part} if mutant.part != "records" else {"laptop/doctor", "stat/doctor"}
    return [
        page for page, used in reading.uses().items() if any(("snippets", n) in used for n in names)
    ]
