"""Queries with one thing wrong: what a writer could have got wrong in each."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice

from sqlglot import exp
from sqlglot.dialects import Dialect

from macros.facts import current
from tests.environments.lab.replica_rows import mediawiki_time

_TURNED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GTE: exp.GT,
    exp.GT: exp.GTE,
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.Sum: exp.Max,
    exp.Max: exp.Min,
    exp.Min: exp.Max,
}
_JOINING = (exp.And, exp.Or, exp.Paren)
_PRODUCT = (exp.Mul, exp.Literal)
#: MariaDB does not have the last.
_SIDES = (None, "LEFT", "RIGHT", "FULL")


def mutants(statement: exp.Expr, dialect: str) -> Iterator[tuple[str, exp.Expr]]:
    """Yield every mutant of `statement`, which stays as it is, with what was done to it.

    A condition left out or turned round, a number or a time moved by one, a value less in a list,
    a join of another kind or over another column, an aggregate of another kind or without its
    DISTINCT or NULLIF, another order.
    """
    for position, node in enumerate(statement.walk()):
        for changed in _changed(node, dialect):
            mutant = statement.copy()
            next(islice(mutant.walk(), position, None)).replace(changed)
            yield f"{_named(node, node, dialect)} -> {_named(node, changed, dialect)}", mutant


def _named(node: exp.Expr, changed: exp.Expr, dialect: str) -> str:
    """Return `changed` as SQL: a number or column in the expression that `node` stands in."""
    if isinstance(node, exp.Join):
        return f"{changed.args.get('side') or ''} JOIN {changed.this.alias_or_name}".strip()
    named = changed
    if isinstance(node, exp.Literal | exp.Column) and node.parent:
        named = node.parent.copy()
        value = named.args[str(node.arg_key)]
        (value if node.index is None else value[node.index]).replace(changed.copy())
    return " ".join(named.sql(dialect=dialect).split())


def _changed(node: exp.Expr, dialect: str) -> Iterator[exp.Expr]:
    """Yield what may stand in the place of `node`."""
    if _is_condition(node):
        yield exp.false() if isinstance(node.parent, exp.Or) else exp.true()
    if type(node) in _TURNED:
        yield _TURNED[type(node)](**node.copy().args)
    elif isinstance(node, exp.Is):
        yield exp.Not(this=node.copy())
    elif isinstance(node, exp.Literal):
        yield from _moved(node)
    elif isinstance(node, exp.Mul) and all(isinstance(n, _PRODUCT) for n in node.walk()):
        product = math.prod(Decimal(number.name) for number in node.find_all(exp.Literal))
        yield from (exp.Literal.number(str(product + step)) for step in (-1, 1))
    elif isinstance(node, exp.In):
        yield from (_without(node, number) for number in range(len(node.expressions)))
    elif isinstance(node, exp.Join) and not node.kind:
        sides = _SIDES[:-1] if dialect == "mysql" else _SIDES
        yield from (_with(node, side=side) for side in sides if side != (node.side or None))
    elif isinstance(node, exp.Column) and _joins(node):
        yield from (_with(node, this=exp.to_identifier(n)) for n in _siblings(node.name, dialect))
    elif isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct):
        yield exp.Count(this=node.this.expressions[0].copy())
    elif isinstance(node, exp.Nullif):
        yield node.this.copy()
    elif isinstance(node, exp.Ordered):
        yield _turned(node, dialect)


def _is_condition(node: exp.Expr) -> bool:
    """Return whether `node` is a condition, or one of those, of a WHERE, HAVING, JOIN or COUNT_IF.

    That is, one that AND and OR join with others.
    """
    inside, above = node, node.parent
    while isinstance(above, _JOINING):
        inside, above = above, above.parent
    holds = isinstance(above, exp.Where | exp.Having | exp.CountIf)
    on = isinstance(above, exp.Join) and inside.arg_key == "on"
    return (holds or on) and not isinstance(node, exp.And | exp.Paren)


def _joins(column: exp.Column) -> bool:
    """Return whether `column` is compared with a column of another table."""
    parent = column.parent
    return isinstance(parent, exp.EQ) and all(
        isinstance(side, exp.Column) for side in (parent.this, parent.expression)
    )


def _siblings(column: str, dialect: str) -> Iterator[str]:
    """Yield the other columns with numbers of the tables that have `column`."""
    of_replicas = dialect == "mysql"
    for table in current().tables.values():
        if (table.engine == "replica") == of_replicas and column in table.columns:
            yield from (n for n, c in table.columns.items() if "int" in c.type and n != column)


def _moved(literal: exp.Literal) -> Iterator[exp.Expr]:
    """Yield a number, a month, a day or a time that is one less, and one more."""
    for step in (-1, 1):
        if not literal.is_string:
            yield exp.Literal.number(str(Decimal(literal.name) + step))
        elif moved := _next_time(literal.name, step):
            yield exp.Literal.string(moved)


def _next_time(text: str, step: int) -> str | None:
    if re.fullmatch(r"\d{14}", text):  # MediaWiki's
        time = datetime.strptime(text, "%Y%m%d%H%M%S")
        return mediawiki_time(time + timedelta(seconds=step))
    match = re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d)(.*))?", text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    if match[3] is None:
        months = year * 12 + month - 1 + step
        return f"{months // 12}-{months % 12 + 1:02}"
    return f"{date(year, month, int(match[3])) + timedelta(days=step)}{match[4]}"


def _turned(ordered: exp.Ordered, dialect: str) -> exp.Expr:
    """Return the other order, with NULL where the dialect has it there."""
    descending = not ordered.args.get("desc")
    small = Dialect.get_or_raise(dialect).NULL_ORDERING == "nulls_are_small"
    return _with(ordered, desc=descending, nulls_first=small and not descending)


def _without(values: exp.In, number: int) -> exp.Expr:
    changed = values.copy()
    changed.expressions[number].pop()
    return changed


def _with(node: exp.Expr, **changes: object) -> exp.Expr:
    changed = node.copy()
    for name, value in changes.items():
        changed.set(name, value)
    return changed
