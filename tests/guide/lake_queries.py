"""The queries that the guide shows its readers, for the engines of the Data Lake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import sqlglot
from sqlglot import TokenType

from tests.guide import reading, sql_inside

ENGINES = ("hive", "spark", "presto")


@dataclass(frozen=True)
class LakeQuery:
    """One statement of a block; `line` is the block's line (from 1) on which it starts."""

    id: str
    engine: str
    sql: str
    block: reading.Block
    line: int

    def where(self, line: int | None = None) -> str:
        """Return file:line of the statement's own `line` (from 1; its first if None)."""
        return self.block.where(self.line + (line or 1) - 1)

    @cached_property
    def ordered(self) -> bool:
        """Whether it says in which order its rows come."""
        asked = sqlglot.parse_one(self.sql, read=self.engine)
        return not isinstance(asked, sqlglot.exp.Query) or asked.args.get("order") is not None


@cache
def queries() -> tuple[LakeQuery, ...]:
    """Return every query for an engine of the lake, in the order of the pages, each once."""
    found: dict[str, LakeQuery] = {}
    for block in reading.all_blocks():
        for query in of_block(block):
            found.setdefault(query.id, query)
    return tuple(found.values())


@cache
def of_block(block: reading.Block) -> tuple[LakeQuery, ...]:
    """Return the queries of `block` for an engine of the lake."""
    return tuple(_of_block(block))


def _of_block(block: reading.Block) -> Iterator[LakeQuery]:
    page = block.page.relative_to(reading.DOCS).with_suffix("").as_posix()
    name = block.snippet or f"{page}/{block.id}"
    statements = [
        (engine, statement, line + first - 1)
        for engine, text, first in _texts(block)
        for statement, line in _statements(text, engine)
    ]
    for engine, sql, line in statements:
        kind = "-".join(sql.lower().split()[: 1 if sql.lower().startswith("desc") else 2])
        suffix = f".{kind}" if len(statements) > 1 else ""
        yield LakeQuery(name + suffix, engine, sql, block, line)


def _texts(block: reading.Block) -> Iterator[tuple[str, str, int]]:
    """Yield engine, SQL and the line on which it starts, of each piece of SQL in `block`."""
    text = next(iter(block.texts()), "")
    if block.language == "sql" and block.place in ENGINES:
        yield block.place, text, 1
    for inner in sql_inside.inside(block.language, text):
        if inner.dialect in ENGINES:
            yield inner.dialect, inner.text, inner.line


def _statements(text: str, engine: str) -> Iterator[tuple[str, int]]:
    """Yield each statement of `text`, as a program gives it to its engine, and its line."""
    ends = [t.start for t in sqlglot.tokenize(text, read=engine) if t.token_type is _SEMICOLON]
    start = 0
    for end in (*ends, len(text)):
        statement = text[start:end]
        if statement.strip():
            blank = len(statement) - len(statement.lstrip())
            yield statement.strip(), text.count("\n", 0, start + blank) + 1
        start = end + 1


_SEMICOLON = TokenType.SEMICOLON
