"""Every page of the site, looked at by axe-core: light and dark, on a phone and at a desktop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser import chromium
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_requests import ADDRESSES

pytestmark = pytest.mark.slow

SIZES = {"desktop": DESKTOP, "phone": PHONE}
#: The rules that depend on the colour scheme; all others are judged in one of the two.
COLOURS = ["color-contrast", "link-in-text-block"]
OPTIONS: dict[str, dict[str, Any]] = {"light": {}, "dark": {"runOnly": COLOURS}}
#: Colours are most of the work; of all pages in one they were looked at page by page.
PLAIN = {"light": {"rules": {name: {"enabled": False} for name in COLOURS}}}
#: Of the coloured words in code, which are thousands, one of each colour and weight is left.
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
#: The audits of both windows run side by side: begun in each when it is painted, then awaited.
BEGIN = """(options) => {
    const painted = new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    window.audit = painted.then(() => axe.run({ resultTypes: ["violations"], ...options }));
}"""
END = "async () => (await window.audit).violations"


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[dict[str, Page]]:
    """One window for each colour scheme, kept from page to page."""
    with ExitStack() as stack:
        found = {}
        for scheme in OPTIONS:
            context = chromium.new_context(browser, color_scheme=scheme, reduced_motion="reduce")
            stack.callback(context.close)
            found[scheme] = context.new_page()
        yield found


@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing(windows: dict[str, Page], served: str, address: str) -> None:
    """A page is loaded once for each scheme, and its window made small and large."""
    complaints = []
    audits = PLAIN if address == "whole/" else OPTIONS
    for scheme in audits:
        windows[scheme].goto(served + address)
        windows[scheme].evaluate(FEWER_WORDS)
        windows[scheme].evaluate(Axe().axe_script)
    for size, (width, height) in SIZES.items():
        for scheme, options in audits.items():
            windows[scheme].set_viewport_size({"width": width, "height": height})
            windows[scheme].evaluate(BEGIN, options)
        for scheme in audits:
            for violation in windows[scheme].evaluate(END):
                complaints += told(violation, f"/{address} ({scheme}, {size})")
    assert not complaints, "\n" + "\n".join(complaints)


def told(violation: dict[str, Any], where: str) -> list[str]:
    """Return a line for each element that breaks the rule: where, rule, element, what to do."""
    return [
        f"{where}: {violation['id']}: {node['target'][-1]}: {node['failureSummary']}"
        for node in violation["nodes"]
    ]
