"""The whole guide in one document, on the screen and on paper, with the reader's values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from macros import settings, whole
from tests.actors.reader import Reader
from tests.environments import patience
from tests.environments.web import chromium
from tests.guide.reading import address

pytestmark = pytest.mark.slow
PROFILE = {"shell_name": "ada-l", "kind": "contractor", "stat_host": "stat1008"}
#: What is not printed: what belongs to the screen, and for whom a part is, where that is known.
SCREEN = (
    ".md-header, .md-sidebar, .md-footer, .md-top, .details-bar, .chosen > .reader, .md-clipboard"
)
#: The width of A4 between margins of 1 cm, in CSS pixels.
PAPER = (718, 1000)
_UNSEEN = """(selector) => [...document.querySelectorAll(selector)].filter(
    (part) => !part.closest("[hidden], .details-bar, .chosen > .reader") && !part.checkVisibility()
).map((part) => part.textContent.slice(0, 60))"""
_SEEN = """(selector) => [...document.querySelectorAll(selector)].filter(
    (part) => part.checkVisibility()).map((part) => part.className)"""
_CUT = """() => [...document.querySelectorAll("article pre > code, article table")].filter(
    (part) => part.checkVisibility() && part.getBoundingClientRect().right > innerWidth
).map((part) => part.textContent.slice(0, 60))"""


@pytest.fixture(scope="module")
def reader(browser: Browser, served: str) -> Iterator[Reader]:
    """A reader for all tests here: the whole guide takes as long to open as twenty pages."""
    context = chromium.new_context(browser, patience.SOON)
    yield Reader(context, served)
    context.close()


@pytest.fixture(scope="module")
def opened(reader: Reader) -> Page:
    """The whole guide, opened by a reader who has given some details."""
    page = reader.open()
    page.evaluate(
        "(profile) => localStorage.setItem('guide-profile', profile)", json.dumps(PROFILE)
    )
    page.close()
    return reader.open(address(whole.PAGE))


def test_it_has_the_readers_values_and_parts(opened: Page) -> None:
    assert set(opened.locator("article [data-value=shell_name]").all_text_contents()) == {"ada-l"}
    hosts = opened.locator("article [data-value=stat_host_name]").all_text_contents()
    assert set(hosts) == {"stat1008.eqiad.wmnet"}
    own, other = (f'article [data-when~="kind={kind}"]' for kind in ("contractor", "staff"))
    assert opened.evaluate(_SEEN, own) and not opened.evaluate(_SEEN, other)


def test_a_link_of_the_contents_leads_to_its_page_and_a_tick_is_the_same(opened: Page) -> None:
    opened.locator('.contents a[href="#access-kerberos"]').click()
    assert opened.locator("#access-kerberos").is_visible()
    assert opened.url.endswith("/whole/#access-kerberos")
    opened.locator("article [data-task]:not(:disabled):visible").first.check()
    done = json.loads(opened.evaluate("localStorage.getItem('guide-done')"))
    assert len(done) == 1
    for box in opened.locator(f'article [data-task="{done[0]}"]').all():
        assert box.is_checked()


def test_on_paper_it_is_complete_and_nothing_but_the_guide(opened: Page, reader: Reader) -> None:
    opened.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
    opened.emulate_media(media="print")
    text = "article :is(h1, h2, h3, h4, h5, p, li, td, dd, pre > code)"
    assert opened.evaluate(_UNSEEN, text) == [], "not printed"
    assert opened.evaluate(_SEEN, SCREEN) == [], "printed, and of no use on paper"
    assert opened.evaluate(_CUT) == [], "wider than the paper"
    assert reader.complaints == []
    assert [url for url in reader.requests if not url.startswith(reader.base)] == []


def test_every_part_begins_on_a_page_of_its_own(opened: Page) -> None:
    pdf = opened.pdf(format="A4")
    pages = re.findall(rb"/Type /Page\b", pdf)
    assert pdf.startswith(b"%PDF") and len(pages) > 2 * len(settings.parts())
    opened.emulate_media(media="print")
    breaks = opened.evaluate(
        """() => [...document.querySelectorAll("article > .part")].map(
            (part) => [part.textContent, getComputedStyle(part).breakBefore])"""
    )
    assert breaks == [[part.title, "page"] for part in settings.parts()]
