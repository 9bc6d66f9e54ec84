"""The published site says of each block how it was proven: here, what made-up evidence says."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

import pytest

from macros import proof, whole
from macros.evidence import KINDS, Note
from tests.environments.built_site import Site
from tests.evidence import notes
from tests.guide import reading
from tests.guide.reading import PAGES, Block

SUMMARY = "upkeep/proven.md"


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[Block, Note | None]:
    """What the evidence of the published site says of each block."""
    return notes.made_up(tmp_path_factory.mktemp("evidence") / "evidence.json")


def lines(site: Site, page: str) -> list[str]:
    """Return what stands at the foot of each block of `page`; nothing for one without a line."""
    return [
        "".join(line.text() for line in block.css("pre + p.proof"))
        for block in site.html(page).css("article div.highlight")
    ]


@pytest.mark.parametrize("page", PAGES)
def test_at_the_foot_of_each_block_stands_how_it_was_proven(
    site: Site, said: dict[Block, Note | None], page: str
) -> None:
    blocks = reading.blocks(reading.DOCS / page)
    found = lines(site, page)
    assert len(found) == len(blocks)
    maker: Block | None = None
    for block, following, line in zip_longest(blocks, blocks[1:], found):
        if not line:  # the output that follows has one for both
            assert following and following.place == "output", block.where()
            maker = block
            continue
        proven = [said[each] for each in (maker, block) if each]
        first = proven[0]
        if first is None or None in proven:
            assert line == proof.UNPROVEN, block.where()
        else:
            assert first.kind and line.startswith(KINDS[first.kind].words), block.where()
            assert line.endswith(" · bash 1.2 · 2026-01-02"), block.where()
        maker = None


def test_the_whole_guide_says_the_same(site: Site) -> None:
    assert lines(site, whole.PAGE) == [line for page in whole.names() for line in lines(site, page)]


def test_the_summary_has_every_block(site: Site, said: dict[Block, Note | None]) -> None:
    article = site.html(SUMMARY).css_first("article")
    assert article
    pages = article.css("table[data-search-exclude]")[0]
    counted = {
        row.css("td")[0].text(): int(row.css("td")[1].text()) for row in pages.css("tbody tr")
    }
    assert sum(counted.values()) == len(said)
    bare = [
        block
        for block, note in said.items()
        if not (note and KINDS[note.kind or ""].depth == "run")
    ]
    assert len(article.css("ul[data-search-exclude] > li")) == len(bare)
    for link in pages.css("a"):
        target = site.folder / SUMMARY.removesuffix(".md") / (link.attributes["href"] or "")
        assert (target / "index.html").is_file()


def test_blocks_that_nothing_has_proven_are_listed_by_page(
    site: Site, said: dict[Block, Note | None]
) -> None:
    listed = proof.unproven(site.folder)
    unproven = {page for page in PAGES for line in lines(site, page) if line == proof.UNPROVEN}
    pages = {Path(line.split(": ")[0]).parent.as_posix() for line in listed}
    assert pages == {
        page.removesuffix(".md").removesuffix("/index").replace("index", ".") for page in unproven
    }
    assert len(listed) < len(said)


def test_a_search_finds_no_lines_of_proof(site: Site) -> None:
    index = (site.folder / "search" / "search_index.json").read_text(encoding="utf-8")
    assert "bash 1.2" not in index and "How this guide is tested" in index
