"""The made-up rows tell a right query from a wrong one: whatever is changed, the result changes."""

from __future__ import annotations

from functools import cache

import pytest
import sqlglot
from sqlglot import exp

from tests.environments.lake import engines
from tests.environments.lake.result import EngineError, Result
from tests.guide.lake_queries import ENGINES, LakeQuery, queries
from tests.suites.queries.sql_mutants import mutants

pytestmark = pytest.mark.slow

#: Changes that no row can show, and why: query, what is changed, reason.
_ONE_TYPE = "what happens to revisions has one type only"
_NO_DAY = "no day has the number 0"
_LONGER = "times are text here, and longer than a date: none is the same as one"
_ROUNDED = "a byte in a gigabyte is rounded away"
_GIGABYTES = "CAST(SUM(response_size) AS DOUBLE) /"
SURVIVORS = {
    **{
        (f"{engine}/popular_pages_by_day", "day BETWEEN 1 AND 7 -> day BETWEEN 0 AND 7"): _NO_DAY
        for engine in ENGINES
    },
    **{
        (query, f"{time} {one} '{day}' -> {time} {other} '{day}'"): _LONGER
        for query, time, first, end in (
            ("spark/active_editors", "event_timestamp", "2026-09-01", "2026-11-01"),
            ("spark/reverted_edits", "event_timestamp", "2026-09-01", "2026-10-01"),
            ("notebook/spark_query", "event_timestamp", "2026-09-01", "2026-10-01"),
            ("presto/mobile_edits", "event_timestamp", "2026-10-01", "2026-11-01"),
            ("spark/edits_by_interface", "ts", "2026-10-01", "2026-11-01"),
        )
        for one, other, day in ((">=", ">", first), ("<", "<=", end))
    },
    **{
        (
            "presto/media_traffic_in_one_hour",
            f"{_GIGABYTES} 1000000000 -> {_GIGABYTES} {n}",
        ): _ROUNDED
        for n in (999999999, 1000000001)
    },
    **{
        (query, "event_type = 'create' -> TRUE"): _ONE_TYPE
        for query in (
            "spark/active_editors",
            "spark/reverted_edits",
            "spark/edits_since_snapshot",
            "presto/mobile_edits",
            "notebook/spark_query",
        )
    },
    (
        "spark/previews_by_source_page",
        "JOIN previews -> RIGHT JOIN previews",
    ): "without a page there are no views >= 1000",
    (
        "spark/previews_by_source_page",
        "JOIN previews -> LEFT JOIN previews",
    ): "pages without previews come after the 20",
    (
        "spark/previews_by_source_page",
        "JOIN previews -> FULL JOIN previews",
    ): "both of these reasons",
    ("spark/unique_devices", "JOIN countries -> RIGHT JOIN countries"): (
        "a country without devices has no day"
    ),
    ("presto/views_by_language", "JOIN wikis -> LEFT JOIN wikis"): (
        "a project that is in no list has no group"
    ),
    ("presto/views_by_language", "JOIN wikis -> RIGHT JOIN wikis"): (
        "a wiki without views has no month"
    ),
    ("presto/views_by_language", "JOIN wikis -> FULL JOIN wikis"): "both of these reasons",
}


def _asking() -> list[LakeQuery]:
    """Return the queries that ask for rows."""
    return [q for q in queries() if isinstance(_parsed(q), exp.Query)]


def _parsed(query: LakeQuery) -> exp.Expr:
    return sqlglot.parse_one(query.sql, read=query.engine)


@cache
def _surviving(query: LakeQuery) -> set[str]:
    """Return the changes to `query` after which DuckDB gives the same result."""
    statement = _parsed(query)
    right = _answer(statement, query)
    if query.engine == "hive":
        # Hive refuses ORDER BY without LIMIT. There it cuts nothing, and would hide what it cuts
        # when more rows come.
        statement.set("limit", None)
        assert _answer(statement, query) == right, f"{query.where()}: LIMIT cuts rows"
    changed = mutants(statement, query.engine)
    return {name for name, mutant in changed if _answer(mutant, query) == right}


def _answer(statement: exp.Expr, query: LakeQuery) -> object:
    try:
        result: Result = engines.duck().run_parsed(statement, query.engine)
    except EngineError as error:
        return error.words
    return result.rows if query.ordered else sorted(map(repr, result.rows))


@pytest.mark.parametrize("query", _asking(), ids=lambda query: query.id)
def test_every_change_changes_the_result(query: LakeQuery) -> None:
    excused = {change for name, change in SURVIVORS if name == query.id}
    missed = sorted(_surviving(query) - excused)
    assert not missed, (
        f"{query.where()}: the result is the same although the query is wrong; "
        f"add rows to tests/environments/lake that tell: {'; '.join(missed)}"
    )


def test_no_excuse_is_stale() -> None:
    surviving = {(query.id, change) for query in _asking() for change in _surviving(query)}
    stale = sorted(SURVIVORS.keys() - surviving)
    assert not stale, f"these changes do change the result: {stale}"
