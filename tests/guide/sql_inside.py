"""SQL in blocks of other languages: what is given to programs, and to functions of wmfdata."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.guide import commands

_LAKE = ("hive", "spark", "presto")
_IN_R = re.compile(
    r'(?P<function>query_hive|mysql_read)\(\s*(?:query\s*=\s*)?"(?P<sql>[^"]*)"'
    r'(?:,\s*"(?P<wiki>\w+)")?'
)


@dataclass(frozen=True)
class InnerSql:
    """SQL of a dialect, the line of its block (from 1) on which it begins, and the wiki asked."""

    dialect: str
    text: str
    line: int
    wiki: str = ""


def inside(language: str, text: str) -> list[InnerSql]:
    """Return the SQL in `text`, a block of `language`, in order; none where it is SQL itself.

    Of Python it is that for engines of the lake: which wiki a cell asks, only running it tells.
    """
    find = _FIND.get(language)
    return list(find(text)) if find else []


def _in_bash(text: str) -> Iterator[InnerSql]:
    """Yield what is given to programs, as in `hive -e "..."`."""
    lines = text.splitlines(keepends=True)
    for command in commands.parse(text):
        program = commands.ELSEWHERE.get(command.name)
        if program is None or program.dialect is None:
            continue
        start = len("".join(lines[: command.line - 1]))
        for option, sql in zip(command.words, command.words[1:], strict=False):
            if option == program.sql_option:
                at = max(text.find(sql, start), start)
                wiki = command.words[0] if program.dialect == "mysql" else ""
                yield InnerSql(program.dialect, sql, text.count("\n", 0, at) + 1, wiki)


def _in_python(text: str) -> Iterator[InnerSql]:
    """Yield what is given to wmfdata, as in `presto.run("...")`."""
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            module, sql = call.func.value, next(iter(call.args), None)
            if (
                call.func.attr == "run"
                and isinstance(module, ast.Name)
                and module.id in _LAKE
                and isinstance(sql, ast.Constant)
            ):
                yield InnerSql(module.id, str(sql.value), sql.lineno)


def _in_r(text: str) -> Iterator[InnerSql]:
    """Yield what is given to wmfdata-r, as in `query_hive("...")`."""
    for match in _IN_R.finditer(text):
        dialect = "hive" if match["function"] == "query_hive" else "mysql"
        line = text.count("\n", 0, match.start("sql")) + 1
        yield InnerSql(dialect, match["sql"], line, match["wiki"] or "")


_FIND: dict[str, Callable[[str], Iterator[InnerSql]]] = {
    "bash": _in_bash,
    "python": _in_python,
    "r": _in_r,
}
