"""Mutants of a query of the replicas: each differs from the query in one small thing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlglot
from sqlglot import exp

from macros.facts import current
from tests.environments.lab.replica_rows import mediawiki_time

_DIALECT = "mysql"
_TURNED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GTE: exp.GT,
    exp.GT: exp.GTE,
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.Max: exp.Min,
    exp.Min: exp.Max,
}
_WHOLE = (exp.And, exp.Or, exp.Where, exp.Join)


def mutants(query: str) -> dict[str, str]:
    """Return the mutants of `query`, a SELECT of MariaDB, by what was done to them.

    A condition left out or turned round, a number or a time moved by one, a join of the other kind
    or over another column, an aggregate without its DISTINCT or NULLIF, another order.
    """
    tree = sqlglot.parse_one(query, read=_DIALECT)
    found: dict[str, str] = {}
    for position, node in enumerate(tree.walk()):
        for changed in _changed(node):
            mutant = tree.copy()
            list(mutant.walk())[position].replace(changed)
            name = f"{_named(node, node)} -> {_named(node, changed)}"
            found[name] = mutant.sql(dialect=_DIALECT, comments=False)
    return found


def _named(node: exp.Expr, changed: exp.Expr) -> str:
    """Return `changed` as SQL: a number or column in the expression that it stands in."""
    if isinstance(node, exp.Join):
        return f"{changed.args.get('side') or ''} JOIN {changed.this.alias_or_name}".strip()
    if isinstance(node, exp.Literal | exp.Column) and node.parent and node is not changed:
        around = node.parent.copy()
        around.args[str(node.arg_key)].replace(changed.copy())
        return around.sql(dialect=_DIALECT)
    shown = node.parent if isinstance(node, exp.Literal | exp.Column) else changed
    return str(shown.sql(dialect=_DIALECT)) if shown else ""


def _changed(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield what may stand in the place of `node`."""
    if _is_condition(node):
        yield exp.false() if isinstance(node.parent, exp.Or) else exp.true()
    if type(node) in _TURNED:
        yield _TURNED[type(node)](**node.copy().args)
    elif isinstance(node, exp.Is):
        yield exp.Not(this=node.copy())
    elif isinstance(node, exp.Literal):
        yield from _moved(node)
    elif isinstance(node, exp.Join):
        yield _with(node, side=None if node.side else "LEFT")
    elif isinstance(node, exp.Column) and _joins(node):
        yield from (exp.column(name) for name in _siblings(node.name))
    elif isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct):
        yield exp.Count(this=node.this.expressions[0].copy())
    elif isinstance(node, exp.Nullif):
        yield node.this.copy()
    elif isinstance(node, exp.Ordered):
        descending = not node.args["desc"]
        yield _with(node, desc=descending, nulls_first=not descending)


def _is_condition(node: exp.Expr) -> bool:
    """Return whether `node` is one of the conditions of a WHERE or a join."""
    if isinstance(node, exp.And | exp.Or) or not isinstance(node.parent, _WHOLE):
        return False
    return not isinstance(node.parent, exp.Join) or node.arg_key == "on"


def _joins(column: exp.Column) -> bool:
    """Return whether `column` is compared with a column of another table."""
    parent = column.parent
    return isinstance(parent, exp.EQ) and all(
        isinstance(side, exp.Column) for side in (parent.this, parent.expression)
    )


def _siblings(column: str) -> Iterator[str]:
    """Yield the other columns with numbers of the table that has `column`."""
    for table in current().tables.values():
        if table.engine == "replica" and column in table.columns:
            yield from (n for n, c in table.columns.items() if "int" in c.type and n != column)


def _moved(literal: exp.Literal) -> Iterator[exp.Expr]:
    if not literal.is_string:
        yield from (exp.Literal.number(int(literal.name) + step) for step in (-1, 1))
    elif len(literal.name) == len(mediawiki_time(datetime(2026, 1, 1))):
        time = datetime.strptime(literal.name, "%Y%m%d%H%M%S")
        for step in (-1, 1):
            yield exp.Literal.string(mediawiki_time(time + timedelta(seconds=step)))


def _with(node: exp.Expr, **changes: object) -> exp.Expr:
    changed = node.copy()
    for name, value in changes.items():
        changed.set(name, value)
    return changed
