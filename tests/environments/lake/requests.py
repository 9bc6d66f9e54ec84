"""HTTP requests of one hour, and of the hours beside it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.environments.lake.outside import Row, outside

_HOUR = {"year": 2026, "month": 10, "day": 10, "hour": 12}
#: Requests for pages: agent and access, with how many there are.
_PAGES = {
    ("user", "desktop"): 61,
    ("user", "mobile web"): 83,
    ("user", "mobile app"): 17,
    ("spider", "desktop"): 34,
    ("spider", "mobile web"): 7,
    ("automated", "desktop"): 23,
}
_STATUSES = (*("200", "304", "200", "302") * 4, "404", "503", "-", *("200", "304") * 4)
#: Media files that were sent: type, how many, and how large they are; one is below the 1000.
_MEDIA = {
    "image/jpeg": (1004, 150_000),
    "image/png": (1000, 310_000),
    "image/webp": (1001, 920_000),
    "video/webm": (1002, 4_800_000),
    "image/svg+xml": (999, 700_000),
    "audio/ogg": (12, 2_500_000),
}


def requests() -> Iterator[Row]:
    """Yield requests of 10 October 2026, 12 to 13 h, of both sources, and some outside of it."""
    yield from _pages()
    yield from _media()


def _pages() -> Iterator[Row]:
    for (agent, access), count in _PAGES.items():
        for number in range(count):
            row = _HOUR | {
                "webrequest_source": "text",
                "agent_type": agent,
                "access_method": access,
                "http_status": _STATUSES[number % len(_STATUSES)],
                "is_pageview": number % 4 == 1,
                "content_type": "text/html; charset=UTF-8",
                "response_size": 21_000 + number,
            }
            yield row
        yield from outside(
            row, webrequest_source="upload", year=2025, month=9, day=[9, 11], hour=[11, 13]
        )


def _media() -> Iterator[Row]:
    random = Random("media")  # noqa: S311
    for content_type, (count, size) in _MEDIA.items():
        for number in range(count):
            row = _HOUR | {
                "webrequest_source": "upload",
                "agent_type": "user",
                "access_method": "desktop",
                "http_status": "206" if number % 2 and "video" in content_type else "200",
                "is_pageview": False,
                "content_type": content_type,
                "response_size": round(size * random.uniform(0.9, 1.1)),
            }
            yield row
        yield from outside(
            row | {"response_size": 300_000_000},
            webrequest_source="text",
            year=2025,
            month=9,
            day=9,
            hour=[11, 13],
            http_status=["304", "404"],
        )
