"""Fences wherever Markdown lets them stand: what the tests read of them is what a page shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros.wikitext.html import PageReader
from tests.guide import reading

HEADER = "---\ntitle: Strange\n---\n# Strange\n\n"
FENCE = "``` { .bash .laptop }\necho one\n\n  echo two\n```"


def indented(text: str, by: str) -> str:
    return "\n".join(f"{by}{line}".rstrip() for line in text.split("\n"))


PLACES = {
    "text": FENCE,
    "a list": f"1. In a list:\n\n{indented(FENCE, '    ')}",
    "a tab": f'=== "One"\n\n{indented(FENCE, "    ")}\n\n=== "Two"\n\n{indented(FENCE, "    ")}',
    "a list in a tab": f'=== "One"\n\n    1. In a list:\n\n{indented(FENCE, " " * 8)}',
    "a note": f"!!! note\n\n{indented(FENCE, '    ')}",
    "a quote": indented(FENCE, "> "),
    "a longer fence": f"```` {{ .markdown .project }}\n{FENCE}\n````",
    "tildes": FENCE.replace("```", "~~~~"),
    "a heading with a macro": f'## The host [[[ host("stat1010") ]]]\n\n{FENCE}',
    "text for some readers": f'[[% call when("kind", "staff") %]]\n\n{FENCE}\n\n[[% endcall %]]',
}


@pytest.mark.parametrize("place", PLACES)
def test_a_fence_is_read_as_it_is_shown(tmp_path: Path, place: str) -> None:
    page = tmp_path / "strange.md"
    page.write_text(f"{HEADER}{PLACES[place]}\n\nText.\n", encoding="utf-8")
    shown = [code.text() for code in PageReader().page(page, page.name).article.css("pre > code")]
    assert shown and [block.text for block in reading.blocks(page)] == shown
