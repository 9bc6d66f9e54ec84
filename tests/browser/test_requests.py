"""The published site asks nobody but itself for anything, and nothing in it goes wrong."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewReader, Reader
from tests.site.test_census import PAGES

pytestmark = pytest.mark.slow


def address(page: str) -> str:
    """Return the address of `page`, a path under docs/, relative to the site."""
    name = page.removesuffix(".md")
    return name.removesuffix("index") if name.split("/")[-1] == "index" else f"{name}/"


#: Where the site answers: every page, all of them as one document, and one that is not there.
NOWHERE = "no/such/page/"
ADDRESSES = [*map(address, PAGES), "whole/", NOWHERE]


#: So many pages are opened side by side: most of the time is spent on waiting for silence.
SIDE_BY_SIDE = 8


@pytest.mark.parametrize(
    "addresses",
    [ADDRESSES[n : n + SIDE_BY_SIDE] for n in range(0, len(ADDRESSES), SIDE_BY_SIDE)],
    ids=lambda addresses: addresses[0],
)
def test_pages_load_from_their_own_site_without_complaint(
    new_reader: NewReader, addresses: list[str]
) -> None:
    """In light and dark, on the screen and on paper; searched, the site is in test_policy.py."""
    one = new_reader()
    readers = {address: Reader(one.context, one.base) for address in addresses}
    tabs = [reader.open(address) for address, reader in readers.items()]
    for tab in tabs:
        tab.wait_for_load_state("networkidle")
        tab.emulate_media(color_scheme="dark", media="print")
    for tab in tabs:
        tab.wait_for_load_state("networkidle")
    for address, reader in readers.items():
        foreign = [url for url in reader.requests if not url.startswith(reader.base)]
        assert not foreign, f"/{address} asks for {foreign}"
        missing = address == NOWHERE
        told = [t for t in reader.complaints if not (missing and "status of 404" in t)]
        assert not told, f"/{address}: {told}"


def test_the_page_for_errors_leads_on(reader: Reader) -> None:
    page = reader.open(NOWHERE)
    expect(page.locator("h1")).to_have_text("Page not found")
    page.locator(".md-search__input").fill("kerberos")
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("article a", has_text="Access").click()
    page.wait_for_url(re.compile("/access/"))
    assert all(url.startswith(reader.base) for url in reader.requests)
