"""Made-up rows for the tables that the guide's queries read: always the same ones.

What a query looks at is declared, table by table, in `views`, `edits`,
`requests` and `events`. The rest of a row is filled in here by the type and the
name of each column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from sqlglot import exp

from macros.facts import Table, current
from tests.environments.lake import canonical, edits, events, requests, views
from tests.environments.lake.outside import Row

DECLARED: dict[str, Callable[[], Iterator[Row]]] = {
    "wmf.projectview_hourly": views.projectviews,
    "wmf.pageview_hourly": views.pageviews,
    "wmf.virtualpageview_hourly": views.previews,
    "wmf.mediawiki_history": edits.history,
    "wmf_mediawiki.mediawiki_history_incremental_v1": edits.fresh,
    "wmf.edit_hourly": edits.hourly,
    "wmf.webrequest": requests.requests,
    "event.mediawiki_cirrussearch_request": events.searches,
    "event.searchsatisfaction": events.satisfaction,
    "event.virtualpageview": events.previews,
    "event.product_metrics_web_base": events.experiments,
    "wmf_readership.unique_devices_per_domain_monthly": views.devices_by_domain,
    "wmf_readership.unique_devices_per_project_family_monthly": views.devices_by_family,
    "canonical_data.wikis": canonical.wikis,
    "canonical_data.countries": canonical.countries,
}
#: Places that belong together: continent, code, country, subdivision, city.
_PLACES = (
    ("Europe", "SE", "Sweden", "Stockholm", "Stockholm"),
    ("Asia", "IN", "India", "Delhi", "New Delhi"),
    ("South America", "BR", "Brazil", "São Paulo", "São Paulo"),
    ("Unknown", "--", "Unknown", "Unknown", "Unknown"),
)
_PLACE = ("continent", "country_code", "country", "subdivision", "city")
#: The hour of a row that has none of its own.
_HOUR = {"year": 2026, "month": 10, "day": 1, "hour": 0}
#: Text of columns whose values have a form, by name.
_TEXTS: dict[str, tuple[str | None, ...]] = {
    "access_method": ("desktop", "mobile web", "mobile app"),
    "agent_type": ("user", "spider", "automated"),
    "referer_class": ("none", "internal", "external", "external (search engine)", "unknown"),
    "project": ("nl.wikipedia", "pl.wikipedia", "pl.wiktionary"),
    "language_variant": ("default",),
    "record_version": ("0.0.4",),
    "zero_carrier": (None,),
    "http_method": ("GET", "GET", "GET", "POST"),
    "http_status": ("200", "304", "404"),
    "cache_status": ("hit-front", "hit-local", "miss", "pass"),
    "uri_host": ("en.wikipedia.org", "de.m.wikipedia.org"),
    "tls": ("vers=TLSv1.3;keyx=UNKNOWN;auth=ECDSA",),
    "revision_content_model": ("wikitext", None),
    "revision_content_format": ("text/x-wiki", None),
}
#: Values of the types that say all.
_PLAIN: dict[str, Callable[[Random], Any]] = {
    "boolean": lambda random: random.random() < 0.5,
    "int": lambda random: random.randrange(1, 5000),
    "bigint": lambda random: random.randrange(1, 5000),
    "double": lambda random: round(random.uniform(0, 2), 3),
}
#: Who does not exist: addresses that are kept for documentation (RFC 5737).
_ADDRESSES = "192.0.2."


def rows(name: str, table: Table) -> list[Row]:
    """Return the rows of the table `name`: every column, in the order of the table."""
    if name not in DECLARED:
        return []
    random = Random(name)  # noqa: S311 # the same rows every time
    columns = {column: fact.type for column, fact in table.columns.items()} | table.partitions
    kinds = {column: _kind(kind) for column, kind in columns.items()}
    return [
        {column: _value(column, kind, row, random) for column, kind in kinds.items()}
        for row in _placed(DECLARED[name](), random)
    ]


@dataclass(frozen=True)
class _Kind:
    """A type: its name, and of a struct the fields, of an array the kind of its elements."""

    name: str
    fields: tuple[tuple[str, _Kind], ...] = ()
    element: _Kind | None = None


@cache
def _kind(text: str) -> _Kind:
    return _built(exp.DataType.build(text, dialect="hive"))


def _built(kind: exp.DataType) -> _Kind:
    name = kind.this.name.lower()
    if name == "struct":
        return _Kind(name, tuple((f.name, _built(f.args["kind"])) for f in kind.expressions))
    return _Kind(name, element=_built(kind.expressions[0]) if name == "array" else None)


def _placed(declared: Iterator[Row], random: Random) -> Iterator[Row]:
    for row in declared:
        yield dict(zip(_PLACE, random.choice(_PLACES), strict=True)) | row


def _value(name: str, kind: _Kind, row: Row, random: Random) -> Any:
    """Return what `row` says of the column `name`, or something that fits it."""
    given = row.get(name)
    if kind.name == "struct" and (given is not None or name not in row):
        said = {part: row[part] for part in _HOUR if part in row} | (given or {})
        return {field: _value(field, inner, said, random) for field, inner in kind.fields}
    if kind.element and given:
        return [_value("", kind.element, {"": item}, random) for item in given]
    return given if name in row else _made_up(name, kind, row, random)


def _made_up(name: str, kind: _Kind, row: Row, random: Random) -> Any:
    if kind.name == "array":
        return []
    if kind.name == "map":
        return {key: _text(key, row, random) for key in _keys(name)}
    if kind.name == "timestamp":
        return _time(row, random)
    if kind.name in _PLAIN:
        return _PLAIN[kind.name](random)
    return _text(name, row, random)


@cache
def _keys(name: str) -> list[str]:
    known = current().values.get(f"map_keys_{name}")
    return str(known.value).split(", ") if known else ["example"]


def _text(name: str, row: Row, random: Random) -> str | None:
    if name in _TEXTS:
        return random.choice(_TEXTS[name])
    if name in _PLACE:
        return str(row.get(name, "Unknown"))
    if name in ("dt", "client_dt"):
        return _time(row, random).replace(" ", "T") + "Z"
    if name.endswith("timestamp"):
        return f"{2005 + random.randrange(15)}-03-{random.randrange(10, 28)} 08:00:00.0"
    if name in ("ip", "client_ip", "x_forwarded_for"):
        return f"{_ADDRESSES}{random.randrange(1, 255)}"
    return random.choice((f"example {name} {random.randrange(1, 9)}", None))


def _time(row: Row, random: Random) -> str:
    """Return a time within the partition of `row`."""
    year, month, day, hour = (row.get(part, usual) for part, usual in _HOUR.items())
    return f"{year}-{month:02}-{day:02} {hour:02}:{random.randrange(60):02}:07"
