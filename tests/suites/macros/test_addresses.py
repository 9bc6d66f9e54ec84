"""Whether addresses still lead somewhere: asked of a server that plays all that can happen."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import urllib3

from macros import addresses, surveyed
from macros.addresses import look, look_at_all, read_cache, write_cache
from macros.facts import current
from macros.survey import seen

#: Path -> status and address of each answer in turn; the last is repeated.
ANSWERS: dict[str, list[tuple[int, str]]] = {
    "/here": [(200, "")],
    "/for-now": [(302, "/here")],
    "/moved": [(301, "/here")],
    "/moved-308": [(308, "/here")],
    "/moved-and-gone": [(301, "/gone")],
    "/slash": [(301, "/slash/")],
    "/slash/": [(200, "")],
    "/private": [(302, "/idp/login?service=private")],
    "/wall": [(401, "")],
    "/forbidden": [(403, "")],
    "/not-there": [(404, "")],
    "/gone": [(410, "")],
    "/busy": [(503, ""), (429, ""), (200, "")],
    "/down": [(503, "")],
    "/broken": [(500, "")],
    "/round": [(302, "/about")],
    "/about": [(302, "/round")],
    "/nowhere": [(302, "")],
}


@dataclass
class World:
    """A server, what was asked of it, and by whom."""

    base: str
    asked: Counter[str] = field(default_factory=Counter)
    agents: set[str] = field(default_factory=set)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    seen = World("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            number = seen.asked[path]
            seen.asked[path] += 1
            seen.agents.add(self.headers["User-Agent"])
            if path == "/cut":
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if path == "/slow":
                time.sleep(2)
            answers = ANSWERS.get(path, [(200, "")])
            status, target = answers[min(number, len(answers) - 1)]
            self.send_response(status)
            self.send_header("Content-Length", "0")
            if target:
                self.send_header("Location", target)
            if status == 429:
                self.send_header("Retry-After", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    monkeypatch.setattr(addresses, "_RETRY", addresses._RETRY.new(backoff_factor=0))
    monkeypatch.setattr(addresses, "_PATIENCE", 0.5)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    seen.base = f"http://127.0.0.1:{server.server_address[1]}"
    yield seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "state", "said"),
    [
        ("/here", "answers", "200"),
        ("/for-now", "answers", "200"),
        ("/moved", "moved", "{base}/here"),
        ("/moved-308", "moved", "{base}/here"),
        ("/moved-and-gone", "gone", "410"),
        ("/slash", "answers", "200"),
        ("/private", "login", "{base}/idp/login?service=private"),
        ("/wall", "login", "401"),
        ("/forbidden", "login", "403"),
        ("/not-there", "gone", "404"),
        ("/gone", "gone", "410"),
        ("/busy", "answers", "200"),
        ("/down", "silent", "too many 503 error responses"),
        ("/broken", "silent", "500"),
        ("/round", "silent", "leads on for more than 5 times, last to {base}/about"),
        ("/nowhere", "answers", "302"),
    ],
)
def test_what_comes_of_an_address(world: World, path: str, state: str, said: str) -> None:
    found = look(urllib3.PoolManager(), world.base + path)
    assert (found.state, found.said) == (state, said.format(base=world.base))


@pytest.mark.parametrize("path", ["/cut", "/slow"])
def test_no_answer_is_told_with_its_reason(world: World, path: str) -> None:
    found = look(urllib3.PoolManager(), world.base + path)
    assert found.state == "silent" and found.said


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://nowhere.invalid/", "http://[/"])
def test_an_address_without_a_server_is_silent(world: World, url: str) -> None:
    assert look(urllib3.PoolManager(), url).state == "silent"


def test_each_is_asked_for_once_with_pauses_by_a_program_that_says_who_it_is(world: World) -> None:
    urls = [world.base + path for path in ("/here", "/not-there", "/here", "/wall")]
    began = time.monotonic()
    found = look_at_all(urls, {}, pause=0.1)
    assert time.monotonic() - began >= 0.2
    assert list(found) == [urls[0], urls[1], urls[3]]
    assert set(world.asked.values()) == {1}
    (agent,) = world.agents
    assert agent.startswith("product-analytics-onboarding ")


def test_what_answered_is_not_asked_again_within_a_week(world: World, tmp_path: Path) -> None:
    cache, today = tmp_path / "new" / "addresses.json", date.today()
    urls = [world.base + path for path in ("/here", "/down", "/not-there")]
    write_cache(cache, look_at_all(urls, {}, pause=0), {})
    kept = read_cache(cache, today)
    assert set(kept) == {urls[0], urls[2]}, "what was silent is asked again"
    asked = world.asked.copy()
    write_cache(cache, look_at_all(urls, kept, pause=0), kept)
    assert {path for path in asked if world.asked[path] != asked[path]} == {"/down"}
    days = {url: entry["on"] for url, entry in json.loads(cache.read_text()).items()}
    assert set(days.values()) == {today.isoformat()}
    assert read_cache(cache, today + timedelta(7)) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"https://a": 1}', '{"https://a": {}}'])
def test_a_broken_cache_is_no_cache(tmp_path: Path, text: str) -> None:
    (tmp_path / "cache").write_text(text)
    assert read_cache(tmp_path / "cache", date.today()) == {}
    assert read_cache(tmp_path / "none", date.today()) == {}


def test_without_a_network_it_says_so_soon() -> None:
    urls = [f"http://host{number}.invalid/" for number in range(40)]
    with pytest.raises(ConnectionError, match="no network is here"):
        look_at_all(urls, {}, pause=0)


def test_every_address_that_pages_show_is_among_them() -> None:
    found = {each.url: each for each in addresses.addresses(current())}
    links = [link for link in current().links.values() if link.url and link.status != "retired"]
    assert {link.url for link in links} <= found.keys() and len(links) > 80
    for url in ("https://config-master.wikimedia.org/known_hosts", links[0].url or ""):
        line = found[url].path.read_text().splitlines()[found[url].line - 1]
        assert line.endswith(":")
    assert not [url for url in found if "<" in url or ".wmnet" in url or "localhost" in url]


def test_the_command_lists_them_by_what_came_of_them(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    listed = [
        addresses.Address(world.base + path, tmp_path / "links.yml", line)
        for line, path in enumerate(("/here", "/moved", "/gone", "/private", "/down"), 1)
    ]
    monkeypatch.setattr(addresses, "addresses", lambda _: listed)
    monkeypatch.setattr(addresses, "CACHE", tmp_path / "cache.json")
    monkeypatch.setattr(addresses, "_PAUSE", 0)
    assert addresses.main([]) == 1
    said = capsys.readouterr().out
    file, base = tmp_path / "links.yml", world.base
    assert f"Gone: 1\n  {file}:3: {base}/gone: 410\n" in said
    assert f"Moved for good: 1\n  {file}:2: {base}/moved: {base}/here\n" in said
    assert "No answer: 1\n" in said and "Asks for a login" in said
    assert "1 of 5 answer as they are" in said
    monkeypatch.setattr(addresses, "addresses", lambda _: listed[:2])
    assert addresses.main([]) == 0


def test_links_and_tools_are_told_as_a_survey_tells_them(tmp_path: Path) -> None:
    """Each state has its verdict; who keeps the guide reads the lines as those of any survey."""
    known = current()
    urls = dict.fromkeys(ask.expected for ask in surveyed.links(known))
    states: list[addresses.State] = ["answers", "moved", "gone", "silent", "login"]
    found = {
        url: addresses.Reply(states[n % 5], "https://example.org/new") for n, url in enumerate(urls)
    }
    file = tmp_path / "links.jsonl"
    file.write_text("\n".join(addresses.lines(known, found, date.today())))
    told = {(r.kind, r.key): r.verdict for r in seen.records(known, [file])}
    assert told.keys() == {(ask.kind, ask.key) for ask in surveyed.links(known)}
    verdicts = dict(
        zip(states, ("holds", "changed", "gone", "unanswered", "not asked"), strict=True)
    )
    for ask in surveyed.links(known):
        assert told[ask.kind, ask.key] == verdicts[found[ask.expected].state]
