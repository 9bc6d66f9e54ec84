"""SQL: parsed in its own dialect, and resolved against the tables of the facts.

sqlglot parses and finds unknown columns; DuckDB binds the same query to empty
tables made from the facts, and so judges functions, struct fields and types.
Neither is the cluster's own engine; what they let through that Hive refuses is
listed in CONTRIBUTING.md.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import duckdb
import pandas as pd
import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, ParseError, SqlglotError, TokenError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from macros.errors import unknown
from macros.facts import Table, current
from tests.checks import own_tables, sql_values
from tests.checks.subject import Problem, Subject
from tests.guide.sql_inside import InnerSql

logging.getLogger("sqlglot").setLevel(logging.ERROR)
#: DuckDB neither reads nor writes a file, nor loads an extension, and nothing can undo that.
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "enable_external_access": "false",
    "lock_configuration": "true",
}
_LAKE = ("hive", "spark", "presto")
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between)


def checker(dialect: str) -> Callable[[Subject], list[Problem]]:
    """Return the check for SQL of `dialect` (hive, spark, presto or mysql)."""

    def check(subject: Subject) -> list[Problem]:
        return problems(subject.text, dialect)

    return check


@cache
def parser(dialect: str) -> Callable[[str], list[Problem]]:
    """Return what says where a text of `dialect` does not parse."""

    def syntax(text: str) -> list[Problem]:
        try:
            sqlglot.parse(text, read=dialect)
        except SqlglotError as error:
            return [Problem(str(error))]
        return []

    return syntax


def inner_problems(query: InnerSql) -> list[Problem]:
    """Return the problems of a query in a block of another language, on that block's lines."""
    found = problems(query.text, query.dialect)
    return [Problem(problem.message, problem.line + query.line - 1) for problem in found]


def problems(text: str, dialect: str) -> list[Problem]:
    """Return what is wrong with the statements of `text` in `dialect`."""
    refused = _refused_spelling(text, dialect)
    if refused:
        return refused
    try:
        statements = sqlglot.parse(text, read=dialect)
    except ParseError as error:
        first = error.errors[0]
        return [
            Problem(f"{dialect}: {first['description']}: {first['highlight']!r}", first["line"])
        ]
    except TokenError as error:
        return [Problem(f"{dialect}: {error}")]
    if not any(statements):
        return [Problem("no statement here")]
    return [problem for one in statements if one for problem in _statement(one, text, dialect)]


def _refused_spelling(text: str, dialect: str) -> list[Problem]:
    """Refuse what sqlglot lets through and the engine does not."""
    rules = {
        "presto": [
            (r'=\s*"[^"]*"', "Presto takes text in single quotes; double quotes name columns")
        ],
        "hive": [(r"\b(count_if|approx_distinct|cardinality)\s*\(", "Hive has no such function")],
    }
    return [
        Problem(f"{message}: {match[0]!r}", text.count("\n", 0, match.start()) + 1)
        for pattern, message in [
            *rules.get(dialect, []),
            (r"\(\s*\+\s*\)", "there is no plus alone"),
        ]
        if (match := re.search(pattern, text, re.IGNORECASE))
    ]


#: sqlglot takes any words after SHOW.
_SHOWING = r"SHOW (DATABASES|TABLES (IN|FROM) \w+|COLUMNS (IN|FROM) \S+|PARTITIONS \S+)"


def _statement(statement: exp.Expr, text: str, dialect: str) -> list[Problem]:
    if not isinstance(statement, exp.Query):
        return _no_query(statement, text, dialect)
    found = _unknown_tables(statement, text, dialect)
    if found:
        return found
    try:
        resolved = qualify(statement.copy(), schema=_schema(dialect), dialect=dialect)
        resolved = annotate_types(resolved, schema=_schema(dialect), dialect=dialect)
    except OptimizeError as error:
        return [Problem(_columns_message(str(error), statement, dialect), _line(str(error), text))]
    return (
        list(_types(resolved, text, dialect))
        or [Problem(said, _line_of(word, text)) for said, word in sql_values.problems(resolved)]
        or list(_misspelled_functions(statement, text, dialect))
        or list(_partitions(resolved, text, dialect))
        or _bind(statement, text, dialect)
    )


def _no_query(statement: exp.Expr, text: str, dialect: str) -> list[Problem]:
    if isinstance(statement, exp.Command) and statement.name.upper() == "SHOW":
        return _show(statement, text, dialect)
    if isinstance(statement, exp.Describe | exp.Show | exp.Use | exp.Set):
        return _unknown_tables(statement, text, dialect)
    if own_tables.writes(statement):
        return _written(statement, text, dialect)
    return [Problem(f"{statement.key}: the guide's SQL only reads")]


def _written(statement: exp.Expr, text: str, dialect: str) -> list[Problem]:
    if refused := own_tables.refused(statement, dialect):
        return [Problem(refused)]
    kept = own_tables.query(statement)
    return _statement(kept, text, dialect) if kept else []


def _show(statement: exp.Command, text: str, dialect: str) -> list[Problem]:
    if not re.fullmatch(_SHOWING, statement.sql(), re.IGNORECASE):
        return [Problem(f"what is to be shown? {statement.sql()!r}")]
    named = re.findall(r"\b\w+\.\w+\b", statement.sql())
    known = _tables(dialect)
    return [Problem(unknown("table", n, known), _line(n, text)) for n in named if n not in known]


# -- tables and columns ----------------------------------------------------------------------


def _tables(dialect: str) -> dict[str, Table]:
    """Return the tables that `dialect` can query, by the name that a query uses."""
    lake = dialect in _LAKE
    return {
        name if lake else name.removeprefix("mediawiki."): table
        for name, table in current().tables.items()
        if (table.engine != "replica") == lake and table.columns
    }


def _unknown_tables(statement: exp.Expr, text: str, dialect: str) -> list[Problem]:
    known = _tables(dialect)
    common = {cte.alias_or_name for cte in statement.find_all(exp.CTE)}
    found = []
    for table in statement.find_all(exp.Table):
        name = f"{table.db}.{table.name}" if table.db else table.name
        if name in common or not name:
            continue
        if name.lower() not in known:
            found.append(Problem(unknown("table", name, known), _line(name, text)))
        elif known[name.lower()].status == "retired":
            use = known[name.lower()].use
            found.append(Problem(f"{name} is retired; use {use}", _line(name, text)))
    return found


def _columns_message(message: str, statement: exp.Expr, dialect: str) -> str:
    match = re.search(
        r"Column '\"?([^'\"]+)\"?' could not be resolved|Unknown column: (\w+)", message
    )
    if not match:
        return message
    name = (match[1] or match[2]).split(".")[-1]
    tables = _tables(dialect)
    names = {
        column
        for table in statement.find_all(exp.Table)
        for known in [tables.get((f"{table.db}." if table.db else "") + table.name.lower())]
        if known
        for column in {**known.columns, **known.partitions}
    }
    return unknown("column", name, names)


def _line(message: str, text: str) -> int:
    """Return the line of `text` (1-based) that has the last word which `message` quotes."""
    words = re.findall(r"[A-Za-z_][\w]*", message)
    for word in reversed(words):
        match = re.search(rf"\b{re.escape(word)}\b", text)
        if match:
            return text.count("\n", 0, match.start()) + 1
    return 1


def _line_of(literal: str, text: str) -> int:
    """Return the line of `text` (1-based) on which the string `literal` stands."""
    return text.count("\n", 0, max(text.find(f"'{literal}'"), 0)) + 1


@cache
def _schema(dialect: str) -> MappingSchema:
    types = "hive" if dialect in _LAKE else "mysql"
    mapping: dict[str, Any] = {}
    for name, table in _tables(dialect).items():
        columns = {n: c.type for n, c in table.columns.items()} | table.partitions
        built = {n: exp.DataType.build(t, dialect=types) for n, t in columns.items()}
        if dialect in _LAKE:
            db, short = name.split(".")
            mapping.setdefault(db, {})[short] = built
        else:
            mapping[name] = built
    return MappingSchema(mapping, dialect=dialect)


# -- types -----------------------------------------------------------------------------------


def _types(statement: exp.Expr, text: str, dialect: str) -> Iterator[Problem]:
    """What an engine refuses or silently turns into something else, and DuckDB lets through."""
    for access, kind, way in (
        (exp.Dot, exp.DataType.Type.MAP, "a map: write {0}['key']"),
        (exp.Bracket, exp.DataType.Type.STRUCT, "a struct: write {0}.field"),
    ):
        for node in statement.find_all(access):
            if node.this.is_type(kind):
                name = node.this.name
                yield Problem(f"{name} is {way.format(name)}", _line(name, text))
    for total in statement.find_all(exp.Sum, exp.Avg):
        if total.this.is_type(exp.DataType.Type.BOOLEAN):
            name = total.this.name
            yield Problem(f"{total.key} of {name}, which is boolean: cast it", _line(name, text))
    for joined in statement.find_all(exp.ConcatWs) if dialect == "hive" else ():
        for part in joined.expressions[1:]:
            if part.is_type(*exp.DataType.NUMERIC_TYPES):
                yield Problem(
                    f"CONCAT_WS of {part.name}, a number: cast it", _line(part.name, text)
                )
    yield from _comparisons(statement, text)


def _comparisons(statement: exp.Expr, text: str) -> Iterator[Problem]:
    """A column compared with a literal of another kind: Presto refuses it, Hive compares oddly."""
    for comparison in statement.find_all(*_COMPARISONS):
        sides = [comparison.this, *_others(comparison)]
        for column in (side for side in sides if not isinstance(side, exp.Literal)):
            for literal in (side for side in sides if isinstance(side, exp.Literal)):
                problem = _mismatch(column, literal, text)
                if problem:
                    yield problem


def _others(comparison: exp.Expr) -> list[exp.Expr]:
    if isinstance(comparison, exp.In):
        return list(comparison.expressions)
    if isinstance(comparison, exp.Between):
        return [comparison.args["low"], comparison.args["high"]]
    return [comparison.expression]


def _mismatch(column: exp.Expr, literal: exp.Literal, text: str) -> Problem | None:
    if column.type is None:
        return None
    numeric = column.is_type(*exp.DataType.NUMERIC_TYPES)
    textual = column.is_type(
        *exp.DataType.TEXT_TYPES, exp.DataType.Type.BINARY, "varbinary", "blob"
    )
    boolean = column.is_type(exp.DataType.Type.BOOLEAN)
    if (numeric and literal.is_string) or (textual and not literal.is_string) or boolean:
        name = column.name or column.sql()
        kind = column.type.sql().lower()
        message = f"{name} is {kind}, but is compared with {literal.sql()}"
        return Problem(message, _line(f"{name}", text))
    return None


def _misspelled_functions(statement: exp.Expr, text: str, dialect: str) -> Iterator[Problem]:
    """A function that sqlglot knows under another name: it writes it as the dialect spells it."""
    spelled = set(re.findall(r"(\w+)\s*\(", statement.sql(dialect=dialect).upper()))
    for match in re.finditer(r"\b([A-Za-z_]\w*)\s*\(", _without_strings(text)):
        name = match[1].upper()
        if name not in spelled | _NO_FUNCTIONS:
            line = text.count("\n", 0, match.start()) + 1
            yield Problem(f"{dialect} has no function {match[1]}, or spells it otherwise", line)


#: Words before a parenthesis that are no functions, and other names that the engines take.
_NO_FUNCTIONS = {"IN", "AND", "OR", "ON", "AS", "OVER", "VALUES", "FROM", "WHERE", "JOIN", "BY"}
_NO_FUNCTIONS |= {"SELECT", "WITH", "EXISTS", "SUBSTR", "DATE", "DATABASE"}


def _without_strings(text: str) -> str:
    """Return `text` with strings and comments blanked, at the same length."""
    return re.sub(r"'[^']*'|--[^\n]*", lambda match: " " * len(match[0]), text)


# -- partitions ------------------------------------------------------------------------------


def _partitions(statement: exp.Expr, text: str, dialect: str) -> Iterator[Problem]:
    """Every scan of a partitioned table says which partitions it reads."""
    known = _tables(dialect)
    for scope in traverse_scope(statement):
        if scope.is_udtf:
            continue
        for alias, source in scope.sources.items():
            if not isinstance(source, exp.Table):
                continue
            table = known.get((f"{source.db}." if source.db else "") + source.name.lower())
            needed = _needed(source.name.lower(), table) if table else set()
            missing = needed - _filtered(scope, alias)
            if missing:
                name = f"{source.db}.{source.name}"
                message = (
                    f"no filter on {', '.join(sorted(missing))}: "
                    f"{name} would be read over all of its partitions"
                )
                yield Problem(message, _line(source.name, text))


def _needed(name: str, table: Table) -> set[str]:
    """Return the columns that a query has to filter on, as the pages say."""
    names = set(table.partitions)
    if "webrequest_source" in names:
        return names  # the largest of all
    if "year" in names:
        return names & {"year", "month"}
    return names & {"snapshot", "wiki_db", "month"} | _RANGES.get(name, set())


#: Tables of the replicas that are too long to be read whole.
_RANGES = {"revision": {"rev_timestamp"}, "logging": {"log_timestamp"}}


def _filtered(scope: Scope, alias: str) -> set[str]:
    conditions: list[exp.Expr] = list(scope.expression.find_all(exp.Where, exp.Join))
    return {
        column.name.lower()
        for condition in conditions
        for comparison in condition.find_all(*_COMPARISONS)
        for column in comparison.find_all(exp.Column)
        if column.table in (alias, "")
    }


# -- binding ---------------------------------------------------------------------------------


def _bind(statement: exp.Expr, text: str, dialect: str) -> list[Problem]:
    """Let DuckDB bind the query to empty tables: functions, struct fields, grouping, types."""
    query = _for_duckdb(statement).sql(dialect="duckdb")
    try:
        _database(dialect in _LAKE).execute(f"EXPLAIN {query}")
    except duckdb.Error as error:
        message = str(error).split("\n")[0]
        quoted = re.findall(r'"([^"]+)"|\'(\w+)\'', message)
        word = next((a or b for a, b in quoted), "")
        return [Problem(f"does not resolve: {message}", _line(word, text) if word else 1)]
    return []


def _for_duckdb(statement: exp.Expr) -> exp.Expr:
    """Spell out the casts that Hive and Spark do by themselves: LPAD takes a number there."""
    statement = statement.copy()
    for pad in statement.find_all(exp.Pad):
        pad.set("this", exp.cast(pad.this, "text"))
    return statement


@cache
def _database(lake: bool) -> duckdb.DuckDBPyConnection:
    """An empty database with the tables of the Data Lake, or of the replicas."""
    types = "hive" if lake else "mysql"
    connection = duckdb.connect(config=_CLOSED)
    for name, table in _tables(types).items():
        columns = {n: c.type for n, c in table.columns.items()} | table.partitions
        ddl = ", ".join(
            f'"{n}" {_duck_type(exp.DataType.build(t, dialect=types))}' for n, t in columns.items()
        )
        db, _, short = name.rpartition(".")
        if db:
            connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{db}"')
        connection.execute(f'CREATE TABLE "{db or "main"}"."{short}" ({ddl})')
    return connection


def _duck_type(kind: exp.DataType) -> str:
    if kind.this in exp.DataType.INTEGER_TYPES:
        kind = exp.DataType(this=kind.this)  # MySQL's tinyint(1)
    if kind.this == exp.DataType.Type.UDOUBLE:
        return "DOUBLE"
    binary = ("BINARY", "VARBINARY", "BLOB", "TINYBLOB", "TINYTEXT", "MEDIUMBLOB")
    return "VARCHAR" if kind.this.name in binary else kind.sql(dialect="duckdb")


def result(text: str, dialect: str) -> Any:
    """Return the (empty) result of a statement as a pandas DataFrame with its columns."""
    statement = sqlglot.parse_one(text, read=dialect)
    if own_tables.writes(statement):
        return pd.DataFrame()
    query = _for_duckdb(statement).sql(dialect="duckdb")
    return _database(dialect in _LAKE).execute(query).df()
