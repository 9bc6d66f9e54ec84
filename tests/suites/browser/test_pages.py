"""Every page of the site: how it is enlarged, what axe-core finds, and what it has asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from macros import bundle
from tests.actors.reader import DESKTOP, PAINTED, PHONE, Reader, wait_for_silence
from tests.environments import patience
from tests.environments.web import chromium
from tests.environments.web.site_server import SiteServer
from tests.guide.reading import PAGES, address

pytestmark = pytest.mark.slow


#: Where the site answers: every page, all of them as one document, and one that is not there.
NOWHERE = "no/such/page/"
WHOLE = "whole/"
ADDRESSES = [*map(address, PAGES), WHOLE, NOWHERE]
#: 1280 by 900 at 400 %.
ENLARGED = (320, 225)


@dataclass
class Visit:
    """A page in the window, what its reader noticed, and the paths that the server sent for it.

    `looks` are those of the parts of this page and those before it whose colours were looked at.
    """

    address: str
    page: Page
    reader: Reader
    sent: list[str]
    looks: set[str]

    def resize(self, size: tuple[int, int]) -> None:
        """Give the window a width and a height in CSS pixels."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})


@pytest.fixture(scope="module")
def window(browser: Browser, hosted: SiteServer) -> Iterator[tuple[Page, Reader, set[str]]]:
    """A window with axe in it, kept from page to page as a new one takes as long as a page."""
    context = chromium.new_context(browser, patience.SOON, reduced_motion="reduce")
    context.add_init_script(Axe().axe_script)
    reader = Reader(context, hosted.address)
    page = reader.open()
    wait_for_silence(page, reader.requests)
    yield page, reader, set()
    context.close()


@pytest.fixture(scope="module", params=ADDRESSES)
def visit(
    window: tuple[Page, Reader, set[str]], hosted: SiteServer, request: pytest.FixtureRequest
) -> Visit:
    """A page, loaded once for all tests of it, which come in the order in which they stand here."""
    page, reader, looks = window
    page.evaluate("localStorage.clear()")
    page.emulate_media(color_scheme="light", media="screen")
    reader.requests.clear()
    reader.complaints.clear()
    before = len(hosted.sent)
    page.goto(reader.base + request.param)
    return Visit(request.param, page, reader, [path for path, _ in hosted.sent[before:]], looks)


def test_of_the_site_a_browser_asks_for_no_more_than_the_page(visit: Visit) -> None:
    """It keeps everything else, and the first page of all, where the window was opened.

    The form for all details has a script. The whole guide, which has that form too, finds it
    already loaded, unless this run has not been at the form's own page.
    """
    form = visit.page.locator("form.details:not(.ask)").count()
    script = [f"/assets/{bundle.FORM}"] if form else []
    page = [f"/{visit.address}"] * bool(visit.address)
    assert visit.sent == page + script or (visit.address == WHOLE and visit.sent == page)


# -- enlarged --------------------------------------------------------------------------------------

#: What sticks out of the page to the right, and cannot be scrolled by itself.
TOO_WIDE = """() => {
    const clipped = (node) => node && node !== document.body
        && (getComputedStyle(node).overflowX !== "visible" || clipped(node.parentElement));
    const wide = [...document.querySelectorAll("body *")].filter((node) =>
        node.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        && node.getBoundingClientRect().right > innerWidth + 1 && !clipped(node.parentElement)
        && !node.closest("svg, .md-sidebar, .md-search"));
    const page = document.scrollingElement;
    return [...(page.scrollWidth > innerWidth ? [`the page: ${page.scrollWidth} px`] : []),
        ...wide.map((node) => node.outerHTML.slice(0, 120))];
}"""


def test_enlarged_four_times_it_scrolls_in_one_direction(visit: Visit) -> None:
    visit.resize(ENLARGED)
    found = visit.page.evaluate(TOO_WIDE)
    assert not found, f"/{visit.address} is wider than {ENLARGED[0]} px:\n" + "\n".join(found)


# -- what axe-core finds ---------------------------------------------------------------------------

#: Of windows, and of a sheet of A4.
SIZES = {"desktop": DESKTOP, "phone": PHONE, "paper": (794, 1123)}
#: The colour schemes, in the order in which the page offers them, and what it calls them.
SCHEMES = {"light": "default", "dark": "slate"}
COLOURS = ["color-contrast", "link-in-text-block"]
ALL_BUT_COLOURS = {"rules": {name: {"enabled": False} for name in COLOURS}}
#: Colours are most of the work. Around the text all pages are alike, so that these stand for them
#: where light and dark are combined with large and small.
WHOLE_VIEW = ("", "access/ssh/", NOWHERE)
#: Of the words in code, which are thousands and differ only in their looks, one of each is left.
FEWER_WORDS = """() => {
    const seen = new Set();
    const words = [...document.querySelectorAll("pre span:not(:has(*))")].map((word) => {
        const { color, backgroundColor, fontWeight, fontSize } = getComputedStyle(word);
        return [word, [color, backgroundColor, fontWeight, fontSize].join()];
    });
    for (const [word, look] of words)
        if (seen.has(look)) word.replaceWith(word.textContent);
        else seen.add(look);
}"""
#: Axe judges no letters on a gradient, such as shades the edges of tables; beneath it is the page.
NO_SHADES = """() => {
    for (const frame of document.querySelectorAll(".md-typeset__scrollwrap"))
        frame.style.backgroundImage = "none";
}"""
AUDIT = """async (options) =>
    (await axe.run({ resultTypes: ["violations"], ...options })).violations"""
#: Looks at the colours of what looks as nothing in `known` does: in its own letters and those
#: around it, and in all that is behind it. Returns what axe finds there, and the new looks; but for
#: those that it could not judge, as something covers them: others that look so may be judged.
AUDIT_OF_COLOURS = """async ([known, rules]) => {
    const letters = ({ color, fontSize, fontWeight, textDecorationLine, textShadow }) =>
        [color, fontSize, fontWeight, textDecorationLine, textShadow];
    const paper = ({ backgroundColor, backgroundImage, opacity, position }) =>
        [backgroundColor, backgroundImage, opacity, position];
    const plain = ["rgba(0, 0, 0, 0)", "none", "1", "static"].join();
    const papers = new Map([[null, ""]]);
    const behind = (part) => {
        if (!papers.has(part)) {
            const own = paper(getComputedStyle(part)).join();
            papers.set(part, behind(part.parentElement) + (own === plain ? "" : `|${own}`));
        }
        return papers.get(part);
    };
    const met = new Set(known), fresh = new Map();
    for (const part of document.querySelectorAll("body *")) {
        const has = [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (!(has || part.matches("input, select, textarea")) || !part.checkVisibility()) continue;
        const around = [part, part.parentElement].map((one) => letters(getComputedStyle(one)));
        const look = `${around} ${behind(part)}`;
        if (!met.has(look) && !fresh.has(look)) fresh.set(look, part);
    }
    if (!fresh.size) return [[], []];
    const options = { resultTypes: ["violations", "incomplete"], runOnly: rules, elementRef: true };
    const { violations, incomplete } = await axe.run([...fresh.values()], options);
    const covered = new Set(incomplete.flatMap(({ nodes }) => nodes.map(({ element }) => element)));
    return [violations, [...fresh].filter(([, part]) => !covered.has(part)).map(([look]) => look)];
}"""


def test_axe_finds_nothing(visit: Visit) -> None:
    """The window is large and light, then small and dark; at some pages every other way as well.

    The whole guide, with every word of all pages, is printed by somebody who reads it in dark.
    """
    page, complaints = visit.page, []

    def look(scheme: str, size: str, structure: bool = True) -> None:
        visit.resize(SIZES[size])
        page.emulate_media(media="print" if size == "paper" else "screen")
        number = list(SCHEMES).index(scheme)
        page.evaluate("(n) => document.getElementsByName('__palette')[n].click()", number)
        body = page.locator("body")
        expect(body).to_have_attribute("data-md-color-scheme", SCHEMES[scheme])
        page.evaluate(PAINTED)
        found = page.evaluate(AUDIT, ALL_BUT_COLOURS) if structure else []
        of_colours, looks = page.evaluate(AUDIT_OF_COLOURS, [sorted(visit.looks), COLOURS])
        visit.looks.update(looks)
        complaints.extend(told(found + of_colours, f"/{visit.address} ({scheme}, {size})"))

    page.evaluate(FEWER_WORDS)
    page.evaluate(NO_SHADES)
    look("light", "desktop")
    look("dark", "phone")
    if visit.address in WHOLE_VIEW:
        look("dark", "desktop", structure=False)
        look("light", "phone", structure=False)
    if visit.address == WHOLE:
        look("dark", "paper", structure=False)
    assert not complaints, "\n" + "\n".join(complaints)


def told(violations: list[dict[str, Any]], where: str) -> list[str]:
    """Return a line for each element that breaks a rule: where, rule, element, what to do."""
    return [
        f"{where}: {rule['id']}: {node['target'][-1]}: {node['failureSummary']}"
        for rule in violations
        for node in rule["nodes"]
    ]


# -- what it has asked for -------------------------------------------------------------------------


def test_it_has_asked_only_its_own_site_and_nothing_went_wrong(visit: Visit) -> None:
    """On the screen in light and dark, and on paper; searched, the site is in test_policy.py."""
    visit.page.emulate_media(color_scheme="dark", media="print")
    wait_for_silence(visit.page, visit.reader.requests)
    requests, base = visit.reader.requests, visit.reader.base
    assert base + visit.address in requests
    foreign = [url for url in requests if not url.startswith(base)]
    assert not foreign, f"/{visit.address} asks for {foreign}"
    missing = visit.address == NOWHERE
    heard = [t for t in visit.reader.complaints if not (missing and "status of 404" in t)]
    assert not heard, f"/{visit.address}: {heard}"


def test_the_page_for_errors_leads_on(reader: Reader) -> None:
    page = reader.open(NOWHERE)
    expect(page.locator("h1")).to_have_text("Page not found")
    page.locator(".md-search__input").fill("kerberos")
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("article a", has_text="Access").click()
    page.wait_for_url(re.compile("/access/"))
    assert all(url.startswith(reader.base) for url in reader.requests)
