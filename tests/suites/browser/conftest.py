"""A server of the published site, and windows of a browser that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from tests.actors.reader import DESKTOP, NewReader, Reader
from tests.environments import patience
from tests.environments.built_site import Site
from tests.environments.web import chromium
from tests.environments.web.site_server import SiteServer, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture(scope="package")
def served(site: Site) -> Iterator[str]:
    """The address of the published site, with a slash at its end."""
    with serving(site.folder) as running:
        yield running.address


@pytest.fixture(scope="package")
def hosted(site: Site) -> Iterator[SiteServer]:
    """The published site on a server that compresses, and has browsers keep what they have."""
    with serving(site.folder, frugal=True) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    with chromium.launched() as launched:
        yield launched


@pytest.fixture
def new_reader(browser: Browser, served: str) -> Iterator[NewReader]:
    """Return what makes a reader of the site; their windows are closed after the test."""
    with ExitStack() as stack:

        def make(size: tuple[int, int] = DESKTOP, base: str = served, **options: Any) -> Reader:
            viewport = {"width": size[0], "height": size[1]}
            context = chromium.new_context(
                browser,
                patience.SOON,
                viewport=viewport,
                permissions=_CLIPBOARD,
                **options,
            )
            stack.callback(context.close)
            return Reader(context, base)

        yield make


@pytest.fixture(scope="package")
def desktop(browser: Browser, served: str) -> Iterator[Reader]:
    """A desktop at which one reader sits after the other: a new window takes as long as a page."""
    viewport = {"width": DESKTOP[0], "height": DESKTOP[1]}
    context = chromium.new_context(
        browser, patience.SOON, viewport=viewport, permissions=_CLIPBOARD
    )
    yield Reader(context, served)
    context.close()


@pytest.fixture
def reader(desktop: Reader) -> Reader:
    """A reader at a desktop, of whom the browser knows nothing."""
    desktop.leave()
    return desktop
