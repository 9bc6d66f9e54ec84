"""Every page of the site, looked at by axe-core: light and dark, on a phone and at a desktop."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_requests import ADDRESSES, NOWHERE

pytestmark = pytest.mark.slow

SIZES = {"desktop": DESKTOP, "phone": PHONE}
#: The colour schemes, in the order in which the page offers them, and what it calls them.
SCHEMES = {"light": "default", "dark": "slate"}
COLOURS = ["color-contrast", "link-in-text-block"]
ALL_BUT_COLOURS = {"rules": {name: {"enabled": False} for name in COLOURS}}
#: Colours are most of the work. Around the text all pages are alike, so that these stand for them;
#: those of a text do not depend on the window, which is large in light and small in dark then.
#: Of all pages in one they were looked at page by page.
WHOLE_VIEW = ("", "access/ssh/", NOWHERE)
#: Of the coloured words in code, which are thousands, one of each colour and weight is left; of the
#: rows of a table one of each shape, as elements of the same names and classes look the same.
FEWER = """() => {
    const seen = new Set();
    const words = [...document.querySelectorAll("pre span:not(:has(*))")].map((word) => {
        const { color, backgroundColor, fontWeight, fontSize } = getComputedStyle(word);
        return [word, [color, backgroundColor, fontWeight, fontSize].join()];
    });
    for (const [word, look] of words)
        if (seen.has(look)) word.replaceWith(word.textContent);
        else seen.add(look);
    for (const row of document.querySelectorAll("tbody > tr")) {
        const table = row.closest("table"), parts = [table.parentElement, table, row];
        const shape = [...parts, ...row.querySelectorAll("*")]
            .map((part) => [part.tagName, part.className, part.style.cssText, part.hidden]).join();
        if (seen.has(shape)) row.remove();
        else seen.add(shape);
    }
}"""
AUDIT = """async ([where, options]) => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return (await axe.run(where, { resultTypes: ["violations"], ...options })).violations;
}"""


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """A window with axe in it, kept from page to page."""
    context = chromium.new_context(browser, reduced_motion="reduce")
    context.add_init_script(Axe().axe_script)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing(window: Page, served: str, address: str) -> None:
    """A page is loaded once; its window is made small and large, its colours light and dark."""
    window.goto(served + address)
    complaints = []
    for size in SIZES:
        resize(window, size)
        found = window.evaluate(AUDIT, ["html", ALL_BUT_COLOURS])
        complaints += told(found, f"/{address} ({size})")
    window.evaluate(FEWER)
    where, looks = ("html", product) if address in WHOLE_VIEW else ("article", zip)
    for size, scheme in looks(SIZES, SCHEMES if address != "whole/" else ()):
        resize(window, size)
        number = list(SCHEMES).index(scheme)
        window.evaluate("(n) => document.getElementsByName('__palette')[n].click()", number)
        body = window.locator("body")
        expect(body).to_have_attribute("data-md-color-scheme", SCHEMES[scheme])
        found = window.evaluate(AUDIT, [where, {"runOnly": COLOURS}])
        complaints += told(found, f"/{address} ({scheme}, {size})")
    assert not complaints, "\n" + "\n".join(complaints)


def resize(window: Page, size: str) -> None:
    """Give the window one of the sizes."""
    width, height = SIZES[size]
    window.set_viewport_size({"width": width, "height": height})


def told(violations: list[dict[str, Any]], where: str) -> list[str]:
    """Return a line for each element that breaks a rule: where, rule, element, what to do."""
    return [
        f"{where}: {rule['id']}: {node['target'][-1]}: {node['failureSummary']}"
        for rule in violations
        for node in rule["nodes"]
    ]
