"""Events of 10 October 2026: searches, what readers did then, and page previews."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.environments.lake.outside import Row, outside

_DAY = {"year": 2026, "month": 10, "day": 10}
_OTHER_DAYS = {"year": 2025, "month": 9, "day": [9, 11]}
_BROWSERS = (
    ("Windows", "Chrome"),
    ("Windows", "Firefox"),
    ("Mac OS X", "Safari"),
    ("Ubuntu", "Firefox"),
    ("Windows", "Firefox"),
    ("Android", "Chrome Mobile"),
    (None, None),
)
#: Searches by wiki: one wiki is below the 1000 that a query asks for, one has just as many.
_SEARCHES = {"enwiki": 1105, "commonswiki": 1001, "wikidatawiki": 1000, "frwiki": 999}
_QUERY_TYPES = (*["full_text"] * 9, *["comp_suggest"] * 5, *["near_match"] * 3, "more_like")
_SOURCES = ("web", "web", "api", "web")
#: Page previews by wiki.
_PREVIEWS = {"enwiki": 1130, "dewiki": 1001, "itwiki": 1000, "svwiki": 999}
_ACTIONS = {"searchResultPage": 28, "checkin": 41, "click": 17, "visitPage": 9}


def searches() -> Iterator[Row]:
    """Yield searches of four wikis, each with the requests that it sent to the cluster."""
    random = Random("searches")  # noqa: S311
    for wiki, count in _SEARCHES.items():
        for number in range(count):
            os, browser = _BROWSERS[number % len(_BROWSERS)]
            row = _DAY | {
                "datacenter": "codfw" if number % 3 else "eqiad",
                "hour": number % 2 * 12,
                "database": wiki,
                "source": random.choice(_SOURCES),
                "request_time_ms": round(random.lognormvariate(4.5, 1)),
                "user_agent_map": os and {"os_family": os, "browser_family": browser},
                "elasticsearch_requests": _nested(random),
                "hits": [],
                "backend_user_tests": [],
            }
            yield row
        row |= {
            "elasticsearch_requests": [_request("full_text", 0)],
            "user_agent_map": {"os_family": "Windows", "browser_family": "Firefox"},
            "request_time_ms": 30000,
        }
        for _ in range(60):
            yield from outside(row, **_OTHER_DAYS)


def _nested(random: Random) -> list[Row] | None:
    """Return the requests of a search: most often one, up to three, none, or nothing known."""
    count = random.choice((1, 1, 1, 1, 2, 2, 3, 0, None))
    if count is None:
        return None
    found = (0, 1, 2, 18, None, 20, 431)
    return [_request(random.choice(_QUERY_TYPES), random.choice(found)) for _ in range(count)]


def _request(query_type: str, hits_total: int | None) -> Row:
    return {"query": "example words", "query_type": query_type, "hits_total": hits_total}


def satisfaction() -> Iterator[Row]:
    """Yield what readers did in their searches: several actions in a session."""
    for action, count in _ACTIONS.items():
        for number in range(count):
            os, browser = _BROWSERS[number % len(_BROWSERS)]
            row = _DAY | {
                "hour": 12,
                "wiki": "enwiki",
                "webhost": "en.wikipedia.org",
                "event": {
                    "action": action,
                    "searchSessionId": None if number == 11 else f"session{number % 5}",
                },
                "useragent": {"os_family": os, "browser_family": browser, "is_bot": False},
            }
            yield row
        row["useragent"] = {"os_family": "Windows", "browser_family": "Firefox", "is_bot": False}
        row["event"] = {"action": action, "searchSessionId": "another session"}
        yield from outside(row, **_OTHER_DAYS)


def previews() -> Iterator[Row]:
    """Yield page previews of four wikis, some of them by bots or on sites that are not ours."""
    for wiki, count in _PREVIEWS.items():
        for number in range(count):
            row = _DAY | {
                "hour": number % 2 * 12,
                "wiki": wiki,
                "webhost": f"{wiki[:2]}.wikipedia.org",
                "event": {
                    "source_page_id": None if number % 50 == 7 else 10 + number % (count // 4)
                },
                "useragent": {"is_bot": False, "os_family": "Windows", "browser_family": "Firefox"},
                "is_wmf_domain": True,
            }
            yield row
        yield from outside(
            row | {"event": {"source_page_id": 9999}},
            **_OTHER_DAYS,
            is_wmf_domain=False,
            useragent={"is_bot": True},
        )


def experiments() -> Iterator[Row]:
    """Yield events of an experiment with two groups, and of another one beside it."""
    for variant, subjects in {"control": 11, "treatment": 9}.items():
        for number in range(subjects):
            experiment = {
                "enrolled": "my-experiment",
                "assigned": variant,
                "subject_id": f"{variant}{number}",
            }
            row = _DAY | {
                "hour": number,
                "action": "experiment_exposure",
                "experiment": experiment,
            }
            yield row
            for _ in range(number % 4):
                yield row | {"action": "click"}
        other = experiment | {"subject_id": "another subject"}
        yield from outside(
            row | {"action": "click", "experiment": other},
            year=2025,
            month=[9, 11],
            experiment=other | {"enrolled": "another-experiment"},
        )
