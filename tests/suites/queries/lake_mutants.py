"""Queries with one thing wrong: what a writer could have got wrong in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlglot import exp

_EQUAL: dict[type[exp.Expr], type[exp.Expr]] = {exp.EQ: exp.NEQ, exp.NEQ: exp.EQ}
_BOUNDS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_TOTALS: dict[type[exp.Expr], type[exp.Expr]] = {exp.Sum: exp.Max, exp.Max: exp.Min}
_SIDES = ("LEFT", "RIGHT", "FULL")


@dataclass(frozen=True)
class Mutant:
    """A query with one thing changed; `name` says what."""

    name: str
    statement: exp.Expr


def mutants(statement: exp.Expr) -> Iterator[Mutant]:
    """Yield every mutant of `statement`, which stays as it is."""
    for number, node in enumerate(statement.walk()):
        for name, change in _changes(node):
            mutant = statement.copy()
            twin = next(twin for n, twin in enumerate(mutant.walk()) if n == number)
            change(twin)
            yield Mutant(name, mutant)


_Change = Callable[[exp.Expr], object]


def _changes(node: exp.Expr) -> Iterator[tuple[str, _Change]]:
    """Yield what can be changed about `node`, and how to do it to its twin in a copy."""
    if _is_condition(node):
        yield f"without {_short(node)}", lambda twin: twin.replace(exp.true())
    if type(node) in _EQUAL:
        other = _EQUAL[type(node)]
        yield f"{_short(node)} the other way round", lambda twin: twin.replace(_remade(twin, other))
    if isinstance(node, _BOUNDS):
        yield from _moved(node.expression, "expression", node)
    if isinstance(node, exp.Between):
        yield from _moved(node.args["low"], "low", node)
        yield from _moved(node.args["high"], "high", node)
    if isinstance(node, exp.Limit):
        yield from _moved(node.expression, "expression", node)
    if isinstance(node, exp.In):
        for number, value in enumerate(node.expressions):
            yield f"{_short(node)} without {value.sql()}", _without_value(number)
    if isinstance(node, exp.Join) and not node.kind:
        for side in _SIDES:
            yield f"{side} JOIN", _set("side", side)
    if isinstance(node, exp.Distinct) and isinstance(node.parent, exp.Count):
        yield f"{_short(node)} counted again", lambda twin: twin.replace(twin.expressions[0].copy())
    if type(node) in _TOTALS:
        total = _TOTALS[type(node)]
        name = f"{total.key.upper()} in the place of {_short(node)}"
        yield name, lambda twin: twin.replace(total(this=twin.this.copy()))
    if isinstance(node, exp.Ordered):
        yield f"{_short(node)} the other way round", _turned


def _is_condition(node: exp.Expr) -> bool:
    """Whether `node` is one of the conditions, joined by AND, of a WHERE, HAVING or COUNT_IF."""
    above = node.parent
    while isinstance(above, exp.And | exp.Paren):
        above = above.parent
    holders = exp.Where | exp.Having | exp.CountIf
    return isinstance(above, holders) and not isinstance(node, exp.And | exp.Paren)


def _remade(node: exp.Expr, other: type[exp.Expr]) -> exp.Expr:
    return other(this=node.this.copy(), expression=node.expression.copy())


def _moved(bound: exp.Expr, argument: str, node: exp.Expr) -> Iterator[tuple[str, _Change]]:
    """Yield the bound of a comparison one below and one above, where it is a constant."""
    if bound.find(exp.Column) is not None:
        return
    for step in (-1, 1):
        moved = _next(bound, step)
        if moved is not None:
            yield f"{_short(node)} with {moved.sql()}", _set(argument, moved)


def _next(bound: exp.Expr, step: int) -> exp.Expr | None:
    """Return a number, a month or a day one `step` further; None for anything else."""
    text = bound.find(exp.Literal)
    if text is None:
        return None
    if not text.is_string:
        return exp.Literal.number(_number(bound) + step)
    moved = _next_date(text.name, step)
    if moved is None:
        return None
    copy = bound.copy()
    if isinstance(copy, exp.Literal):
        return exp.Literal.string(moved)
    for literal in copy.find_all(exp.Literal):
        literal.replace(exp.Literal.string(moved))
    return copy


def _number(bound: exp.Expr) -> int:
    """Return the value of a whole number, or of a product of them."""
    if isinstance(bound, exp.Mul):
        return _number(bound.left) * _number(bound.right)
    return int(bound.name)


def _next_date(text: str, step: int) -> str | None:
    match = re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d)(.*))?", text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    if match[3] is None:
        months = year * 12 + month - 1 + step
        return f"{months // 12}-{months % 12 + 1:02}"
    return f"{date(year, month, int(match[3])) + timedelta(days=step)}{match[4]}"


def _turned(ordered: exp.Expr) -> None:
    ordered.set("desc", not ordered.args.get("desc"))


def _set(argument: str, value: object) -> _Change:
    return lambda twin: twin.set(argument, value)


def _without_value(number: int) -> _Change:
    return lambda twin: twin.expressions[number].pop()


def _short(node: exp.Expr) -> str:
    return " ".join(node.sql().split())
