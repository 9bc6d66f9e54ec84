"""DuckDB over the lake's Parquet files, in the place of Presto, of which no server is to be had.

sqlglot translates a query from its own dialect. What it leaves as it is, and what the
two engines understand differently, is spelled out here.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from macros.facts import Table
from tests.environments.lake.result import EngineError, Result


def translated(statement: exp.Expr, dialect: str) -> str:
    """Return `statement`, parsed as `dialect`, as DuckDB understands it.

    Hive and Spark pad numbers, and say that an array which is missing has -1 elements. An
    approximate percentile becomes the exact one, which is as good an answer as any other.
    """
    statement = statement.copy()
    for pad in statement.find_all(exp.Pad):
        pad.set("this", exp.cast(pad.this, "text"))
    for percentile in list(statement.find_all(exp.ApproxQuantile)):
        exact = exp.PercentileDisc(this=percentile.args["quantile"])
        order = exp.Order(expressions=[exp.Ordered(this=percentile.this)])
        percentile.replace(exp.WithinGroup(this=exact, expression=order))
    if dialect != "presto":
        for size in list(statement.find_all(exp.ArraySize)):
            size.replace(exp.Coalesce(this=size.copy(), expressions=[exp.Literal.number(-1)]))
    return statement.sql(dialect="duckdb")


#: Types that Presto does not have, and what it would have had.
_NAMES = {"hugeint": "bigint"}


class Duck:
    """DuckDB with the tables of a lake."""

    def __init__(self, warehouse: Path, tables: dict[str, Table]):
        """Read `tables` from the folder `warehouse`.

        They are read whole: below `SUM(SUM(x)) OVER (PARTITION BY ...)` DuckDB 2.0.1 forgets
        which of the files in partitions a query wants (its optimizer window_self_join).
        """
        self._tables = tables
        self._connection = duckdb.connect(config={"threads": 1})
        for name, table in tables.items():
            db, short = name.split(".")
            self._connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{db}"')
            self._connection.execute(
                f'CREATE TABLE "{db}"."{short}" AS {_scan(warehouse, name, table)}'
            )
        # From here on it is asked what pages have: it reads and writes no other file.
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def run(self, sql: str, dialect: str = "presto") -> Result:
        """Run one statement, written in `dialect`; raises EngineError."""
        try:
            return self.run_parsed(parsed(sql, dialect), dialect)
        except EngineError as error:
            error.line = error.line or _line(error.words, sql)
            raise

    def run_parsed(self, statement: exp.Expr, dialect: str) -> Result:
        """Run a statement that sqlglot has parsed as `dialect`; raises EngineError."""
        if isinstance(statement, exp.Command) and statement.name.upper() == "SHOW":
            return self._columns(statement, dialect)
        try:
            answer = self._connection.execute(translated(statement, dialect))
            rows = tuple(map(tuple, answer.fetchall()))
        except duckdb.Error as error:
            raise EngineError(dialect, str(error).split("\n\n")[0]) from None
        described: list[Any] = answer.description or []
        return Result(
            tuple(column[0] for column in described),
            tuple(_NAMES.get(kind, kind) for kind in (str(c[1]).lower() for c in described)),
            rows,
        )

    def _columns(self, statement: exp.Command, dialect: str) -> Result:
        """Answer SHOW COLUMNS as Presto's connector to Hive does."""
        name = statement.expression.name.split()[-1]
        table = self._tables.get(name)
        if table is None:
            raise EngineError(dialect, f"Table '{name}' does not exist")
        columns = {column: fact.type for column, fact in table.columns.items()}
        rows = [
            (column, _presto_type(kind), "partition key" if column in table.partitions else "", "")
            for column, kind in {**columns, **table.partitions}.items()
        ]
        return Result(("Column", "Type", "Extra", "Comment"), ("varchar",) * 4, tuple(rows))


def _line(words: str, sql: str) -> int | None:
    """Return the line of `sql` that has the first name which `words` quote."""
    quoted = re.search(r'"(\w+)"', words)
    found = quoted and re.search(rf"\b{quoted[1]}\b", sql)
    return sql.count("\n", 0, found.start()) + 1 if found else None


@cache
def _presto_type(kind: str) -> str:
    return exp.DataType.build(kind, dialect="hive").sql(dialect="presto").lower()


def parsed(sql: str, dialect: str) -> exp.Expr:
    """Return the statement `sql`; raises EngineError."""
    try:
        return sqlglot.parse_one(sql, read=dialect)
    except (ParseError, TokenError) as error:
        raise EngineError(dialect, str(error)) from None


def _scan(warehouse: Path, name: str, table: Table) -> str:
    """Return the query that reads the files of a table; of one without files, that reads none."""
    db, short = name.split(".")
    folder = warehouse / f"{db}.db" / short
    columns = {column: fact.type for column, fact in table.columns.items()} | table.partitions
    types = {
        column: exp.DataType.build(kind, dialect="hive").sql(dialect="duckdb")
        for column, kind in columns.items()
    }
    if next(folder.rglob("*.parquet"), None) is None:
        nothing = ", ".join(f'CAST(NULL AS {kind}) AS "{column}"' for column, kind in types.items())
        return f"SELECT {nothing} WHERE false"
    partitions = ", ".join(f"'{column}': {types[column]}" for column in table.partitions)
    hive = f", hive_partitioning = true, hive_types = {{{partitions}}}" if partitions else ""
    return f"SELECT * FROM read_parquet('{folder}/**/*.parquet'{hive})"  # noqa: S608 # names of the facts
