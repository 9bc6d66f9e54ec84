"""Chromium, as the tests start it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.environments import patience

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

PROGRAM = "chromium-headless-shell"
#: The moment at which pages are opened, in milliseconds: the sample's month is the last whole one.
_NOW = 1_795_500_000_000
#: No sandbox of its own within one, and nothing that looks for its maker.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def launched() -> Iterator[Browser]:
    """Start Chromium without a window; end it. Raises RuntimeError where it is not installed."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 # quick tests have no Playwright

    program = shutil.which(PROGRAM)
    if not program:
        raise RuntimeError(f"{PROGRAM} is not installed: run make .venv/packages-test.done")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def new_context(
    browser: Browser, seconds: int = patience.SECONDS, **options: Any
) -> BrowserContext:
    """Return an empty browser profile of its own; `options` are those of playwright's method.

    So many `seconds` it waits for what a page is to show; for the page itself, longer.
    """
    from playwright.sync_api import expect  # noqa: PLC0415 # quick tests have no Playwright

    expect.set_options(timeout=seconds * 1000)
    context = browser.new_context(**options)
    context.add_init_script(f"Date.now = () => {_NOW} + performance.now()")
    context.set_default_timeout(seconds * 1000)
    context.set_default_navigation_timeout(patience.SECONDS * 1000)
    return context
