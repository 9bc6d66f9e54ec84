"""Tables that a cell keeps in a database of the reader's own, where the guide's SQL may write."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from macros.facts import current

#: Presto lets most people create no tables, and the replicas are copies.
ENGINES = ("hive", "spark")
_KINDS = ("DATABASE", "SCHEMA", "TABLE")


def writes(statement: exp.Expr) -> bool:
    """Return whether `statement` makes a database or table, or takes one away."""
    return isinstance(statement, exp.Create | exp.Drop)


def refused(statement: exp.Expr, dialect: str) -> str:
    """Return why `statement`, which writes, may not be in the guide; nothing where it may."""
    if dialect not in ENGINES or str(statement.args.get("kind")).upper() not in _KINDS:
        return f"{statement.key}: the guide's SQL writes tables of one's own alone, in Spark"
    database = _database(statement)
    if not database:
        return f"{statement.key}: a table of one's own is named with its database"
    if database in {name.split(".")[0] for name in current().tables}:
        return f"{statement.key}: {database} is everybody's; write into a database of your own"
    if isinstance(statement, exp.Create) and statement.kind == "TABLE" and not query(statement):
        return "create: a table of one's own is made from a query, CREATE TABLE ... AS SELECT"
    return ""


def query(statement: exp.Expr) -> exp.Query | None:
    """Return the query that a CREATE TABLE ... AS SELECT keeps, if `statement` is one."""
    kept = statement.expression
    return kept if isinstance(kept, exp.Query) else None


def _database(statement: exp.Expr) -> str:
    named = statement.find(exp.Table)
    if named is None:
        return ""
    return (named.db if statement.args["kind"].upper() == "TABLE" else named.name).lower()


class OwnTables:
    """The tables that a cell has made: each stands for the query that it was made from."""

    def __init__(self) -> None:
        self._made: dict[str, exp.Query] = {}

    def read(self, text: str, dialect: str) -> str:
        """Return `text` with the query of each own table in place of its name.

        What does not parse, and what reads none, is returned as it is.
        """
        try:
            statement = sqlglot.parse_one(text, read=dialect)
        except SqlglotError:
            return text
        read = [table for table in statement.find_all(exp.Table) if _name(table) in self._made]
        if isinstance(statement, exp.Create):
            return self._make(statement, text)
        for table in read:
            made = self._made[_name(table)].copy()
            table.replace(made.subquery(alias=table.alias or table.name))
        return statement.sql(dialect=dialect) if read else text

    def _make(self, statement: exp.Create, text: str) -> str:
        kept, named = query(statement), statement.find(exp.Table)
        if kept and named:
            self._made[_name(named)] = kept
        return text


def _name(table: exp.Table) -> str:
    return f"{table.db}.{table.name}".lower()
