"""How long a newcomer reads, in the order of the navigation, until something of use is done."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from macros import whole
from tests.environments.built_site import Site

pytestmark = pytest.mark.slow

#: Rendered words that somebody reads in a minute. Code is copied, not read.
WORDS_A_MINUTE = 220
#: What a browser does not show, and what is not read: blocks, buttons, the line on sources.
UNREAD = "pre, script, style, noscript, footer, button, [popover], .headerlink, [hidden]:not(form)"
#: By the last page of the way: what is done with it, and the minutes that it may take at most.
GOALS = {
    "start/accounts.md": ("the first account", 8),
    "access/request.md": ("the access request", 20),
    "start/first-query.md": ("the first query", 30),
}


def words(page: LexborHTMLParser) -> int:
    """Return how many words of `page` its readers have before them, those for others included."""
    copy = LexborHTMLParser(page.html or "")
    article = copy.css_first("article")
    assert article is not None
    for unread in article.css(UNREAD):
        unread.decompose()
    return len(re.findall(r"\S*\w\S*", article.text(separator=" ")))


@pytest.mark.parametrize("last", GOALS)
def test_what_counts_is_reached_soon(site: Site, last: str) -> None:
    done, most = GOALS[last]
    pages = whole.names()
    counted = {page: words(site.html(page)) for page in pages[: pages.index(last) + 1]}
    minutes = sum(counted.values()) / WORDS_A_MINUTE
    assert minutes <= most, (
        f"{done} takes {minutes:.1f} minutes of reading, the bar is {most}: words by page {counted}"
    )
