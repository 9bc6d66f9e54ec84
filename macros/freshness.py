"""Freshness: which facts and pages were looked at too long ago, and which pages that touches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from macros import facts, front_matter, surveyed, yaml_lines
from macros.errors import ROOT, GuideError, GuideErrors, read_text, shown
from macros.facts import KINDS, Fact, Facts, printed

DOCS = ROOT / "docs"
#: Days for which what was looked at holds, by kind of fact, and for pages. Machines, access and
#: addresses change within a year; single values and the columns of tables hold for longer. A fact
#: that is `lasting` holds for ever. One of a `release` holds as long as that is the release: its
#: version is what has to be looked up again.
TIME_TO_LIVE = {
    "hosts": 365,
    "sections": 365,
    "groups": 365,
    "links": 365,
    "tools": 365,
    "lists": 365,
    "values": 730,
    "tables": 730,
    "pages": 365,
}
#: A value that had stood for so many days when it was read holds as long again. In the 40 files of
#: operations/puppet that facts cite, of 2020, 2021 and 2022, 11 % of the lines older than four
#: years were gone two years later, of the others 22 %. So four years are to the former what two are
#: to the latter.
SETTLED = 4 * 365


@dataclass(frozen=True)
class Due:
    """Something to look at again: what it is, where it is written, and the pages that show it."""

    kind: str
    key: str
    verified: date
    path: Path
    line: int
    pages: tuple[str, ...]
    use: str | None = None

    def told(self, day: date) -> str:
        """Return a line on it: file and line, name, age, what to use instead, pages."""
        age = f"looked at {self.verified}, {(day - self.verified).days} days ago"
        use = f"; now {self.use}" if self.use else ""
        count = f"{len(self.pages)} page{'' if len(self.pages) == 1 else 's'}"
        pages = f"{count}: {', '.join(self.pages)}" if self.pages else "no page"
        return f"{shown(self.path)}:{self.line}: {self.key}: {age}{use}; on {pages}"


@dataclass(frozen=True)
class Days:
    """Days of one kind: of how many pages or facts, the first, the last, how many within a year."""

    count: int
    first: date
    last: date
    within_year: int


@dataclass(frozen=True)
class Report:
    """What is to be looked at again as of `today`, what touches most pages first.

    `written` are the days on which pages were written, or read whole, against their sources, and
    `read` those on which facts, but for retired ones, were read in theirs. `stale` are current
    facts that are past their time, `unverified` those for which no current source was found,
    `old_names` retired ones that pages still have, `pages` stale pages.
    """

    today: date
    written: Days
    read: Days
    stale: list[Due]
    unverified: list[Due]
    old_names: list[Due]
    pages: list[Due]


def today() -> date:
    """Return the day of the build: of SOURCE_DATE_EPOCH (seconds, UTC), else today's."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else date.today()


#: What pages show or list, as (kind, key) of facts and snippets, by their names under docs/.
Uses = Mapping[str, Set[tuple[str, str]]]


def report(known: Facts, uses: Uses, day: date) -> Report:
    """Return which of the facts `known`, and of the pages with these `uses`, need a look on `day`.

    Raises GuideErrors with all pages whose header cannot be read.
    """
    stale: list[Due] = []
    by_status: dict[str, list[Due]] = {"unverified": [], "retired": []}
    files = {kind: yaml_lines.load(facts.FOLDER / f"{kind}.yml") for kind in KINDS}
    for kind, key, fact in known.all():
        shown_as = {(kind, key)} | _of_release(known, kind, key)
        pages = tuple(sorted(page for page, used in uses.items() if shown_as & used))
        place = files[kind].path, files[kind].line(key)
        due = Due(kind, key, fact.verified, *place, pages, fact.use)
        if is_stale(kind, fact, day):
            stale.append(due)
        elif fact.status != "current":
            by_status[fact.status].append(due)
    of_pages = _of_pages()
    return Report(
        day,
        _days((each.verified for each in of_pages), day),
        _days((fact.verified for *_, fact in known.all() if fact.status != "retired"), day),
        _ordered(stale),
        _ordered(by_status["unverified"]),
        _ordered(each for each in by_status["retired"] if each.pages),
        _ordered(each for each in of_pages if _is_past(each.verified, "pages", day)),
    )


def stale_of(known: Facts, used: Set[tuple[str, str]], day: date) -> int:
    """Return how many of the facts that a page has `used` are stale on `day`."""
    found = {(kind, key): known.get(kind, key) for kind, key in used if kind in KINDS}
    releases = {fact.release for fact in found.values() if fact.release}
    found |= {("values", key): known.values[key] for key in releases}
    return sum(is_stale(kind, fact, day) for (kind, _), fact in found.items())


def is_stale(kind: str, fact: Fact, day: date) -> bool:
    """Return whether on `day` nobody has looked at `fact` for longer than it holds."""
    if fact.status != "current" or fact.lasting or fact.release:
        return False
    settled = kind == "values" and _stood(fact) >= SETTLED
    return _is_past(fact.verified, "settled" if settled else kind, day)


def unseen(known: Facts) -> dict[str, list[str]]:
    """Return what a survey can see and none has, by kind: the names of current facts."""
    found: dict[str, dict[str, None]] = {}
    for ask in surveyed.everything(known):
        fact = known.get(ask.kind, ask.key)
        if not fact.seen and not ask.retired:
            name = ask.key if ask.kind == "values" else printed(ask.key, fact)
            found.setdefault(ask.kind, {})[name] = None
    return {kind: list(names) for kind, names in found.items()}


def _is_past(verified: date, kind: str, day: date) -> bool:
    holds = SETTLED if kind == "settled" else TIME_TO_LIVE[kind]
    return (day - verified).days > holds


def _stood(fact: Fact) -> int:
    """Return for how many days at least `fact` had held when it was read."""
    return (fact.verified - _last_day(fact.since)).days if fact.since else 0


def _last_day(some: str) -> date:
    """Return the last day that `some` date (2024, 2024-06 or 2024-06-24) can mean."""
    year, month, day = ([int(part) for part in some.split("-")] + [0, 0])[:3]
    if day:
        return date(year, month, day)
    return (date(year, month, 28) if month else date(year, 12, 28)) + timedelta(3)


def _of_release(known: Facts, kind: str, key: str) -> set[tuple[str, str]]:
    """Return the facts of the release that the value `key` is, by kind and key."""
    if kind != "values":
        return set()
    return {(k, name) for k, name, fact in known.all() if fact.release == key}


def _days(found: Iterable[date], today: date) -> Days:
    days = sorted(found)
    within = sum((today - each).days <= 365 for each in days)
    return Days(len(days), days[0], days[-1], within)


def _of_pages() -> list[Due]:
    found: list[Due] = []
    errors: list[GuideError] = []
    for path in sorted(DOCS.rglob("*.md")):
        try:
            found.append(_of_page(path))
        except GuideError as error:
            errors.append(error)
    if errors:
        raise GuideErrors(errors)
    return found


def _of_page(path: Path) -> Due:
    header = front_matter.parse(read_text(path), path)
    if not isinstance(header.data, dict) or not isinstance(header.data.get("verified"), date):
        message = "the page's header says no day on which it was verified"
        raise GuideError(f"{message}; write verified: 2026-11-24", path, 1)
    name = path.relative_to(DOCS).as_posix()
    return Due("pages", name, header.data["verified"], path, header.line("verified"), (name,))


def _ordered(findings: Iterable[Due]) -> list[Due]:
    return sorted(findings, key=lambda each: (-len(each.pages), each.verified, each.kind, each.key))
