"""What an engine answers to a query of the guide, held against the record and another engine."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

from tests.checks.recorded import RESULTS, difference
from tests.environments.lake import engines
from tests.environments.lake.result import EngineError, Result
from tests.guide.lake_queries import LakeQuery

ENGINES = {"hive": "Hive", "spark": "Spark", "presto": "Presto"}
#: What DuckDB answers in other words: not a question about rows.
_ONLY_THERE = (exp.Describe, exp.Command)


@cache
def answered(query: LakeQuery) -> Result:
    """Return the result of `query`; raises EngineError."""
    return engines.run(query.engine, query.sql)


def recorded(query: LakeQuery) -> Path:
    """Return the file that holds the result of `query`."""
    return RESULTS / f"{query.id}.tsv"


def wrong(query: LakeQuery, recording: bool = False) -> str | None:
    """Return what is wrong with the answer to `query`, with its file and line; None if nothing is.

    With `recording`, the answer is written down instead of compared.
    """
    try:
        result = answered(query)
    except EngineError as refused:
        return f"{query.where(refused.line)}: {ENGINES[query.engine]}: {refused.words}"
    if not result.rows:
        return f"{query.where()}: no row comes back from the made-up rows"
    if ties := _ties(query, result):
        return f"{query.where()}: rows with these values may come in any order: {ties}"
    lines, file = _in_order(query, result), recorded(query)
    again = f".venv/bin/pytest tests/suites/queries/test_lake.py -k {query.id} --record"
    differs = difference(file, "\n".join(lines) + "\n", recording, again)
    return f"{query.where()}: {ENGINES[query.engine]}: {differs}" if differs else None


def _in_order(query: LakeQuery, result: Result) -> list[str]:
    head, *rows = result.lines()
    return [head, *(rows if query.ordered else sorted(rows))]


def _ties(query: LakeQuery, result: Result) -> list[tuple[Any, ...]]:
    """Return the values of the columns that `query` orders by which more than one row has."""
    order = sqlglot.parse_one(query.sql, read=query.engine).args.get("order")
    if order is None:
        return []
    keys = [result.columns.index(key.this.name) for key in order.expressions]
    found = [tuple(row[key] for key in keys) for row in result.rows]
    return sorted({values for values in found if found.count(values) > 1})


def differs_elsewhere(query: LakeQuery) -> str | None:
    """Return in words that DuckDB gives another answer than Hive or Spark; None where it agrees."""
    statement = sqlglot.parse_one(query.sql, read=query.engine)
    if query.engine == "presto" or isinstance(statement, _ONLY_THERE):
        return None
    mine = plain(answered(query))
    theirs = plain(engines.duck().run_parsed(statement, query.engine))
    if not query.ordered:
        mine, theirs = sorted(mine), sorted(theirs)
    if mine == theirs:
        return None
    rows = f"{[r for r in mine if r not in theirs]} and {[r for r in theirs if r not in mine]}"
    return f"{query.where()}: {ENGINES[query.engine]} and DuckDB differ: {rows}"[:2000]


def plain(result: Result) -> list[tuple[str, ...]]:
    """Return the rows without the differences between the engines' kinds of numbers."""
    return [tuple(map(_text, row)) for row in result.rows]


def _text(value: Any) -> str:
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return f"{value:.6f}" if number else str(value)
