"""Origins: what the facts of a page rest on, as its foot says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass
from urllib.parse import quote

from macros.citation import GERRIT, Citation
from macros.facts import KINDS, Fact, Facts, printed


@dataclass(frozen=True)
class Origin:
    """Facts that were read in the same `sources` on one day: each by its name, and in words.

    Each source is told in words, with its address where it has one.
    """

    sources: tuple[tuple[str, str | None], ...]
    day: str
    facts: list[tuple[str, str]]


def of_page(known: Facts, used: Set[tuple[str, str]]) -> list[Origin]:
    """Return where the facts among `used`, as (kind, key), were read."""
    found: defaultdict[tuple[tuple[Citation, ...], str], list[tuple[str, str]]] = defaultdict(list)
    for kind, key in sorted(used):
        if kind in KINDS:
            fact = known.get(kind, key)
            place = fact.source, str(fact.verified)
            found[place].append((printed(key, fact), ", ".join(_told(fact))))
    origins = [
        Origin(tuple((each.told(), address(each, known)) for each in cited), day, facts)
        for (cited, day), facts in found.items()
    ]
    return sorted(origins, key=lambda each: ([words for words, _ in each.sources], each.day))


def address(cited: Citation, known: Facts) -> str | None:
    """Return where `cited` can be opened: a page, a task, or a file in its repository."""
    if cited.task:
        return f"https://{known.hosts['phabricator'].host}/{cited.task}"
    if cited.wiki and cited.page:
        return f"https://{known.hosts[cited.wiki].host}/wiki/{_quoted(cited.page)}"
    if cited.repository:
        return _of_repository(cited, known)
    return None


def _of_repository(cited: Citation, known: Facts) -> str:
    """Return the address of the file, else of the commit, else of the repository."""
    name, path = str(cited.repository), _quoted(cited.path or "")
    if name.startswith(GERRIT):
        whole = f"https://{known.hosts['gerrit'].host}/g/{name}"
        part = f"/+/{cited.commit or 'HEAD'}" + (f"/{path}" if path else "")
    else:
        whole = f"https://{known.hosts['github'].host}/{name}"
        part = f"/blob/{cited.commit or 'HEAD'}/{path}" if path else f"/commit/{cited.commit}"
    return whole + part if path or cited.commit else whole


def _quoted(title: str) -> str:
    return quote(title.replace(" ", "_"), safe="/:()*!,;@")


def _told(fact: Fact) -> Iterator[str]:
    """Yield what `fact` is, since when or until when it holds, and what took its place."""
    if what := getattr(fact, "what", None) or getattr(fact, "title", None):
        yield what
    if fact.since:
        yield f"since {fact.since}"
    if fact.until:
        yield f"gone by {fact.until}"
    if fact.use:
        yield f"now {fact.use}"
    if fact.status == "unverified":
        yield "not verified"
    if fact.seen:
        yield fact.seen.told()
