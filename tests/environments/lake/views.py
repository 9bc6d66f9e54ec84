"""Page views and page previews, counted by hour."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.environments.lake.outside import Row, outside

#: Views of a project on a usual day, and how they are shared among kinds of access and agents.
_SIZES = {"sv": 6000, "hi": 5000, "en": 90000, "pt": 20000, "fi": 2500}
_SHARES = {
    ("desktop", "user"): 0.33,
    ("mobile web", "user"): 0.52,
    ("mobile app", "user"): 0.04,
    ("desktop", "spider"): 0.12,
    ("mobile web", "spider"): 0.03,
    ("desktop", "automated"): 0.08,
    ("mobile web", "automated"): 0.02,
}
#: Browsers of the mobile site: what they are called, and how many views they are to have in all.
#: Three of them are one view below, at and above the 10000 that a query asks for.
_BROWSERS = {
    ("Android", "Firefox Mobile"): 10000,
    ("KaiOS", "Example Browser"): 9999,
    ("iOS", "Firefox iOS"): 10001,
    ("Android", "Opera Mobile"): 24310,
    ("Other", "Other"): 812,
}
#: Chatbots that do not exist, with the number of projects that each leads to on a day.
_CHATBOTS = {"ExampleChat": 5, "SampleTalk": 3, "DemoBot": 4, "TrialGPT": 2, "MockMind": 1}
_LED_TO = ("de.wikipedia", "es.wikipedia", "ja.wikipedia", "pl.wikipedia", "ja.wiktionary")
_SEARCH = "external (search engine)"
_CHATBOT = "external (AI chatbot)"
_FIRST = {"year": 2026, "month": 10, "day": 1, "hour": 13}
#: A page that moved into the main namespace on 1 October: it was a draft in the morning.
_MOVED = 25
_DRAFT = 118


def _on(day: int) -> Row:
    """Return a day of October 2026, in an hour that is not the number of that day."""
    return {"year": 2026, "month": 10, "day": day, "hour": (day + 12) % 24}


def projectviews() -> Iterator[Row]:
    """Yield the views of five Wikipedias: October 2026, and a day beside it."""
    random = Random("projectviews")  # noqa: S311
    for language, size in _SIZES.items():
        for day in range(1, 32):
            for (access, agent), share in _SHARES.items():
                row = _on(day) | {
                    "project": f"{language}.wikipedia",
                    "access_method": access,
                    "agent_type": agent,
                }
                views = round(size * share * random.uniform(0.8, 1.2))
                yield row | {"country_code": "FI", "view_count": views // 3}
                yield row | {"country_code": "IN", "view_count": views - views // 3}
                if day == 1:
                    other = row | {"view_count": round(size * share)}
                    yield from outside(other, year=2025, month=[9, 11])
    dictionary = _on(1) | {"project": "pt.wiktionary", "access_method": "desktop"}
    yield dictionary | {"agent_type": "user", "country_code": "BR", "view_count": 900}


def pageviews() -> Iterator[Row]:
    """Yield page views of the first week of October 2026, and just outside of it."""
    yield from _english()
    yield from _french()
    yield from _mobile_browsers()
    yield from _from_chatbots()


def _english() -> Iterator[Row]:
    for day in range(1, 8):
        for number, views in _popularity(day).items():
            yield from _page(day, number, views)
    # Outside of the week, of the project and of people: none of them may count.
    row = next(_page(1, 4, 4400))
    yield from outside(
        row,
        year=2025,
        month=11,
        day=8,
        project="en.wiktionary",
        agent_type=["spider", "automated"],
        access_method="mobile app",
        namespace_id=1,
    )
    yield row | {"month": 9, "day": 30, "hour": 22}
    # What only machines read is no page that people read.
    yield row | {"page_title": "Example_page_90", "page_id": 1090, "agent_type": "automated"}
    yield row | {"page_id": None, "page_title": "Example_missing_page", "view_count": 1500}


def _popularity(day: int) -> dict[int, int]:
    """Return the views of each page on a day; three are just below, at and above 1000."""
    edge = {1: 999, 2: 1000, 3: 1001}
    often = {number: 1100 + 137 * number + 11 * day for number in range(4, 28 - 2 * (day - 1))}
    seldom = {number: 40 * (number - 29) + day for number in range(30, 40 + day % 5)}
    return edge | often | seldom


def _page(day: int, number: int, views: int) -> Iterator[Row]:
    """Yield the views of an English page: from two countries, most of them on the desktop site."""
    row = _on(day) | {
        "project": "en.wikipedia",
        "page_title": f"Example_page_{number}",
        "page_id": 1000 + number,
        "namespace_id": 0,
        "agent_type": "user",
        "access_method": "desktop",
        "referer_class": "internal",
        "referer_name": None,
    }
    first = views * 3 // 5
    yield row | {"country_code": "GB", "country": "United Kingdom", "view_count": first}
    # A page that was renamed has two titles and one id.
    title = f"Example_page_{number}" if number % 9 else f"Example_page_{number}_(old_title)"
    if day != 1:
        title = f"Example_page_{number}"
    yield row | {
        "country_code": "IN",
        "country": "India",
        "page_title": title,
        "view_count": views - first,
    }
    if number > 3:
        yield row | {
            "access_method": "mobile web",
            "view_count": views // 3,
            "user_agent_map": _browser("Android", "Chrome Mobile"),
        }
    if number == _MOVED and day == 1:
        yield row | {"namespace_id": _DRAFT, "view_count": 700}


def _browser(os: str, browser: str) -> dict[str, str]:
    return {
        "browser_family": browser,
        "browser_major": "140",
        "device_family": "Other",
        "os_family": os,
        "os_major": "-",
        "os_minor": "-",
        "wmf_app_version": "-",
    }


def _french() -> Iterator[Row]:
    """Yield more pages than a list of twenty holds."""
    for number in range(1, 27):
        row = _FIRST | {
            "project": "fr.wikipedia",
            "page_title": f"Page_d'exemple_{number}",
            "page_id": 2000 + number,
            "namespace_id": 0,
            "agent_type": "user",
            "access_method": "desktop",
            "referer_class": "none",
            "referer_name": None,
            "view_count": 300 + 31 * number,
        }
        yield row
        for name, views in {"Example Search": 60, "Sample Search": 30}.items():
            yield row | {
                "referer_class": _SEARCH,
                "referer_name": name,
                "view_count": views * (number % 7),
            }
        if number > 20:
            yield from outside(
                row | {"view_count": 2000 + number},
                year=2025,
                month=11,
                day=2,
                project="fr.wiktionary",
                agent_type="spider",
                namespace_id=4,
            )


def _mobile_browsers() -> Iterator[Row]:
    for (os, browser), views in _BROWSERS.items():
        row = _FIRST | {
            "project": "es.wikipedia",
            "page_title": "Página_de_ejemplo",
            "page_id": 3000,
            "namespace_id": 0,
            "agent_type": "user",
            "access_method": "mobile web",
            "referer_class": "none",
            "referer_name": None,
            "user_agent_map": _browser(os, browser),
            "view_count": views - views // 3,
        }
        yield row
        yield row | {"referer_class": "unknown", "view_count": views // 3}
        yield from outside(
            row | {"view_count": 77},
            year=2025,
            month=11,
            day=2,
            agent_type="automated",
            access_method="mobile app",
        )
    yield row | {"user_agent_map": None, "view_count": 5}


def _from_chatbots() -> Iterator[Row]:
    random = Random("chatbots")  # noqa: S311
    for day in range(1, 9):
        for name, projects in _CHATBOTS.items():
            row = _on(day) | {
                "page_title": "Example_page_1",
                "page_id": 4000,
                "namespace_id": 0,
                "agent_type": "user",
                "access_method": "desktop",
                "referer_class": _CHATBOT,
                "referer_name": name,
            }
            for project in _LED_TO[:projects]:
                for country in ("DE", "JP"):
                    views = random.randrange(20, 400)
                    led = row | {"project": project, "country_code": country, "view_count": views}
                    yield led
            if day == 1:
                yield from outside(
                    led, year=2025, month=11, agent_type="spider", referer_class="external"
                )


def previews() -> Iterator[Row]:
    """Yield page previews of 1 October 2026: of some pages, of rare ones, and of unknown ones."""
    for number in (*range(1, 24), _MOVED, 26, 31, 33, 35, 77, 78):
        row = _FIRST | {
            "project": "en.wikipedia",
            "agent_type": "user",
            "access_method": "desktop",
            "page_title": f"Example_page_{number + 1}",
            "page_id": 1001 + number,
            "namespace_id": 0,
            "source_page_title": f"Example_page_{number}",
            "source_page_id": 1000 + number,
            "source_namespace_id": 0,
            "view_count": (2000 - 61 * number) if number < 24 else (1500 + number),
        }
        yield row
        yield row | {"page_title": "Example_page_80", "page_id": 1080, "view_count": 7 * number}
        if number in (1, 2, 3, 4, _MOVED):
            yield from outside(
                row | {"view_count": 64},
                year=2025,
                month=11,
                day=2,
                project="fr.wikipedia",
                agent_type="spider",
                access_method="mobile web",
                source_namespace_id=_DRAFT,
            )
    yield row | {"source_page_id": None, "source_page_title": None}


def devices_by_domain() -> Iterator[Row]:
    """Yield unique devices of October 2026 on four domains."""
    for number, language in enumerate(("cs", "fi", "hu", "sk"), 1):
        for country in ("FI", "DE"):
            row = _devices(country, 400 * number) | {"domain": f"{language}.wikipedia.org"}
            yield row
            more = row | {"uniques_estimate": row["uniques_estimate"] + 50}
            yield from outside(more, day=["2026-09-30", "2026-10-02"])


def devices_by_family() -> Iterator[Row]:
    """Yield unique devices of October 2026 by country, one of which no list knows."""
    for number, country in enumerate(("SE", "FI", "DE", "IN", "JP", "BR", "KE", "--"), 1):
        row = _devices(country, 900 * number + 17 * number**2) | {"project_family": "wikipedia"}
        yield row
        more = row | {"uniques_estimate": row["uniques_estimate"] + 50}
        yield from outside(more, project_family="wiktionary", day=["2026-09-30", "2026-10-02"])


def _devices(country: str, back: int) -> Row:
    once = back // 7 + 3
    return {
        "day": "2026-10-01",
        "country_code": country,
        "uniques_underestimate": back,
        "uniques_offset": once,
        "uniques_estimate": back + once,
    }
