"""JupyterLab, as a person uses it in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.checks.snippet_texts import for_readers

#: What a browser has to allow, for what is pasted.
PERMISSIONS = ["clipboard-read", "clipboard-write"]


def log_in(page: Page, password: str) -> None:
    """Log in on the page that stands open, and wait until JupyterLab is there."""
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.locator(".jp-LauncherCard").first.wait_for()


def run_first_cell(page: Page) -> Locator:
    """Open a new notebook, run the first cell of the guide; return what is below it."""
    cell = next(each for each in for_readers("notebook/first_query") if each.name == "sample").text
    page.locator(".jp-LauncherCard[data-category=Notebook]:visible").first.click()
    # As the line at the bottom says; what is run before the kernel is there, is not run.
    page.get_by_text(re.compile(r"^Python 3 .* \| Idle$")).wait_for()
    page.locator(".jp-Notebook .cm-content").click()
    page.evaluate("text => navigator.clipboard.writeText(text)", cell)
    page.keyboard.press("Control+v")
    expect(page.locator(".jp-Notebook .cm-line")).to_have_count(cell.count("\n") + 1)
    page.keyboard.press("Shift+Enter")
    below = page.locator(".jp-OutputArea-output").first
    below.wait_for()
    return below
