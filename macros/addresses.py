"""Looks whether the addresses of the guide still lead somewhere: `python -m macros.addresses`.

Each is asked for once, by a program that says who it is, with pauses between requests to one host;
what answered is not asked again for a week.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin, urlsplit

import urllib3

from macros import facts, surveyed, yaml_lines
from macros.errors import ROOT, GuideError, shown
from macros.facts import Facts, Link, Value
from macros.sources.verdict import Verdict

CACHE = ROOT / ".cache" / "addresses.json"
_KEPT = timedelta(days=7)
#: Seconds between two requests to one host, and for which an answer is waited for.
_PAUSE, _PATIENCE = 1.0, 20.0
_HOPS = 5
_RETRY = urllib3.Retry(
    total=3, connect=1, redirect=False, backoff_factor=1, status_forcelist=[429, 502, 503, 504]
)
#: So many addresses without an answer, and none with one: there is no network.
_ENOUGH = 5
_AGENT = "product-analytics-onboarding (looks whether links still lead somewhere)"
#: Where sites send those who are not logged in.
_LOGIN = re.compile(
    r"\b(?:log-?in|sign-?in|userlogin|sso|idp|cas|oauth2?|auth|authorize|accounts?\.google)\b", re.I
)

State = Literal["answers", "moved", "login", "gone", "silent"]


@dataclass(frozen=True)
class Address:
    """An address of the guide, and the file and line of the fact that has it."""

    url: str
    path: Path
    line: int


@dataclass(frozen=True)
class Reply:
    """What came of an address.

    It answers; has moved for good; asks for a login; is gone; or is silent: no answer, or an error
    of its server. `said` is the status, the new address or the reason.
    """

    state: State
    said: str


def addresses(known: Facts) -> Iterator[Address]:
    """Yield every address of the outside world that the guide can show, retired ones apart."""
    for kind, key, fact in known.all():
        text = fact.url if isinstance(fact, Link) else fact.value if isinstance(fact, Value) else ""
        if fact.status != "retired" and re.fullmatch(r"https://[^\s<>@]+", str(text)):
            path = facts.FOLDER / f"{kind}.yml"
            yield Address(str(text), path, yaml_lines.load(path).line(key))


def look(pool: urllib3.PoolManager, url: str) -> Reply:
    """Ask for `url`, and follow where it leads; return what came of it."""
    at, moved = url, False
    for _ in range(_HOPS):
        try:
            answer = pool.request(
                "GET", at, redirect=False, retries=_RETRY, timeout=_PATIENCE, preload_content=False
            )
            status, target = answer.status, answer.get_redirect_location()
            answer.release_conn()
        except urllib3.exceptions.MaxRetryError as error:
            return Reply("silent", str(error.reason or error))
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            return Reply("silent", str(error))
        if not target:
            return _ended(status, at if moved else None)
        following = urljoin(at, target)
        if _LOGIN.search(urlsplit(following).netloc + urlsplit(following).path):
            return Reply("login", following)
        moved = moved or (status in (301, 308) and not _same(at, following))
        at = following
    return Reply("silent", f"leads on for more than {_HOPS} times, last to {at}")


def _ended(status: int, moved_to: str | None) -> Reply:
    if status in (401, 403):
        return Reply("login", str(status))
    if status in (404, 410):
        return Reply("gone", str(status))
    if status >= 400:
        return Reply("silent", str(status))
    return Reply("moved", moved_to) if moved_to else Reply("answers", str(status))


def _same(one: str, other: str) -> bool:
    """Return whether two addresses differ by no more than a slash at the end."""
    return one.rstrip("/") == other.rstrip("/")


def look_at_all(
    urls: list[str],
    kept: Mapping[str, Reply],
    pause: float,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Reply]:
    """Return what came of each of `urls`; what `kept` has is not asked for again.

    `pause` is in seconds, between requests to one host; `tell` hears of each before it is asked.
    Raises ConnectionError where none of the first answers at all.
    """
    pool = urllib3.PoolManager(headers={"User-Agent": _AGENT}, maxsize=1)
    last: dict[str, float] = {}
    found: dict[str, Reply] = {}
    for number, url in enumerate(dict.fromkeys(urls), 1):
        if url not in kept:
            host = urlsplit(url).netloc
            time.sleep(max(0.0, last.get(host, 0.0) + pause - time.monotonic()))
            tell(f"{number}/{len(urls)} {url}")
            found[url] = look(pool, url)
            last[host] = time.monotonic()
        else:
            found[url] = kept[url]
        silent = all(finding.state == "silent" for finding in found.values())
        if silent and len(found) >= min(_ENOUGH, len(urls)):
            raise ConnectionError(f"nothing answers, so no network is here: {found[url].said}")
    return found


def read_cache(path: Path, today: date) -> dict[str, Reply]:
    """Return what was found within a week and needs no second look: all that answered."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return {
            url: Reply(entry["state"], entry["said"])
            for url, entry in entries.items()
            if entry["state"] != "silent" and today - date.fromisoformat(entry["on"]) < _KEPT
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # none yet, or a broken one: everything is asked for


def write_cache(path: Path, found: Mapping[str, Reply], kept: Mapping[str, Reply]) -> None:
    """Keep what was found today, and the days of what was kept."""
    days = {}
    if kept:
        days = {u: e["on"] for u, e in json.loads(path.read_text(encoding="utf-8")).items()}
    today = date.today().isoformat()
    entries = {u: {**asdict(f), "on": days.get(u, today)} for u, f in found.items()}
    path.parent.mkdir(exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(entries, indent=1), encoding="utf-8")
    fresh.replace(path)


_TITLES: dict[State, str] = {
    "gone": "Gone",
    "moved": "Moved for good",
    "silent": "No answer",
    "login": "Asks for a login, so that nothing is known of the page behind it",
}


_VERDICTS: dict[State, Verdict] = {
    "answers": "holds",
    "moved": "changed",
    "gone": "gone",
    "silent": "unanswered",
    "login": "not asked",
}


def lines(known: Facts, found: Mapping[str, Reply], day: date) -> Iterator[str]:
    """Yield what came of links and tools as a survey tells it, a line of JSON for each."""
    for ask in surveyed.links(known):
        reply = found[ask.expected]
        verdict = _VERDICTS[reply.state]
        seen = {"holds": ask.expected, "changed": reply.said}.get(verdict)
        fields = {"kind": ask.kind, "key": ask.key, "verdict": verdict}
        told: dict[str, object] = {"expected": {ask.part: ask.expected}, "found": {ask.part: seen}}
        told |= {"from": "laptop", "with": ask.probe, "day": str(day)}
        if verdict == "unanswered":
            told["reason"] = "no answer"
        elif verdict == "not asked":
            told["reason"] = "it asks for a login"
        yield json.dumps(fields | told)


def main(arguments: list[str] | None = None) -> int:
    """Print what came of each address; return 1 where one is gone, or nothing could be reached."""
    parser = argparse.ArgumentParser(prog="python -m macros.addresses", description=__doc__)
    parser.add_argument("--json", action="store_true", help="lines such as those of a survey")
    as_json = parser.parse_args(arguments).json
    try:
        listed = list(addresses(facts.current()))
    except GuideError as error:
        print(error, file=sys.stderr)
        return 1
    kept = read_cache(CACHE, date.today())
    urls = list(dict.fromkeys(each.url for each in listed))
    try:
        found = look_at_all(urls, kept, _PAUSE, lambda line: print(line, file=sys.stderr))
    except ConnectionError as error:
        print(error, file=sys.stderr)
        return 1
    write_cache(CACHE, found, kept)
    if as_json:
        print("\n".join(lines(facts.current(), found, date.today())))
    for state, title in () if as_json else _TITLES.items():
        those = [each for each in listed if found[each.url].state == state]
        print(f"{title}: {len(those)}")
        for each in those:
            print(f"  {shown(each.path)}:{each.line}: {each.url}: {found[each.url].said}")
    answering = sum(reply.state == "answers" for reply in found.values())
    print(f"{answering} of {len(urls)} answer as they are", file=sys.stderr if as_json else None)
    return 1 if any(finding.state == "gone" for finding in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
