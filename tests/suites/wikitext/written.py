"""Wikitext of a few words of HTML, or of a small page of Markdown."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from macros.lines import Rendered
from macros.wikitext.html import Page, PageReader, article
from macros.wikitext.titles import Target, Titles
from macros.wikitext.writing import Writer

TITLES = {"index.md": Target("Prefix/Page", {"there": "There", "again": "There 2"})}


def written(body: str) -> str:
    """Return the wikitext of the HTML `body`."""
    return of_page(Page("index.md", Path("index.md"), Rendered("", []), {}, article(body)), TITLES)


def of_page(page: Page, titles: Titles) -> str:
    return "\n\n".join(Writer(page, titles).blocks(page.article))


def page_of(folder: Path, markdown: str) -> Page:
    """Return the page with the text `markdown` below its first heading."""
    path = folder / "index.md"
    path.write_text(f"---\ntitle: Page\n---\n# Page\n\n{markdown}\n", encoding="utf-8")
    return _reader().page(path, "index.md")


@cache
def _reader() -> PageReader:
    return PageReader()
