"""The first query as its page tells it, in a real browser on the laptop."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Error, Page, expect

from macros.facts import current
from tests.actors import desk, jupyterlab, laptop_browser
from tests.environments import patience
from tests.environments.lab.lab import Lab
from tests.environments.web.chromium import PROGRAM

pytestmark = pytest.mark.slow

VALUES = current().values


@pytest.fixture
def page(lab: Lab) -> Iterator[Page]:
    with laptop_browser.opened(lab) as opened:
        assert _processes(lab)
        yield opened
    assert not _processes(lab)


def _processes(lab: Lab) -> list[str]:
    """Return the numbers of the browser's processes, as the laptop has them."""
    name = PROGRAM[:15]  # as much of it as the kernel keeps
    return lab.run(lab.laptop, f"pgrep {name}").out.split()


def test_first_query(lab: Lab, page: Page) -> None:
    url = str(VALUES["jupyterhub_url"].value)
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        page.goto(url)
    desk.drop_ticket(lab)
    with desk.tunnel(lab):
        page.goto(url)
        jupyterlab.log_in(page, lab.password)
        _get_ticket(lab, page)
        page.get_by_role("button", name=re.compile(r"New Launcher \(")).click()
        below = jupyterlab.run_first_cell(page)
        rows = below.locator("tbody tr")
        assert rows.count() == 31, below.inner_text()
        shares = rows.first.locator("td").all_inner_texts()
        assert sum(map(float, shares)) == pytest.approx(1, abs=0.002)
        _open_folder(page, "access_method_share")
        expect(page.locator(".jp-DirListing-itemName")).to_have_text(["2026-10.csv"])


def _get_ticket(lab: Lab, page: Page) -> None:
    """Open a terminal of JupyterLab, and do what the page says there."""
    assert not desk.has_ticket(lab)
    page.locator(".jp-LauncherCard[title*=terminal i]").click()
    page.locator(".jp-Terminal-body .xterm-screen").click()
    page.keyboard.type("klist -s || kinit\n")
    page.keyboard.type(f"{desk.PASSWORD}\n")
    until = time.monotonic() + patience.SECONDS
    while not desk.has_ticket(lab):
        assert time.monotonic() < until, "kinit in the terminal of JupyterLab gets no ticket"
        page.wait_for_timeout(100)


def _open_folder(page: Page, name: str) -> None:
    page.locator(".jp-DirListing-item", has_text=name).dblclick()
