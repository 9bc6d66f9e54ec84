"""Chromium, as the tests start it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

PROGRAM = "chromium-headless-shell"
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
    program = shutil.which(PROGRAM)
    if not program:
        raise RuntimeError(f"{PROGRAM} is not installed: run make .venv/packages-test.done")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
