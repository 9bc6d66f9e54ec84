"""Edits: the history of all wikis, its fresher sibling, and edits counted by hour."""

from __future__ import annotations

from collections.abc import Iterator

from tests.environments.lake.outside import Row, outside

_SNAPSHOT = "2026-10"
_TWO_DAYS = 48 * 60 * 60
#: Edits of a month by account: on how many wikis, and how many on each. Five count as active,
#: whether on one wiki or on two. Names that start with ~ are temporary accounts.
_MONTHS: dict[str, dict[str, tuple[int, ...]]] = {
    "08": {"A": (5,), "B": (4,), "C": (6,), "D": (3, 2), "~1": (5,), "~2": (4,)},
    "09": {"A": (7,), "B": (5,), "C": (4,), "D": (2, 2), "F": (8,), "~1": (1,), "~3": (6,)},
    "10": {"A": (6,), "B": (5,), "D": (4, 1), "F": (3,), "G": (20,), "~4": (5,), "~5": (9,)},
}
_WIKIS = ("cswiki", "fiwiki")
_WITH_BOTS = "ca da el eo et eu fa gl he hr hu ko ms nn ro sk sl"
#: Edits of October by wiki: how many, and every how many-th is mobile, and in an app.
_MOBILE = {"eswiki": (24, 3, 6), "jawiki": (17, 3, 5), "idwiki": (13, 2, 4)}
_TAGS = {
    "web": ["mobile edit", "mobile web edit"],
    "app": ["mobile edit", "mobile app edit", "android app edit"],
    "desktop": ["visualeditor"],
}


def _account(name: str) -> Row:
    """Return the columns about the one who edits; a name that is an address has no account."""
    anonymous, temporary = name[0].isdigit(), name.startswith("~")
    number = sum(map(ord, name))
    shown = name if anonymous else f"~2026-{number}" if temporary else f"Example editor {name}"
    return {
        "event_user_id": None if anonymous else 100 + number,
        "event_user_central_id": None if anonymous else 7000 + number,
        "event_user_text_historical": shown,
        "event_user_text": shown,
        "event_user_is_anonymous": anonymous,
        "event_user_is_temporary": temporary,
        "event_user_is_permanent": not anonymous and not temporary,
        "event_user_is_bot_by_historical": [],
        "event_user_is_bot_by": [],
        "event_user_groups_historical": [],
    }


def _edit(wiki: str, time: str, name: str) -> Row:
    return _account(name) | {
        "snapshot": _SNAPSHOT,
        "wiki_db": wiki,
        "event_entity": "revision",
        "event_type": "create",
        "event_timestamp": time,
        "event_log_id": None,
        "page_namespace_historical": 0,
        "page_namespace": 0,
        "page_namespace_is_content_historical": True,
        "page_namespace_is_content": True,
        "revision_is_identity_reverted": False,
        "revision_seconds_to_identity_revert": None,
        "revision_first_identity_reverting_revision_id": None,
        "revision_tags": [],
    }


def history() -> Iterator[Row]:
    """Yield edits from August to October 2026, events that are no edits, and older snapshots."""
    yield from _by_month()
    yield from _at_the_ends()
    yield from _reverted()
    yield from _mobile()
    yield from _by_bots()
    for month in ("05", "06", "07", "08"):
        row = _edit("cswiki", f"2026-{month}-03 10:00:00.0", "A")
        yield row | {"snapshot": f"2026-{month}"}


def _by_month() -> Iterator[Row]:
    for month, accounts in _MONTHS.items():
        for name, counts in accounts.items():
            for wiki, count in zip(_WIKIS, counts, strict=False):
                for number in range(count):
                    yield _edit(wiki, f"2026-{month}-{10 + number} 09:{number:02}:00.0", name)
    # Each of these accounts has five edits that must not count, for one reason each.
    reasons = outside(
        _edit("cswiki", "2026-10-12 12:00:00.0", "Z"),
        snapshot="2026-09",
        event_entity="page",
        page_namespace_is_content_historical=False,
        event_user_central_id=None,
        event_user_is_bot_by_historical=[["name"], ["name", "group"]],
        event_user_is_bot_by=[["group"]],
    )
    for reason in reasons:
        yield from _five(reason)
    # Missing is no bot either.
    bot = _edit("fiwiki", "2026-09-12 12:00:00.0", "H")
    yield from _five(bot | {"event_user_is_bot_by_historical": None, "event_user_is_bot_by": None})


def _five(row: Row) -> Iterator[Row]:
    for minute in range(5):
        yield row | {"event_timestamp": f"{row['event_timestamp'][:14]}{minute:02}:30.0"}


def _at_the_ends() -> Iterator[Row]:
    """Yield five edits on the days around the first and the last of the months."""
    days = {"I": "2026-08-31", "J": "2026-09-01", "K": "2026-10-31", "L": "2026-11-01"}
    for name, day in days.items():
        yield from _five(_edit("fiwiki", f"{day} 00:00:00.0", name))


def _reverted() -> Iterator[Row]:
    """Yield edits of September on French Wikipedia, some of them reverted, sooner or later."""
    after = (_TWO_DAYS - 1, _TWO_DAYS, _TWO_DAYS + 1, 10**6, 40, *[None] * 5)
    kinds = {"198.51.100.": 26, "~": 19, "": 38}
    for kind, count in kinds.items():
        for number in range(count):
            name = f"{kind}{number + 100}" if kind else f"Q{number}"
            time = f"2026-09-{1 + number % 30:02} {number % 24:02}:00:00.0"
            seconds = after[number % 10] if kind or number % 3 == 0 else None
            yield _edit("frwiki", time, name) | {
                "revision_is_identity_reverted": seconds is not None,
                "revision_seconds_to_identity_revert": seconds,
            }
    reverted = _edit("frwiki", "2026-09-14 10:00:00.0", "R") | {
        "revision_is_identity_reverted": True,
        "revision_seconds_to_identity_revert": 60,
    }
    yield from outside(
        reverted,
        snapshot="2026-09",
        wiki_db="frwiktionary",
        event_entity="page",
        event_timestamp=["2026-08-31 23:59:59.0", "2026-10-01 00:00:00.0"],
        page_namespace_is_content_historical=False,
        event_user_is_bot_by_historical=[["group"]],
        event_user_is_bot_by=[["name"]],
    )
    # A revert that did not last: the time is known, but the edit stands again.
    yield reverted | {"revision_is_identity_reverted": False}


def _mobile() -> Iterator[Row]:
    for wiki, (count, mobile, app) in _MOBILE.items():
        for number in range(count):
            kind = "app" if number % app == 1 else "web" if number % mobile == 0 else "desktop"
            day = f"2026-10-{1 + number * 30 // (count - 1):02}"
            row = _edit(wiki, f"{day} {number:02}:30:00.0", f"M{number}{wiki}")
            yield row | {
                "revision_tags": None if number == 4 else _TAGS[kind],
                # Nothing known of a bot is as good as no bot.
                "event_user_is_bot_by_historical": None if number == 2 else [],
                "event_user_is_bot_by": None if number == 3 else [],
            }
        yield from outside(
            row | {"revision_tags": _TAGS["app"]},
            snapshot="2026-09",
            wiki_db="ptwiki",
            event_entity="page",
            event_timestamp=["2026-09-30 23:59:59.0", "2026-11-01 00:00:00.0"],
            event_user_is_bot_by_historical=[["group"]],
            event_user_is_bot_by=[["name"]],
        )


def _by_bots() -> Iterator[Row]:
    """Yield edits of September on so many wikis that the twenty largest are not all of them."""
    for number, language in enumerate(_WITH_BOTS.split(), 8):
        for hour in range(number):
            row = _edit(f"{language}wiki", f"2026-09-21 {hour:02}:10:00.0", f"Bot{language}")
            yield row | {"event_user_is_bot_by_historical": ["group"]}


def fresh() -> Iterator[Row]:
    """Yield edits of the first days of November 2026, which no snapshot has yet."""
    for day, count in {1: 9, 2: 6, 3: 11, 4: 4}.items():
        for number in range(count):
            name = "203.0.113.9" if number % 5 == 3 else f"N{number % (day + 1)}"
            yield _fresh(f"2026-11-{day:02} {number:02}:00:00", name)
    yield from outside(
        _fresh("2026-11-02 08:00:00", "N9"),
        wiki_id="cswiki",
        event_entity="page",
        event_timestamp=["2026-10-31 23:59:59", "2026-10-30 10:00:00"],
    )


def _fresh(time: str, name: str) -> Row:
    return _account(name) | {
        "source": "events",
        "wiki_id": "frwiki",
        "event_entity": "revision",
        "event_type": "create",
        "event_timestamp": time,
    }


def hourly() -> Iterator[Row]:
    """Yield edits of October 2026 by platform and interface."""
    counts = {
        ("Other", "VisualEditor"): 310,
        ("Other", "2010 wikitext editor"): 524,
        ("Other", "2017 wikitext editor"): 41,
        ("Mobile web", "VisualEditor"): 87,
        ("Mobile web", "Other"): 203,
        ("Android", "Other"): 58,
        ("iOS", "Other"): 31,
    }
    for number, ((platform, interface), count) in enumerate(counts.items()):
        row = {
            "snapshot": _SNAPSHOT,
            "ts": f"2026-10-{7 + number:02} 14:00:00.0",
            "project": "nl.wikipedia",
            "project_family": "wikipedia",
            "language": "Dutch",
            "namespace_is_content": True,
            "namespace_is_talk": False,
            "namespace_id": 0,
            "namespace_name": "Main",
            "user_is_bot": False,
            "platform": platform,
            "interface": interface,
            "is_reverted": False,
            "edit_count": count,
        }
        yield row
        for administrator, some in ((False, count // (4 + number)), (True, 1)):
            yield row | {
                "is_reverted": True,
                "user_is_administrator": administrator,
                "edit_count": some,
            }
        for time in ("2026-10-01 00:00:00.0", "2026-10-31 23:00:00.0"):
            yield row | {"ts": time, "edit_count": 2 + number}
        yield from outside(
            row | {"edit_count": 60 + number},
            snapshot="2026-09",
            ts=["2026-09-30 23:00:00.0", "2026-11-01 00:00:00.0"],
            project_family="wiktionary",
            namespace_is_content=False,
            user_is_bot=True,
        )
