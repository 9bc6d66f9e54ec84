"""The queries that the guide has for the replicas, and how its cells of notebooks are run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from macros.slots import fill
from tests.checks.python import interpreter
from tests.guide import commands, profiles, reading, sql_inside
from tests.guide.reading import Block

READER = profiles.readers()["sample"]
COMMAND = "analytics-mysql"
#: The wiki that the page on the replicas opens: its queries are asked there.
WIKI = "cswiki"
#: What a cell takes for the present: after all edits that are the same each day.
NOW = datetime(2027, 3, 1, 9, 30)
#: An answer with every column that a cell of the guide goes on with.
_HEADERS = "wiki\tedits\tlast_edit\ttag\n"
#: Asks a wiki: from the SQL and the wiki to what the client prints with -B.
Ask = Callable[[str, str], str]


@dataclass(frozen=True)
class ReplicaQuery:
    """A query of the guide: the block that has it, and the wikis that it is asked of."""

    block: Block
    wikis: tuple[str, ...]
    sql: str

    @property
    def id(self) -> str:
        """The snippet's name, or the page and the block's id."""
        page = self.block.page.relative_to(reading.DOCS).with_suffix("").as_posix()
        return self.block.snippet or f"{page}/{self.block.id}"

    @property
    def text(self) -> str:
        """The whole block as the sample reader copies it."""
        return _text(self.block)

    @property
    def ordered(self) -> bool:
        """Whether it says in which order its rows come."""
        return "ORDER BY" in self.sql

    @property
    def moves(self) -> bool:
        """Whether it asks for the days before the present."""
        return "datetime.now()" in self.block.text


@cache
def queries() -> tuple[ReplicaQuery, ...]:
    """Return every query of the guide that a replica answers, in the order of the pages."""
    return tuple(query for block in reading.all_blocks() for query in of_block(block))


@cache
def wikis() -> list[str]:
    """Return the wikis that the guide opens."""
    texts = [_text(b) for b in reading.all_blocks() if b.language == "bash" and b.place == "stat"]
    commands_of = (each for text in texts for each in commands.parse(text))
    opened = {each.words[0] for each in commands_of if each.name == COMMAND}
    return sorted(opened.union(*(query.wikis for query in queries())))


@cache
def of_block(block: Block) -> tuple[ReplicaQuery, ...]:
    """Return the queries of `block` that a replica answers."""
    return tuple(_of_block(block))


def _of_block(block: Block) -> Iterator[ReplicaQuery]:
    text = _text(block)
    if block.place == "replicas":
        yield ReplicaQuery(block, (WIKI,), text)
    elif block.language == "r" or (block.language == "bash" and block.place == "stat"):
        inner = sql_inside.inside(block.language, text)
        yield from (ReplicaQuery(block, (i.wiki,), i.text) for i in inner if i.dialect == "mysql")
    elif block.language == "python" and "mariadb.run" in text:
        asked: list[tuple[str, str]] = []

        def ask(sql: str, wiki: str) -> str:
            asked.append((wiki, sql))
            return _HEADERS

        run_cell(text, ask)
        yield ReplicaQuery(block, tuple(wiki for wiki, _ in asked), asked[0][1])


def _text(block: Block) -> str:
    return fill(block.text, dict(READER.values))


def run_cell(text: str, ask: Ask) -> str:
    """Run `text`, a cell of a notebook, at NOW; return what is seen below it.

    What it has of wmfdata is a stand-in, that takes the answers of the replicas from `ask`.
    """

    def answer(query: interpreter.AskedQuery) -> interpreter.Answer:
        return {"tables": [ask(query.statements[-1], wiki) for wiki in query.wikis]}

    return interpreter.run(text, now=NOW.isoformat(), answer=answer)
