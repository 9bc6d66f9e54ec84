"""What a replica answers to a query of the guide, by the program of the stat host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from macros.facts import current
from tests.checks.recorded import RESULTS, difference
from tests.checks.replica_queries import COMMAND, NOW, READER, WIKI, ReplicaQuery, run_cell, wikis
from tests.environments.ended import Ended
from tests.environments.lab import start as labs
from tests.environments.lab import wmfdata
from tests.environments.lab.host import after_login, quoted
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import replicas

_USER = READER.values["shell_name"]
_WRITTEN = re.compile(r"> (~/\S+)")
_MARK = "-- the next answer --"


class QueryRefused(AssertionError):
    """MariaDB, or its client, refused: in its own words."""


@contextmanager
def started() -> Iterator[Lab]:
    """Start a lab with the replicas, whose newcomer may read the credentials on the stat host."""
    running = labs.start(READER, wikis())
    try:
        group = str(current().values["replica_credentials_group"].value)
        running.stat.add_user(_USER, [group])
        running.need("replicas")
        replicas.grant(running)
        wmfdata.install(running)
        yield running
    finally:
        running.end()


def wrong(query: ReplicaQuery, lab: Lab, recording: bool = False) -> str | None:
    """Return what is wrong with what the reader of `query` sees, with file and line, or None.

    With `recording`, it is written down instead of compared.
    """
    try:
        seen = _seen(lab, query)
    except QueryRefused as refused:
        return f"{_where(query, str(refused))}: MariaDB: {refused}"
    again = f".venv/bin/pytest tests/suites/queries/test_replicas.py -k {query.id} --record"
    differs = difference(recorded(query), seen, recording, again)
    return f"{query.block.where()}: MariaDB: {differs}" if differs else None


def recorded(query: ReplicaQuery) -> Path:
    """Return the file with what is seen after `query`: what the client, a cell or R prints."""
    return RESULTS / f"{query.id}.txt"


def _seen(lab: Lab, query: ReplicaQuery) -> str:
    """Do what the page says with the block of `query`; return what its reader sees."""
    language = query.block.language
    with _present(lab, query):
        if language == "python":
            return run_cell(query.text, lambda sql, wiki: ask(lab, sql, wiki))
        if language == "r":
            return _words(on_stat(lab, after_login("R --no-echo --vanilla"), query.text))
        if language == "bash":
            look = f"cat {' '.join(_WRITTEN.findall(query.text))}"
            return _words(on_stat(lab, f"{query.text}\n{look}"))
        return ask(lab, query.sql, *query.wikis)


def _where(query: ReplicaQuery, words: str) -> str:
    """Return file:line of the first line that has the name or text which `words` quote."""
    named = re.search(r"(?:column|Table|near|FUNCTION) '(?:\w+\.)?(\w+)", words)
    lines = query.text.split("\n")
    found = (number for number, line in enumerate(lines, 1) if named and named[1] in line)
    return query.block.where(next(found, 1))


def answers(lab: Lab, query: ReplicaQuery, wiki: str, variants: list[str]) -> list[list[str]]:
    """Return the rows that `wiki` has for each of `variants` of `query`; none where one fails."""
    text = "".join(f"SELECT '{_MARK}';\n{sql.strip().rstrip(';')};\n" for sql in variants)
    with _present(lab, query):
        said = on_stat(lab, quoted(COMMAND, wiki, "-B", "-N", "--force"), text).out
    said_rows = [answer.splitlines() for answer in said.split(f"{_MARK}\n")[1:]]
    return said_rows if query.ordered else [sorted(answer) for answer in said_rows]


@contextmanager
def _present(lab: Lab, query: ReplicaQuery) -> Iterator[None]:
    """Where `query` asks for the days before NOW, add edits of those days for as long."""
    if not query.moves:
        yield
        return
    replicas.add_recent(lab, WIKI, NOW)
    try:
        yield
    finally:
        replicas.remove_recent(lab, WIKI)


def ask(lab: Lab, sql: str, wiki: str) -> str:
    """Return what the client prints for `sql`, in order where any order may come.

    Raises QueryRefused.
    """
    answer = _words(on_stat(lab, quoted(COMMAND, wiki, "-B"), sql))
    head, *rows = answer.splitlines(keepends=True) or [""]
    return answer if "ORDER BY" in sql else "".join([head, *sorted(rows)])


def _words(result: Ended) -> str:
    """Return what was printed; raises QueryRefused: the program ends with 0 whatever happens."""
    error = re.search(r"^(ERROR|Error) .*", result.err, re.MULTILINE)
    if error or result.code:
        raise QueryRefused(error[0] if error else result.err)
    return result.out


def on_stat(lab: Lab, command: str, stdin: str = "") -> Ended:
    """Run `command` as the reader on the stat host."""
    return lab.run(lab.stat, command, _USER, stdin)
