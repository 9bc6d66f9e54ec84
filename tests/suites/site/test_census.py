"""The census: code blocks in the built HTML = checked + waived, page by page, text by text."""

from __future__ import annotations

import re
from collections import Counter
from itertools import zip_longest

import pytest

from macros import whole
from macros.errors import shorten
from macros.errors import shown as shown_path
from tests.checks import registry
from tests.environments.built_site import Site, not_listed
from tests.guide import reading
from tests.guide.reading import ALL_PAGES, PAGES, copied
from tests.suites.site.located import fail_for


def shown(site: Site, page: str) -> list[str]:
    """Return the text of every code block of `page`, as its reader copies it."""
    return [code.text() for code in site.html(page).css("article pre > code")]


@pytest.mark.parametrize("page", PAGES)
def test_what_the_reader_copies_is_what_was_checked(site: Site, page: str) -> None:
    blocks, texts = reading.blocks(reading.DOCS / page), shown(site, page)
    for block, text, checked in zip_longest(blocks, texts, copied(page)):
        if text != checked:
            where = block.where(0) if block else f"docs/{page}:1"
            what = f"a reader copies {_start(text)}, but {_start(checked)} is what is checked"
            pytest.fail(f"{where}: {what}", pytrace=False)


def test_the_whole_guide_has_the_blocks_of_the_pages_in_order(site: Site) -> None:
    missing = sorted(set(PAGES) - set(whole.names()))
    if missing:
        pytest.fail("\n".join(map(not_listed, missing)), pytrace=False)
    assert shown(site, whole.PAGE) == [text for page in whole.names() for text in copied(page)], (
        "the whole guide has other blocks than its pages, or in another order"
    )


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
    inside = site.html(page).css("article div.highlight pre")
    bare = [block for block in site.html(page).css("article pre") if block not in inside]
    what = "no test sees this block: put ``` { .language .place } above it and ``` below"
    fail_for(page, {block.text().split("\n")[0]: what for block in bare})


def _start(text: str | None) -> str:
    return "nothing" if text is None else shorten(text)


def test_every_block_has_a_check_or_a_waiver_with_its_reason() -> None:
    waived = {(waiver["page"], waiver["block"]) for waiver in registry.waivers()}
    without = {
        (shown_path(block.page), block.id): block
        for block in reading.all_blocks()
        if block.language != "python" and registry.find(block) is None
    }
    # In the words of the block's own test, so that it is told once.
    lines = [registry.failure(without[each]) or "" for each in without.keys() - waived]
    file = "tests/checks/waivers.yml:1"
    lines += [f"{file}: {page} has no block {block!r}" for page, block in waived - without.keys()]
    lines += [
        f"{file}: {waiver['page']} {waiver['block']}: give the reason"
        for waiver in registry.waivers()
        if not waiver["reason"].strip()
    ]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def test_waivers_are_under_three_percent() -> None:
    assert len(registry.waivers()) < 0.03 * len(reading.all_blocks())


def test_every_snippet_file_is_shown() -> None:
    used = {key for kind, key in reading.used() if kind == "snippets"}
    lines = [
        f"{shown_path(snippet.path)}:1: no page shows it; write [[[ snippet({name!r}) ]]] on one"
        for name, snippet in reading.guide().snippets.items()
        if name not in used
    ]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def test_ids_of_blocks_are_unique() -> None:
    for page in reading.pages():
        ids = Counter(block.id for block in reading.blocks(page))
        assert max(ids.values(), default=1) == 1, f"{shown_path(page)}: {ids.most_common(1)}"


def test_every_page_of_the_built_site_is_in_the_census(site: Site) -> None:
    built = {str(page.parent.relative_to(site.folder)) for page in site.folder.rglob("index.html")}
    counted = {re.sub(r"(^|/)index$", "", page.removesuffix(".md")) or "." for page in ALL_PAGES}
    assert built == counted, f"pages that are built or counted alone: {sorted(built ^ counted)}"
