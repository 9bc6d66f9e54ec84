"""Somebody who reads the published site in a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page

#: Milliseconds in which nothing is asked for, after which nothing will be.
SILENCE = 500
#: The sizes that pages are looked at in, as width and height in CSS pixels.
PHONE, DESKTOP = (390, 844), (1280, 900)
#: Done when what has changed is painted: JavaScript for a page.
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass
class Reader:
    """Somebody with a browser profile of their own: what is stored stays between their tabs.

    `requests` are the addresses that were asked for, `complaints` what the console said: errors,
    warnings, and refusals of the Content-Security-Policy.
    """

    context: BrowserContext
    base: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _empty: Page | None = None

    def open(self, path: str = "") -> Page:
        """Open the page at `path`, relative to the site, in an empty tab; return it when loaded."""
        page, self._empty = self._empty or self._new_tab(), None
        page.goto(self.base + path)
        return page

    def at(self, size: tuple[int, int], **media: Any) -> Reader:
        """Give an empty tab a width and a height in CSS pixels; it is the next to be opened.

        `media` are those of playwright's `emulate_media`. Return the reader.
        """
        self._empty = self._empty or self._new_tab()
        self._empty.set_viewport_size({"width": size[0], "height": size[1]})
        if media:
            self._empty.emulate_media(**media)
        return self

    def leave(self) -> None:
        """Go, and leave one tab and nothing of oneself to the next one, whose tab need not be new.

        What was cached stays. Who has changed more than the window and the storage, or has the page
        do something as it goes, does not leave.
        """
        page, *others = self.context.pages or [self._new_tab()]
        for other in others:
            other.close()
        if not page.url.startswith(self.base):
            page.goto(self.base)
        page.evaluate("localStorage.clear(), sessionStorage.clear()")
        self._empty = page
        self.at(DESKTOP, media="null", color_scheme="null", reduced_motion="null")
        self.requests.clear()
        self.complaints.clear()

    def _new_tab(self) -> Page:
        page = self.context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)


def wait_for_silence(page: Page, *asked: list[str]) -> None:
    """Wait, in the browser of `page`, until nothing is added any more to what was `asked` for.

    In a tab that had another page before, Playwright's own `networkidle` sometimes never comes.
    """
    before, now = -1, sum(map(len, asked))
    while before != now:
        page.wait_for_timeout(SILENCE)
        before, now = now, sum(map(len, asked))


#: Makes a Reader; keyword arguments are those of playwright's `new_context`.
NewReader = Callable[..., Reader]
