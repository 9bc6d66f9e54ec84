"""The made-up rows tell a right query from a wrong one: whatever is changed, the result changes."""

from __future__ import annotations

from functools import cache

import pytest
import sqlglot
from sqlglot import exp

from tests.environments.lake import engines
from tests.environments.lake.result import EngineError, Result
from tests.guide.lake_queries import ENGINES, LakeQuery, queries
from tests.suites.queries.lake_mutants import mutants

pytestmark = pytest.mark.slow

#: Changes that no row can show, and why: query, what is changed, reason.
_ONE_TYPE = "what happens to revisions has one type only"
_NO_DAY = "no day has the number 0"
SURVIVORS = {
    **{
        (f"{engine}/popular_pages_by_day", "day BETWEEN 1 AND 7 with 0"): _NO_DAY
        for engine in ENGINES
    },
    **{
        (query, "without event_type = 'create'"): _ONE_TYPE
        for query in (
            "spark/active_editors",
            "spark/reverted_edits",
            "spark/edits_since_snapshot",
            "presto/mobile_edits",
            "notebook/spark_query",
        )
    },
    ("spark/previews_by_source_page", "RIGHT JOIN"): "without a page there are no views >= 1000",
    ("spark/previews_by_source_page", "LEFT JOIN"): "pages without previews come after the 20",
    ("spark/previews_by_source_page", "FULL JOIN"): "both of these reasons",
    ("spark/unique_devices", "RIGHT JOIN"): "a country without devices has no day",
    ("presto/views_by_language", "LEFT JOIN"): "a project that is in no list has no group",
    ("presto/views_by_language", "RIGHT JOIN"): "a wiki without views has no month",
    ("presto/views_by_language", "FULL JOIN"): "both of these reasons",
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
    return {
        mutant.name for mutant in mutants(statement) if _answer(mutant.statement, query) == right
    }


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
