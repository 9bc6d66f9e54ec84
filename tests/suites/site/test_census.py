"""The census: code blocks in the built HTML = checked + waived, page by page, text by text."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from selectolax.lexbor import LexborNode

from macros import whole
from macros.errors import shown as shown_path
from tests.checks import registry
from tests.environments.built_site import Site
from tests.guide import reading
from tests.guide.reading import ALL_PAGES, PAGES, copied


def shown(site: Site, page: str) -> list[str]:
    """Return the text of every code block of `page`, as its reader copies it."""
    return [code.text() for code in site.html(page).css("article pre > code")]


@pytest.mark.parametrize("page", PAGES)
def test_what_the_reader_copies_is_what_was_checked(site: Site, page: str) -> None:
    assert shown(site, page) == copied(page)


def test_the_whole_guide_has_the_blocks_of_the_pages_in_order(site: Site) -> None:
    pages = whole.names()
    assert sorted(pages) == PAGES, "a page is missing in the navigation"
    assert shown(site, whole.PAGE) == [text for page in pages for text in copied(page)]


def test_the_whole_guide_has_the_text_of_the_pages_in_order(site: Site) -> None:
    text, end = _text(site, whole.PAGE), 0
    for page in whole.names():
        start = text.find(_text(site, page), end)
        assert start >= 0, f"docs/{page}: not in the whole guide, or not where it should be"
        assert len(text[end:start]) < 20 or not end, f"{text[end:start]!r} before docs/{page}"
        end = start + len(_text(site, page))
    assert text[end:].strip() == ""


def _text(site: Site, page: str) -> str:
    """Return the text of the article from its heading on, without what the theme adds."""
    text = " ".join(
        node.text()
        for node in site.html(page).css("article > h1, article > h1 ~ *")
        if node.tag not in ("footer", "aside")
    )
    return " ".join(text.split())


@pytest.mark.parametrize("page", ALL_PAGES)
def test_no_block_hides_outside_of_fences(site: Site, page: str) -> None:
    """A block by indentation, or a bare <pre>, would be one that no test sees."""
    blocks = site.html(page).css("article pre")
    inside = site.html(page).css("article div.highlight pre")
    assert len(blocks) == len(inside), [_start(b) for b in blocks if b not in inside]


def _start(node: LexborNode) -> str:
    return node.text()[:60]


def test_every_block_has_a_check_or_a_waiver_with_its_reason() -> None:
    waived = [(waiver["page"], waiver["block"]) for waiver in registry.waivers()]
    assert all(waiver["reason"].strip() for waiver in registry.waivers())
    without = [
        (shown_path(block.page), block.id)
        for block in reading.all_blocks()
        if block.language != "python" and registry.find(block) is None
    ]
    assert sorted(without) == waived, "a stale or unsorted waiver, or a block without a check"


def test_waivers_are_under_three_percent() -> None:
    assert len(registry.waivers()) < 0.03 * len(reading.all_blocks())


def test_every_snippet_file_is_shown() -> None:
    used = {key for kind, key in reading.used() if kind == "snippets"}
    assert used == set(reading.guide().snippets), "a snippet that no page shows"


def test_ids_of_blocks_are_unique() -> None:
    for page in reading.pages():
        ids = Counter(block.id for block in reading.blocks(page))
        assert max(ids.values(), default=1) == 1, page


def test_every_page_of_the_built_site_is_in_the_census(site: Site) -> None:
    built = {str(page.parent.relative_to(site.folder)) for page in site.folder.rglob("index.html")}
    counted = {re.sub(r"(^|/)index$", "", page.removesuffix(".md")) or "." for page in ALL_PAGES}
    assert built == counted
