"""Pages of the wikis, through MediaWiki's API: the newest revision, its day, and its words."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import urllib3

from macros import facts
from macros.citation import Read
from macros.sources.clones import LARGEST
from macros.sources.probes.text import standing
from macros.sources.question import Question, title_of
from macros.sources.verdict import Answer, Finding, UnansweredError, judged

_AGENT = "product-analytics-onboarding (reads whether pages still say what the guide says)"
#: Seconds between two requests, and for which an answer is waited for.
_PAUSE, _PATIENCE = 0.5, urllib3.Timeout(connect=5, read=20)
_RETRY = urllib3.Retry(
    total=2, connect=0, redirect=2, backoff_factor=2, status_forcelist=[429, 503]
)


@dataclass(frozen=True)
class Page:
    """The newest revision of a page: `title` is where redirects end, `read` when it was asked."""

    title: str
    revision: int
    revised: date
    read: date
    text: str


class Wikis:
    """The wikis that facts cite; `addresses` of their APIs are for tests."""

    def __init__(self, addresses: Mapping[str, str] | None = None):
        hosts = facts.current().hosts
        self._addresses = addresses or {
            wiki: f"https://{hosts[wiki].host}/w/api.php"
            for wiki in ("wikitech", "meta", "mediawiki", "foundation")
        }
        self._pool = urllib3.PoolManager(headers={"User-Agent": _AGENT}, maxsize=1)
        self._pages: dict[tuple[str, str], Page | None] = {}
        self._silent: dict[str, str] = {}

    def answer(self, question: Question, read: Read) -> Answer:
        """Return what the cited page says now.

        Raises UnansweredError where the wiki does not answer, or answers with no page.
        """
        wiki = str(question.citation.wiki)
        title = (question.citation.page or title_of(question) or "").replace("_", " ")
        page = self.page(wiki, title)
        findings = tuple(_findings(read, title, page))
        reason, place, day = "", f"{wiki} {title}", None
        if page:
            place = f"{wiki} {page.title}@{page.revision}"
            reason, day = f"revised {page.revised}", page.read
        return Answer(judged(findings, retired=question.retired), read.probe, place, day, findings,
                      reason)  # fmt: skip

    def page(self, wiki: str, title: str) -> Page | None:
        """Return the page `title`, None where there is none; each is asked for once."""
        if wiki in self._silent:
            raise UnansweredError(self._silent[wiki])
        if (wiki, title) not in self._pages:
            time.sleep(_PAUSE if self._pages else 0)
            self._pages[wiki, title] = self._asked(wiki, title)
        return self._pages[wiki, title]

    def _asked(self, wiki: str, title: str) -> Page | None:
        fields = {
            "action": "query",
            "format": "json",
            "formatversion": "2",
            "prop": "revisions",
            "rvslots": "main",
            "rvprop": "ids|timestamp|content",
            "redirects": "1",
            "curtimestamp": "1",
            "maxlag": "5",
            "titles": title,
        }
        try:
            said = self._pool.request(
                "GET", self._addresses[wiki], fields=fields, retries=_RETRY, timeout=_PATIENCE,
                preload_content=False,
            )  # fmt: skip
            data = said.read(LARGEST + 1, decode_content=True)
            said.release_conn()
        except urllib3.exceptions.HTTPError as error:
            why = str(getattr(error, "reason", None) or error).rpartition("): ")[2]
            self._silent[wiki] = f"{wiki} does not answer: {why}"
            raise UnansweredError(self._silent[wiki]) from error
        if said.status != 200 or len(data) > LARGEST:
            raise UnansweredError(f"{wiki} {title}: status {said.status}, {len(data)} bytes")
        return _parsed(data, f"{wiki} {title}")


def _parsed(data: bytes, name: str) -> Page | None:
    """Return the page of an answer of the API; raises UnansweredError where it is another thing."""
    try:
        answer: Any = json.loads(data)
        page = answer["query"]["pages"][0]
        if page.get("missing"):
            return None
        revision = page["revisions"][0]
        return Page(
            str(page["title"]),
            int(revision["revid"]),
            date.fromisoformat(revision["timestamp"][:10]),
            date.fromisoformat(answer["curtimestamp"][:10]),
            str(revision["slots"]["main"]["content"]),
        )
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise UnansweredError(f"{name}: the wiki's answer is none of its API") from error


def _findings(read: Read, title: str, page: Page | None) -> tuple[Finding, ...]:
    if read.words:
        return tuple(standing(read.words, page.text if page else ""))
    return (Finding("page", title, page.title if page else None),)
