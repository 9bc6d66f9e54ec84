"""What pages weigh, compressed as a host sends them, and how soon they are the reader's own."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.actors.reader import DESKTOP, PAINTED, PHONE, NewReader, wait_for_silence
from tests.environments import patience
from tests.environments.built_site import Site
from tests.environments.web import chromium
from tests.environments.web.site_server import SiteServer, compressed
from tests.guide.profiles import AWKWARD
from tests.guide.reading import PAGES, address

pytestmark = pytest.mark.slow

KB = 1024
#: Own scripts and styles; a first view with all that it loads; a page without its text, where the
#: folded navigation has a switch for each part.
OWN, FIRST_VIEW, AROUND = 12 * KB, 94 * KB, 5 * KB + 256
#: How far a page may move, and how long after it is there a value may come.
SHIFT, MILLISECONDS = 0.02, 50
#: Stored before a page is asked for: values longer than their samples, of which one hides parts.
STORED = json.dumps(AWKWARD["long"])
#: Measures a page while it loads: how far things move, and when the last value is painted.
MEASURES = """
localStorage.clear();
localStorage.setItem("guide-profile", %s);
sessionStorage.clear();
shift = 0;
filled = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
new MutationObserver((changes) => {
  if (changes.some(({ target }) => target.nodeType === 1 && target.matches(".value.own")))
    requestAnimationFrame(() => { filled = performance.now(); });
}).observe(document, { subtree: true, attributeFilter: ["class"] });
"""
#: A tab, and the addresses that it has asked for.
Tab = tuple[Page, list[str]]
#: So many pages are loaded at once: they wait for the connection, not for the processor.
SIDE_BY_SIDE = 10
#: A phone's connection, as Lighthouse has it: milliseconds of latency, and bytes a second.
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200 * KB,
    "uploadThroughput": 90 * KB,
}


def test_own_scripts_and_styles_are_light(site: Site) -> None:
    page = site.html("index.md")
    own = [node.attributes["src"] for node in page.css('script[src^="assets/"]')]
    own += [node.attributes["href"] for node in page.css('link[rel="stylesheet"]')]
    weights = {
        name: len(compressed(site.folder / name)) for name in own if name and name.count("/") == 1
    }
    total = sum(weights.values())
    assert total <= OWN, f"compressed {total} bytes, the bar is {OWN}: {weights}"


def test_a_next_page_is_little_more_than_its_text(site: Site) -> None:
    weights = {page: around(site.folder / address(page) / "index.html") for page in PAGES}
    heavy = {page: weight for page, weight in weights.items() if weight > AROUND}
    assert not heavy, f"compressed, beside the text, of {AROUND} bytes: {heavy}"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_first_view_is_light_and_nothing_moves_in_it(
    tabs: list[Tab], hosted: SiteServer, size: tuple[int, int]
) -> None:
    weights, shifts = {}, {}
    for page, tab, asked in first_views(tabs, hosted, size):
        lengths = dict(hosted.sent)
        weights[page] = sum(lengths["/" + url.removeprefix(hosted.address)] for url in asked)
        shifts[page] = round(tab.evaluate("shift"), 3)
    heavy = {page: weight for page, weight in weights.items() if weight > FIRST_VIEW}
    assert not heavy, f"compressed, with all that they load, of {FIRST_VIEW} bytes: {heavy}"
    moved = {page: shift for page, shift in shifts.items() if shift > SHIFT}
    assert not moved, f"layout shift on a slow connection, the bar is {SHIFT}: {moved}"


def test_values_are_there_as_soon_as_the_page(new_reader: NewReader, hosted: SiteServer) -> None:
    tab = new_reader().context.new_page()
    measure(tab)
    late = []
    for _ in range(5):
        tab.goto(hosted.address + "access/ssh/")
        tab.evaluate(PAINTED)
        filled, loaded = tab.evaluate(
            "[filled, performance.getEntriesByType('navigation')[0].domContentLoadedEventStart]"
        )
        assert filled, "no value was filled in"
        late.append(filled - loaded)
    # What else a machine does can only add to it.
    assert min(late) <= MILLISECONDS, f"milliseconds after the page: {late}"


def around(page: Path) -> int:
    """Return what the file of a page weighs without its text, and the links to places in it."""
    rest, texts = re.subn(rb"<article.*</article>", b"", page.read_bytes(), flags=re.DOTALL)
    assert texts == 1, f"{page} has {texts} articles"
    links = rb'<a href="#[^"]*" class="md-nav__link">.*?</a>'
    return len(gzip.compress(re.sub(links, b"", rest, flags=re.DOTALL), 9))


@pytest.fixture(scope="module")
def tabs(browser: Browser, hosted: SiteServer) -> Iterator[list[Tab]]:
    """Tabs with a phone's connection that keep nothing, each of a browser profile of its own."""
    with ExitStack() as stack:

        def tab() -> Tab:
            context = chromium.new_context(browser, patience.SOON)
            stack.callback(context.close)
            page, asked = context.new_page(), list[str]()
            page.on("request", lambda request: asked.append(request.url))
            session = context.new_cdp_session(page)
            session.send("Network.emulateNetworkConditions", SLOW)
            session.send("Network.setCacheDisabled", {"cacheDisabled": True})
            measure(page)
            return page, asked

        yield [tab() for _ in range(SIDE_BY_SIDE)]


def first_views(
    tabs: list[Tab], hosted: SiteServer, size: tuple[int, int]
) -> Iterator[tuple[str, Page, list[str]]]:
    """Yield each page, a few side by side, as a browser loads it that never was here, slowly.

    With it come its tab and the addresses that it asked for.
    """
    for tab, _ in tabs:
        tab.set_viewport_size({"width": size[0], "height": size[1]})
    for first in range(0, len(PAGES), SIDE_BY_SIDE):
        views = list(zip(PAGES[first : first + SIDE_BY_SIDE], tabs, strict=False))
        for page, (tab, asked) in views:
            asked.clear()
            tab.goto(hosted.address + address(page), wait_until="commit")
        for _, (tab, _) in views:
            tab.wait_for_load_state("load")
        wait_for_silence(tabs[0][0], *(asked for _, (_, asked) in views))
        for page, (tab, asked) in views:
            yield page, tab, asked


def measure(tab: Page) -> None:
    """Store values of a reader in the browser of `tab`, and set the measures to work."""
    tab.add_init_script(MEASURES % json.dumps(STORED))
