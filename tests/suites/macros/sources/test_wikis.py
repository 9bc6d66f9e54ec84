"""Pages of a wiki, asked for on a small server that answers as MediaWiki's API does."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from macros.sources import clones, wikis
from tests.suites.macros.sources.world import EVIDENCE, World

READ_ON, REVISED = "2026-06-06", "2025-07-07"


class _Wiki(BaseHTTPRequestHandler):
    pages: ClassVar[dict[str, Any]] = {}
    asked: ClassVar[list[dict[str, list[str]]]] = []

    def do_GET(self) -> None:  # http.server's name
        query = parse_qs(urlsplit(self.path).query)
        self.asked.append({**query, "agent": [self.headers["User-Agent"]]})
        answer = self.pages[query["titles"][0]]
        if isinstance(answer, int):
            self.send_error(answer)
            return
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # http.server's name
        pass


def page(title: str, text: str) -> dict[str, Any]:
    """Return an answer of the API for a page with `text`."""
    revision = {
        "revid": 77,
        "timestamp": f"{REVISED}T01:02:03Z",
        "slots": {"main": {"content": text, "contentmodel": "wikitext"}},
    }
    query = {"pages": [{"pageid": 1, "title": title, "revisions": [revision]}]}
    return {"curtimestamp": f"{READ_ON}T10:00:00Z", "query": query}


MISSING = {
    "curtimestamp": f"{READ_ON}T10:00:00Z",
    "query": {"pages": [{"title": "Tea", "missing": True}]},
}


@pytest.fixture
def wiki(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(wikis, "_PAUSE", 0)
    monkeypatch.setattr(_Wiki, "asked", [])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Wiki)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/w/api.php"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.facts.joinpath("values.yml").write_text(
        f"tea: {{value: two minutes, what: a value, verified: {EVIDENCE},"
        " source: {wiki: wikitech, page: Tea_time, day: undated}}\n"
    )
    world.facts.joinpath("links.yml").write_text(
        f"page: {{title: Tea time, url: 'https://wikitech.wikimedia.org/wiki/Tea_time',"
        f" verified: {EVIDENCE}, source: {{wiki: wikitech, page: Tea_time, day: undated}}}}\n"
    )
    return world


def verdicts(world: World, wiki: str, answer: object) -> dict[str, str]:
    _Wiki.pages = {"Tea time": answer}
    return {key: each.verdict for key, each in world.records({"wikitech": wiki}).items()}


def test_a_page_that_says_so_holds_with_its_revision(world: World, wiki: str) -> None:
    _Wiki.pages = {"Tea time": page("Tea time", "It takes ''two\nminutes'' to brew.")}
    records = world.records({"wikitech": wiki})
    assert {each.verdict for each in records.values()} == {"holds"}
    answer = records["tea"].decisive
    assert (answer.place, str(answer.day)) == ("wikitech Tea time@77", READ_ON)
    assert answer.reason == f"revised {REVISED}"
    (asked,) = _Wiki.asked
    assert asked["action"] == ["query"]
    assert "product-analytics-onboarding" in asked["agent"][0]


def test_other_words_missing_pages_and_moved_ones_are_told(world: World, wiki: str) -> None:
    other = page("Tea time", "It takes five minutes.")
    assert verdicts(world, wiki, other) == {"tea": "gone", "page": "holds"}
    assert verdicts(world, wiki, MISSING) == {"tea": "gone", "page": "gone"}
    moved = page("Coffee time", "It takes two minutes.")
    assert verdicts(world, wiki, moved) == {"tea": "holds", "page": "changed"}


@pytest.mark.parametrize(
    "answer",
    [
        500,
        404,
        b"<html>",
        b"",
        b"[]",
        b'{"query": {"pages": []}}',
        b'{"error": {"code": "maxlag"}}',
        b"[" * 100_000,
        b" " * (clones.LARGEST + 1),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_answer_of_the_api_answers_nothing(
    world: World, wiki: str, answer: object
) -> None:
    assert verdicts(world, wiki, answer) == {"tea": "unanswered", "page": "unanswered"}


def test_a_wiki_out_of_reach_is_asked_once(world: World) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/w/api.php"
        records = world.records({"wikitech": url})
    assert {each.verdict for each in records.values()} == {"unanswered"}
    assert all("wikitech does not answer" in e.decisive.reason for e in records.values())
