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
#: The audits of both windows run side by side: begun in each when it is painted, then awaited.
BEGIN = """(rules) => {
    const painted = new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    window.audit = painted.then(() => axe.run({ resultTypes: ["violations"], rules }));
}"""
#: Colours are most of the work; of all pages in one they were looked at page by page.
RULES = {"whole/": {"color-contrast": {"enabled": False}}}
END = "async () => (await window.audit).violations"


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[dict[str, Page]]:
    """One window for each colour scheme, kept from page to page."""
    with ExitStack() as stack:
        found = {}
        for scheme in ("light", "dark"):
            context = chromium.new_context(browser, color_scheme=scheme, reduced_motion="reduce")
            stack.callback(context.close)
            found[scheme] = context.new_page()
        yield found


@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing(windows: dict[str, Page], served: str, address: str) -> None:
    """A page is loaded once for each scheme, and its window made small and large."""
    complaints = []
    for window in windows.values():
        window.goto(served + address)
        window.evaluate(Axe().axe_script)
    for size, (width, height) in SIZES.items():
        for window in windows.values():
            window.set_viewport_size({"width": width, "height": height})
            window.evaluate(BEGIN, RULES.get(address, {}))
        for scheme, window in windows.items():
            for violation in window.evaluate(END):
                complaints += told(violation, f"/{address} ({scheme}, {size})")
    assert not complaints, "\n" + "\n".join(complaints)


def told(violation: dict[str, Any], where: str) -> list[str]:
    """Return a line for each element that breaks the rule: where, rule, element, what to do."""
    return [
        f"{where}: {violation['id']}: {node['target'][-1]}: {node['failureSummary']}"
        for node in violation["nodes"]
    ]
