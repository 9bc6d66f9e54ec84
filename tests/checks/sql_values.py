"""Text that a query compares with a column: a value, or a form, that the facts know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sqlglot import exp

from macros.errors import unknown
from macros.facts import current

#: Columns whose values the facts list, as `values_<column>`.
_LISTED = ("agent_type", "access_method", "referer_class", "webrequest_source")
#: Maps whose keys the facts list, as `map_keys_<column>`.
_MAPS = ("user_agent_map", "geocoded_data")
#: Columns whose values have one form; the form in words. Sources: the facts snapshot_format and
#: mediawiki_timestamp_format; names of wikis and projects as the tables' own notes give them.
_FORMS = {
    "snapshot": (r"\d{4}-\d{2}", "a month, as 2026-10"),
    "project": (r"[a-z-]+\.[a-z]+", "a project, as en.wikipedia"),
    "wiki_db": (r"[a-z_]+(wiki|wik[a-z]+)", "a database, as enwiki"),
    "wiki_id": (r"[a-z_]+(wiki|wik[a-z]+)", "a database, as enwiki"),
    "timestamp": (r"\d{14}", "14 digits, as 20261101000000"),
}


@cache
def _list(key: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in str(current().values[key].value).split(","))


def problems(statement: exp.Expr) -> Iterator[tuple[str, str]]:
    """Yield (what is wrong, the text that is) for a query with types annotated."""
    for comparison in statement.find_all(exp.EQ, exp.NEQ, exp.GTE, exp.GT, exp.LT, exp.LTE, exp.In):
        column = comparison.this
        if isinstance(column, exp.Column):
            others = comparison.args.get("expressions") or [comparison.args.get("expression")]
            for other in others:
                if isinstance(other, exp.Literal) and other.is_string:
                    yield from _compared(column, other.name)
    for access in statement.find_all(exp.Bracket):
        key = access.expressions[0]
        if access.this.name in _MAPS and isinstance(key, exp.Literal):
            known = _list(f"map_keys_{access.this.name}")
            if key.name not in known:
                yield unknown(f"key of {access.this.name}", key.name, known), key.name


def _compared(column: exp.Column, text: str) -> Iterator[tuple[str, str]]:
    if column.name in _LISTED:
        known = _list(f"values_{column.name}")
        if text not in known:
            yield unknown(f"value of {column.name}", text, known), text
    form = "timestamp" if column.type and column.type.sql().endswith("(14)") else column.name
    if form in _FORMS:
        pattern, words = _FORMS[form]
        if not re.fullmatch(pattern, text):
            yield f"{column.name} is compared with {text!r}, but holds {words}", text
