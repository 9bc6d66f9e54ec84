"""Freshness: which facts and pages were looked at too long ago, and which pages that touches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from macros import facts, front_matter, yaml_lines
from macros.errors import ROOT, GuideError, GuideErrors, read_text, shown
from macros.facts import KINDS, Fact, Facts

DOCS = ROOT / "docs"
#: Days for which what was looked at holds, by kind of fact, and for pages. Machines, access and
#: addresses change within a year; single values and the columns of tables hold for longer.
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

    def is_stale(self, day: date) -> bool:
        """Return whether nobody has looked at it for longer than its kind holds."""
        return _is_past(self.kind, self.verified, day)

    def told(self, day: date) -> str:
        """Return a line on it: file and line, name, age, what to use instead, pages."""
        age = f"looked at {self.verified}, {(day - self.verified).days} days ago"
        use = f"; now {self.use}" if self.use else ""
        count = f"{len(self.pages)} page{'' if len(self.pages) == 1 else 's'}"
        pages = f"{count}: {', '.join(self.pages)}" if self.pages else "no page"
        return f"{shown(self.path)}:{self.line}: {self.key}: {age}{use}; on {pages}"


@dataclass(frozen=True)
class Report:
    """What is to be looked at again as of `today`, what touches most pages first.

    `stale` are current facts that are past their time, `unverified` those for which no current
    source was found, `old_names` retired ones that pages still have, `pages` stale pages.
    """

    today: date
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
    by_status: dict[str, list[Due]] = {"current": [], "unverified": [], "retired": []}
    files = {kind: yaml_lines.load(facts.FOLDER / f"{kind}.yml") for kind in KINDS}
    for kind, key, fact in known.all():
        pages = tuple(sorted(page for page, used in uses.items() if (kind, key) in used))
        place = files[kind].path, files[kind].line(key)
        by_status[fact.status].append(Due(kind, key, fact.verified, *place, pages, fact.use))
    return Report(
        day,
        _ordered(each for each in by_status["current"] if each.is_stale(day)),
        _ordered(by_status["unverified"]),
        _ordered(each for each in by_status["retired"] if each.pages),
        _ordered(each for each in _of_pages() if each.is_stale(day)),
    )


def stale_of(known: Facts, used: Set[tuple[str, str]], day: date) -> int:
    """Return how many of the facts that a page has `used` are stale on `day`."""
    found = [(kind, known.get(kind, key)) for kind, key in used if kind in KINDS]
    return sum(_is_stale(kind, fact, day) for kind, fact in found)


def _is_stale(kind: str, fact: Fact, day: date) -> bool:
    return fact.status == "current" and _is_past(kind, fact.verified, day)


def _is_past(kind: str, verified: date, day: date) -> bool:
    return (day - verified).days > TIME_TO_LIVE[kind]


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
