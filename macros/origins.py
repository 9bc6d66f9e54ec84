"""Origins: what the facts of a page rest on, as its foot says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass

from macros.facts import KINDS, Fact, Facts, printed


@dataclass(frozen=True)
class Origin:
    """Facts that were read in one place on one day: each by its name, and in words."""

    source: str
    day: str
    facts: list[tuple[str, str]]


def of_page(known: Facts, used: Set[tuple[str, str]]) -> list[Origin]:
    """Return where the facts among `used`, as (kind, key), were read."""
    found: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for kind, key in sorted(used):
        if kind in KINDS:
            fact = known.get(kind, key)
            place = fact.told_source(), str(fact.verified)
            found[place].append((printed(key, fact), ", ".join(_told(fact))))
    return [Origin(*place, facts) for place, facts in sorted(found.items())]


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
