"""Every query of the guide gives the result that is recorded for it, row by row."""

from __future__ import annotations

import subprocess
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest
import sqlglot
from sqlglot import exp

from macros.errors import shown
from tests.checks.recorded import RESULTS, difference
from tests.environments.lake import engines, jvm, warehouse
from tests.environments.lake.result import EngineError, Result
from tests.evidence import notes, versions
from tests.guide.lake_queries import Query, queries

pytestmark = pytest.mark.slow

_NAMES = {"hive": "Hive", "spark": "Spark", "presto": "Presto"}
#: A question that the page on engines asks in three ways.
_THREE_WAYS = "popular_pages_by_day"

every_query = pytest.mark.parametrize("query", queries(), ids=lambda query: query.id)


@cache
def answered(query: Query) -> Result:
    """Return the result of `query`; fails with its file and line and the engine's words."""
    try:
        return engines.run(query.engine, query.sql)
    except EngineError as error:
        refused = error
    _fail(f"{query.where(refused.line)}: {_NAMES[query.engine]}: {refused.words}")


def _fail(message: str) -> NoReturn:
    pytest.fail(message, pytrace=False)


def recorded(query: Query) -> Path:
    """Return the file that holds the result of `query`."""
    return RESULTS / f"{query.id}.tsv"


def note(query: Query) -> None:
    """Note what proves the block of `query`; where it is more than SQL, its own place does."""
    if query.block.language != "sql":
        return
    if query.engine == "presto":
        why = "no server of Presto could be had, so DuckDB answered, and Presto never saw it"
        notes.note(query.block, "stand-in", versions.named("DuckDB"), why=why)
    else:
        notes.note(query.block, "rows", versions.named(_NAMES[query.engine]))


@every_query
def test_result(query: Query, recording: bool) -> None:
    note(query)
    result = answered(query)
    if not result.rows:
        _fail(f"{query.where()}: no row comes back from the made-up rows")
    if ties := _ties(query, result):
        _fail(f"{query.where()}: rows with these values may come in any order: {ties}")
    lines, file = _in_order(query, result), recorded(query)
    again = f".venv/bin/pytest tests/suites/queries/test_lake.py -k {query.id} --record"
    differs = difference(file, "\n".join(lines) + "\n", recording, again)
    if differs:
        _fail(f"{query.where()}: {_NAMES[query.engine]}: {differs}")


def _in_order(query: Query, result: Result) -> list[str]:
    head, *rows = result.lines()
    return [head, *(rows if query.ordered else sorted(rows))]


def _ties(query: Query, result: Result) -> list[tuple[Any, ...]]:
    """Return the values of the columns that `query` orders by which more than one row has."""
    order = sqlglot.parse_one(query.sql, read=query.engine).args.get("order")
    if order is None:
        return []
    keys = [result.columns.index(key.this.name) for key in order.expressions]
    found = [tuple(row[key] for key in keys) for row in result.rows]
    return sorted({values for values in found if found.count(values) > 1})


def test_every_recorded_result_has_a_query() -> None:
    known = {recorded(query) for query in queries()}
    stale = sorted(shown(file) for file in RESULTS.rglob("*.tsv") if file not in known)
    assert not stale, f"no query of the guide has these results; remove them: {', '.join(stale)}"


def test_one_question_has_one_answer_in_three_engines() -> None:
    ways = [query for query in queries() if query.id.endswith(f"/{_THREE_WAYS}")]
    assert {query.engine for query in ways} == set(_NAMES)
    answers = {query.where(): (answered(query).columns, _plain(answered(query))) for query in ways}
    first = next(iter(answers.values()))
    others = [where for where, answer in answers.items() if answer != first]
    assert not others, f"another answer than {next(iter(answers))}: {', '.join(others)}"


def test_java_starts_out_of_the_archive_of_its_classes() -> None:
    """Elsewhere it does without one that does not fit, and says nothing."""
    command = jvm.command(warehouse.lake().classes, {}, conf="/etc")
    done = subprocess.run([*command, "-Xshare:on", "-version"], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-1000:].decode()


#: What DuckDB answers in other words: not a question about rows.
_ONLY_THERE = (exp.Describe, exp.Command)


@every_query
def test_another_engine_agrees(query: Query) -> None:
    """Hive and Spark give what DuckDB gives for the same query, translated."""
    statement = sqlglot.parse_one(query.sql, read=query.engine)
    if query.engine == "presto" or isinstance(statement, _ONLY_THERE):
        return
    mine = _plain(answered(query))
    theirs = _plain(engines.duck().run_parsed(statement, query.engine))
    if not query.ordered:
        mine, theirs = sorted(mine), sorted(theirs)
    assert mine == theirs, f"{query.where()}: {_NAMES[query.engine]} and DuckDB differ"


def _plain(result: Result) -> list[tuple[str, ...]]:
    """Return the rows without the differences between the engines' kinds of numbers."""
    return [tuple(map(_text, row)) for row in result.rows]


def _text(value: Any) -> str:
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return f"{value:.6f}" if number else str(value)
