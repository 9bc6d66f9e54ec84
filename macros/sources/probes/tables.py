"""Tables: columns, types and partitions, from the statement that makes the table."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from macros.facts import Table
from macros.sources.clones import Clone, Entry
from macros.sources.question import Question
from macros.sources.verdict import Finding, UnansweredError

# It says of each statement that it does not parse; here those that make tables matter alone.
logging.getLogger("sqlglot").setLevel(logging.ERROR)
#: What a query of refinery is given when it runs.
_GIVEN = re.compile(r"\$\{[^}]*\}")
_DIALECTS = {"hive": ("spark", "hive"), "iceberg": ("spark", "hive"), "replica": ("mysql",)}


def columns(question: Question, clone: Clone, table: str) -> Iterator[Finding]:
    """Yield each column and partition of `table`, and those that the fact has not."""
    assert isinstance(question.fact, Table)
    entry = clone.entry(question.citation.path or "")
    dialects = _DIALECTS[question.fact.engine]
    statement = _statement(entry, table.rpartition(".")[2], dialects)
    if statement is None:
        yield Finding("table", table, None)
        return
    if question.retired:
        yield Finding("table", table, table, _line(entry, table.rpartition(".")[2]))
        return
    partitions = _partitions(statement)
    there = {
        each.name.lower(): each
        for each in statement.find_all(exp.ColumnDef)
        if each.find_ancestor(exp.DataType) is None
    }
    told = {name: each.type for name, each in question.fact.columns.items()}
    pairs = [("columns", told, {name: there[name] for name in there if name not in partitions})]
    if question.fact.engine == "hive":
        pairs.append(("partitions", question.fact.partitions, partitions))
    for part, ours, theirs in pairs:
        yield from _compared(entry, part, ours, theirs, dialects[-1])


@lru_cache(maxsize=64)
def _statement(entry: Entry, table: str, dialects: tuple[str, ...]) -> exp.Create | None:
    """Return the statement that makes `table`; raises UnansweredError where none can be read."""
    text, why = _GIVEN.sub("given", entry.text), ""
    for dialect in dialects:
        try:
            parsed = sqlglot.parse(text, dialect=dialect)
        except (SqlglotError, RecursionError) as error:
            why = why or str(error).splitlines()[0]
            continue
        made = (each for each in parsed if isinstance(each, exp.Create) and each.kind == "TABLE")
        named = {_name(each).lower(): each for each in made}
        # Of several tables with the same columns one definition has no name of its own.
        return named.get(table.lower()) or named.get("given")
    raise UnansweredError(f"{entry.path}: is no SQL that can be read: {why}")


def _name(statement: exp.Create) -> str:
    table = statement.find(exp.Table)
    return str(table.name) if table else ""


def _partitions(statement: exp.Create) -> dict[str, exp.ColumnDef]:
    found = statement.find(exp.PartitionedByProperty)
    inside = found.this.expressions if found else []
    return {each.name.lower(): each for each in inside if isinstance(each, exp.ColumnDef)}


def _compared(
    entry: Entry, part: str, ours: dict[str, str], theirs: dict[str, exp.ColumnDef], dialect: str
) -> Iterator[Finding]:
    """Yield a finding for each column of the fact, and for each that the fact has not."""
    for name, kind in ours.items():
        column = theirs.get(name.lower())
        found = _type(column.kind, dialect) if column else None
        same = found is not None and _normal(found, dialect) == _normal(kind, dialect)
        yield Finding(f"{part}.{name}", kind, kind if same else found, _line(entry, name))
    for name in sorted(theirs.keys() - {each.lower() for each in ours}):
        found = _type(theirs[name].kind, dialect)
        yield Finding(f"{part}.{name}", "no such column", found, _line(entry, name))


def _type(kind: exp.Expression | None, dialect: str) -> str:
    return (
        "of no type"
        if kind is None
        else kind.sql(dialect=dialect)
        .lower()
        .replace(", ", ",")
        .replace(": ", ":")
        .replace("`", "")
    )


def _normal(kind: str, dialect: str) -> str:
    """Return a type in one spelling."""
    try:
        return _type(exp.DataType.build(kind, dialect=dialect), dialect)
    except SqlglotError:
        return kind


def _line(entry: Entry, name: str) -> int:
    """Return the line on which a column is first named, or the first."""
    match = re.search(
        rf"^[\s(,]*[`\"]?{re.escape(name)}\b", entry.text, re.MULTILINE | re.IGNORECASE
    )
    return entry.text.count("\n", 0, match.end()) + 1 if match else 1
