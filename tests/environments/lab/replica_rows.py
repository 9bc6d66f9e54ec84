"""Made-up rows for the core tables of the MediaWiki replicas: the same at every run.

They lie on both sides of what the guide's queries ask for: days around the first of November
and of September 2026, bots, people without an account, talk pages, empty summaries, memberships
that have ended. Each wiki has numbers of its own. Nobody is real.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, pairwise
from random import Random
from typing import Any

from macros.facts import Column, current

Row = dict[str, Any]
Rows = dict[str, list[Row]]
_ENGINE = "replica"
_MONTHS = ("202608", "202609", "202610")
_FIRST, _LAST = datetime(2026, 11, 1), datetime(2026, 11, 24, 12)
#: Moments just before and at the bounds that queries name.
_BOUNDS = [
    *("20260831235959", "20260901000000", "20261031235959", "20261101000000"),
    *("20261101235959", "20261102000000"),
]
#: Numbers of the tags of recent edits, over and over.
_RECENT_TAGS = (2, 2, 1, 5, 1, 4, 1)
#: The most used tag comes first; each next one is on fewer edits.
TAGS = (
    *("visualeditor", "mobile edit", "mobile web edit", "wikieditor", "mobile app edit"),
    *("mw-reverted", "newcomer task", "advanced mobile edit", "android app edit", "mw-undo"),
    *("ios app edit", "mw-rollback", "discussiontools", "discussiontools-reply", "mw-replace"),
    *("discussiontools-source", "mw-manual-revert", "contenttranslation", "mw-blank"),
    *("visualeditor-wikitext", "newcomer task add link", "discussiontools-visual"),
    *("visualeditor-switched", "mw-new-redirect", "mw-removed-redirect", "editcheck-references"),
    *("newcomer task copyedit", "discussiontools-newtopic", "mw-changed-redirect-target"),
    *("mw-contentmodelchange", "mw-add-media", "mw-remove-media", "fileimporter", "campaign"),
)
_GROUPS = ("autopatrolled", "rollbacker", "sysop", "accountcreator", "bureaucrat")
_HOLDING = (None, "20261101000000", None, "20270301000000")
_ENDED = ("20261031235959", "20250630120000")
_SUMMARIES = ("", *(f"Example summary {number}" for number in range(1, 25)))


@dataclass(frozen=True)
class _Edit:
    """A revision before it has its number: when, and the rows that it points to."""

    time: str
    actor: Row
    page: Row
    comment: int
    minor: bool
    size: int | None


@dataclass(frozen=True)
class _Editors:
    """Actors by kind; `people` have accounts, the busiest last."""

    people: list[Row]
    bots: list[Row]
    addresses: list[Row]
    idle: list[Row]

    @property
    def all(self) -> list[Row]:
        return self.people + self.bots + self.addresses + self.idle


def rows(wiki: str) -> Rows:
    """Return the rows of the database `wiki`, by table: a value for each column of the facts."""
    random = Random(wiki)  # noqa: S311 # the same rows at every run
    editors = _editors(random, people=24 + random.randrange(6))
    pages = _pages(random, articles=40 + random.randrange(10))
    edits = sorted(_edits(random, editors, pages), key=lambda edit: edit.time)
    revisions = _revisions(edits)
    for page in pages:
        _follow(page, [r for r in revisions if r["rev_page"] == page["page_id"]])
    edited = [page for page in pages if page["page_latest"]]
    return {
        "actor": editors.all,
        "user": [_account(random, actor) for actor in editors.all if actor["actor_user"]],
        "user_groups": list(_memberships(random, editors)),
        "page": edited,
        "comment": [
            _row("comment", comment_id=number, comment_text=text)
            for number, text in enumerate(_SUMMARIES, 1)
        ],
        "revision": revisions,
        "change_tag_def": [
            _row("change_tag_def", ctd_id=number, ctd_name=name, ctd_user_defined=0)
            for number, name in enumerate(TAGS, 1)
        ],
        "change_tag": list(_tagged(random, revisions)),
    }


def recent(wiki: str, now: datetime) -> Rows:
    """Return more rows of `wiki`: edits of the seven days before `now`, and one just before them.

    Their numbers are larger than all that `rows` gives.
    """
    before = rows(wiki)
    last, tagged = before["revision"][-1], len(before["change_tag"]) + 1
    week = timedelta(days=7)
    times = [now - week - timedelta(seconds=1), now - week]
    times += [now - timedelta(hours=7 * number) for number in range(23, 0, -1)]
    revisions = [
        last | {"rev_id": number, "rev_timestamp": mediawiki_time(time)}
        for number, time in enumerate(times, last["rev_id"] + 1)
    ]
    tags = [
        _tag(tagged + number, tag, revision["rev_id"])
        for number, (revision, tag) in enumerate(zip(revisions, cycle(_RECENT_TAGS), strict=False))
    ]
    return {"revision": revisions, "change_tag": tags}


def mediawiki_time(time: datetime) -> str:
    """Return `time` as MediaWiki stores it: 14 digits."""
    return time.strftime("%Y%m%d%H%M%S")


def _row(table: str, **values: Any) -> Row:
    """Return a row of `table` with `values`; the rest is NULL where that may be, else empty."""
    columns = current().tables[f"mediawiki.{table}"].columns
    strange = set(values) - set(columns)
    if strange:
        raise KeyError(f"mediawiki.{table} has no column {', '.join(sorted(strange))}")
    return {name: values.get(name, _nothing(column)) for name, column in columns.items()}


def _nothing(column: Column) -> str | int | None:
    if column.note == "may be NULL":
        return None
    return 0 if any(kind in column.type for kind in ("int", "double")) else ""


# -- who and where ---------------------------------------------------------------------------


def _editors(random: Random, people: int) -> _Editors:
    """Make the actors. Accounts and actors are numbered apart, in ranges that overlap."""
    names = [f"Example editor {number}" for number in range(1, people - 2)]
    names += [f"~2026-{number}0000-7" for number in range(1, 4)]
    random.shuffle(names)  # else the busiest would be in the order of their names
    bots = [f"Example bot {number}" for number in range(1, 4)]
    addresses = [f"192.0.2.{number}" for number in range(1, 6)]
    idle = [f"Example reader {number}" for number in range(1, 6)]
    everyone = names + bots + addresses + idle
    numbers = random.sample(range(3, 3 + len(everyone)), len(everyone))
    accounts = iter(random.sample(range(1, 1 + len(everyone)), len(everyone)))
    actors = [
        _row(
            "actor",
            actor_id=number,
            actor_name=name,
            actor_user=None if name in addresses else next(accounts),
        )
        for number, name in zip(numbers, everyone, strict=True)
    ]
    first = len(names)
    second, third = first + len(bots), first + len(bots) + len(addresses)
    return _Editors(actors[:first], actors[first:second], actors[second:third], actors[third:])


def _account(random: Random, actor: Row) -> Row:
    registered = f"20{random.randrange(10, 26)}0{random.randrange(1, 10)}15093000"
    return _row(
        "user",
        user_id=actor["actor_user"],
        user_name=actor["actor_name"],
        user_touched=registered,
        user_registration=registered,
        user_editcount=random.randrange(5, 5000),
        user_is_temp=int(actor["actor_name"].startswith("~")),
    )


def _memberships(random: Random, editors: _Editors) -> Iterator[Row]:
    """Yield who is in which group: people who edit, people who do not, memberships that ended."""
    for bot, expiry in zip(editors.bots, _HOLDING, strict=False):
        yield _member(bot, "bot", expiry)
    yield _member(editors.people[-1], "bot", _ENDED[0])
    yield _member(editors.idle[0], "checkuser", None)
    some, busiest = editors.people[:-3], editors.people[-3:]
    candidates = [*some[:2], *busiest, *editors.idle, *some[2:]]
    # No two groups have as many members, nor as many as there are bots.
    sizes = sorted(random.sample(range(4, 15), len(_GROUPS)), reverse=True)
    for number, (group, size) in enumerate(zip(_GROUPS, sizes, strict=True)):
        chosen = [candidates[(2 * number + each) % len(candidates)] for each in range(size + 2)]
        expiries = [_HOLDING[each % len(_HOLDING)] for each in range(size)]
        for actor, expiry in zip(chosen, [*expiries, *_ENDED], strict=True):
            yield _member(actor, group, expiry)


def _member(actor: Row, group: str, expiry: str | None) -> Row:
    return _row("user_groups", ug_user=actor["actor_user"], ug_group=group, ug_expiry=expiry)


def _pages(random: Random, articles: int) -> list[Row]:
    """Make articles, and a third as many pages in each of the namespaces 1 to 4 and 10."""
    titles = [(0, f"Example_page_{number}") for number in range(1, articles + 1)]
    for namespace in (1, 2, 3, 4, 10):
        titles += [(namespace, f"Example_page_{n}") for n in range(1, articles // 3)]
    numbers = random.sample(range(1, 2 * len(titles)), len(titles))
    return [
        _row(
            "page",
            page_id=number,
            page_namespace=namespace,
            page_title=title,
            page_random=random.random(),
            page_content_model="wikitext",
        )
        for number, (namespace, title) in zip(numbers, titles, strict=True)
    ]


def _follow(page: Row, revisions: list[Row]) -> None:
    """Let `page` and its `revisions` point to each other, in the order of time."""
    for before, after in pairwise(revisions):
        after["rev_parent_id"] = before["rev_id"]
    if revisions:
        last = revisions[-1]
        page |= {"page_latest": last["rev_id"], "page_touched": last["rev_timestamp"]}
        page |= {"page_len": last["rev_len"] or 0, "page_is_new": int(len(revisions) == 1)}


# -- edits -----------------------------------------------------------------------------------


def _edits(random: Random, editors: _Editors, pages: list[Row]) -> Iterator[_Edit]:
    """Yield all edits, in no order."""
    articles = [page for page in pages if page["page_namespace"] == 0]
    others = [page for page in pages if page["page_namespace"] != 0]
    # In November the first edits never, the second in its first second alone.
    early, late, *regular = editors.people
    busiest = regular[-1]

    def edit(time: str, actor: Row, among: list[Row]) -> _Edit:
        size = random.randrange(200, 90000) if random.random() < 0.95 else None
        summary = 1 if random.random() < 0.3 else random.randrange(2, len(_SUMMARIES) + 1)
        page = among[min(int(random.expovariate(0.15)), len(among) - 1)]
        return _Edit(time, actor, page, summary, random.random() < 0.3, size)

    for number, actor in enumerate(regular, 2):  # no two have the same number of edits
        yield from (edit(_november(random), actor, articles) for _ in range(number))
        yield from (edit(_november(random), actor, others) for _ in range(random.randrange(4)))
    for number, actor in enumerate([*editors.bots, *editors.addresses[:3]]):
        yield from (edit(_november(random), actor, articles) for _ in range(30 + 3 * number))
    for month, count in zip(_MONTHS, random.sample(range(60, 120), len(_MONTHS)), strict=True):
        for _ in range(count):
            time = f"{month}{random.randrange(1, 31):02}{_clock(random)}"
            yield edit(time, random.choice(editors.all), pages)
    yield from (edit(time, busiest, articles) for time in _BOUNDS)
    yield from (edit(_BOUNDS[2], early, articles), edit(_BOUNDS[3], late, articles))


def _november(random: Random) -> str:
    """Return a moment of November, up to the noon of the 24th; later days are a little busier."""
    length = int((_LAST - _FIRST).total_seconds())
    seconds = max(random.randrange(1, length), random.randrange(-length, length))
    return mediawiki_time(_FIRST + timedelta(seconds=seconds))


def _clock(random: Random) -> str:
    return f"{random.randrange(24):02}{random.randrange(60):02}{random.randrange(60):02}"


def _revisions(edits: list[_Edit]) -> list[Row]:
    """Return a row for each of `edits`, which are in the order of time."""
    return [
        _row(
            "revision",
            rev_id=number,
            rev_page=edit.page["page_id"],
            rev_comment_id=edit.comment,
            rev_actor=edit.actor["actor_id"],
            rev_timestamp=edit.time,
            rev_minor_edit=int(edit.minor),
            rev_len=edit.size,
            rev_parent_id=0,
        )
        for number, edit in enumerate(edits, 1)
    ]


def _tagged(random: Random, revisions: list[Row]) -> Iterator[Row]:
    """Yield the tags of edits and of log entries: in November no two tags are on equally many."""
    november = [r for r in revisions if r["rev_timestamp"] >= _BOUNDS[3]]
    earlier = [r for r in revisions if r["rev_timestamp"] < _BOUNDS[3]]
    at_bounds = [r for r in revisions if r["rev_timestamp"] in _BOUNDS]
    tagged = [(1, revision) for revision in at_bounds]
    rest = [revision for revision in november if revision not in at_bounds]
    for tag in range(1, len(TAGS) + 1):
        chosen = random.sample(rest, 2 * (len(TAGS) - tag) + random.randrange(1, 3))
        tagged += [(tag, revision) for revision in chosen]
        tagged += [(tag, revision) for revision in random.sample(earlier, random.randrange(6))]
    number = 0
    for number, (tag, revision) in enumerate(tagged, 1):
        yield _tag(number, tag, revision["rev_id"])
    for entry in range(1, 13):
        yield _tag(number + entry, entry, None, ct_log_id=entry)


def _tag(number: int, tag: int, revision: int | None, **more: int) -> Row:
    return _row("change_tag", ct_id=number, ct_tag_id=tag, ct_rev_id=revision, **more)
