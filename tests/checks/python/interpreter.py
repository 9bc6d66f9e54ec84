"""Python of the guide, run in a sandbox: there wmfdata asks, and is answered here."""

from __future__ import annotations

import json
import sys
import sysconfig
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from macros.errors import unknown
from macros.facts import current
from tests.checks import sql
from tests.checks.own_tables import OwnTables
from tests.environments.sandbox import Contained, sandbox

_PROGRAM = Path(__file__).with_name("inside.py")
_INSIDE, _PACKAGES, _PYTHON = "/opt/inside.py", "/opt/packages", "/opt/python"
_LONGEST = 10_000  # characters of a query
_DIALECTS = ("hive", "spark", "presto", "mysql")
#: Asks an engine: from a query of the cell to what becomes its data frame, as JSON.
Answer = dict[str, Any]
Answering = Callable[["AskedQuery"], Answer]


@dataclass(frozen=True)
class AskedQuery:
    """What a cell asks wmfdata for: the dialect, the statements, and the wikis or the catalog."""

    dialect: str
    statements: tuple[str, ...]
    wikis: tuple[str, ...] = ()
    catalog: str = ""


class FenceError(AssertionError):
    """What went wrong in a piece of Python; `line` is the line in its file, 0 where none is."""

    def __init__(self, message: str, line: int = 0):
        super().__init__(message)
        self.line = line


def run(
    source: str, filename: str = "<cell>", now: str = "", answer: Answering | None = None
) -> str:
    """Run `source` in a home of its own; return what a notebook shows below it, frames as TSV.

    `now` is the time that it takes for the present (ISO 8601), by default the present. `answer`
    answers its queries, by default with no rows. Raises FenceError with the line that failed, and
    UncontainedError where there is no sandbox.
    """
    message: dict[str, Any] = {"source": source, "filename": filename, "now": now}
    answering, own = answer or nothing, OwnTables()
    while True:
        try:
            said = json.loads(_interpreter().ask(json.dumps(message)))
        except RuntimeError as error:
            end()
            raise FenceError(str(error)) from None
        if "ask" not in said:
            break
        message = _answered(said["ask"], answering, own)
    if said["error"]:
        told = said["error"]
        raise FenceError(f"{told['type']}: {told['message']}", told["line"])
    return str(said["printed"]) + str(said["value"])


def nothing(query: AskedQuery) -> Answer:
    """Answer `query` with its columns and no rows; raises FenceError for what is wrong with it."""
    result = sql.result(query.statements[-1], query.dialect)
    return {"columns": [[name, str(kind)] for name, kind in result.dtypes.items()]}


def _answered(asked: Any, answering: Answering, own: OwnTables) -> Answer:
    try:
        query = _query(asked)
        read = tuple(own.read(statement, query.dialect) for statement in query.statements)
        query = replace(query, statements=read)
        _check(query)
        return answering(query)
    except FenceError as error:
        return {"error": str(error)}


def _query(asked: dict[str, Any]) -> AskedQuery:
    """Return what was asked for, in which nothing is as it should be until it was looked at."""
    texts = [*asked["commands"], *asked.get("dbs", []), asked.get("catalog", "")]
    if not all(isinstance(text, str) and len(text) <= _LONGEST for text in texts):
        raise FenceError(f"a query, a wiki and a catalog are texts of {_LONGEST} letters at most")
    if asked["engine"] not in _DIALECTS or not asked["commands"]:
        raise FenceError("no query")
    wikis, catalog = tuple(asked.get("dbs", [])), asked.get("catalog", "")
    return AskedQuery(asked["engine"], tuple(asked["commands"]), wikis, catalog)


def _check(query: AskedQuery) -> None:
    """Raise FenceError for the first thing that is wrong with `query`."""
    catalogs = {
        current().values[name].value for name in ("presto_catalog", "presto_catalog_iceberg")
    }
    if query.catalog and query.catalog not in catalogs:
        raise FenceError(unknown("catalog of Presto", query.catalog, map(str, catalogs)))
    known = {wiki for section in current().sections.values() for wiki in section.wikis}
    for wiki in query.wikis:
        if wiki not in known:
            raise FenceError(f"no wiki {wiki!r} in the sections of the facts")
    for statement in query.statements:
        problems = sql.problems(statement, query.dialect)
        if problems:
            first = problems[0]
            raise FenceError(f"in the query, line {first.line}: {first.message}")


_running = ExitStack()


@cache
def _interpreter() -> Contained:
    """Start the sandbox, which serves all that this process has to run."""
    box = _running.enter_context(sandbox("jdoe", host="stat"))
    packages = {_PACKAGES: Path(sysconfig.get_path("purelib")), _INSIDE: _PROGRAM}
    shown, program = _python()
    box = replace(box, shown={**packages, **shown})
    environment = {"PYTHONPATH": _PACKAGES, "LD_LIBRARY_PATH": f"{_PYTHON}/lib"}
    command = [program, "-s", "-B", _INSIDE]
    return _running.enter_context(box.start(command, environment))


def _python() -> tuple[dict[str, Path], str]:
    """Return what has to be shown of the Python that runs this, and its program inside."""
    name = f"bin/python{sys.version_info.major}.{sys.version_info.minor}"
    if sys.base_prefix == "/usr":
        return {}, f"/usr/{name}"
    return {_PYTHON: Path(sys.base_prefix)}, f"{_PYTHON}/{name}"


def end() -> None:
    """End the sandbox, if it was started; what is asked for later starts another."""
    _running.close()
    _interpreter.cache_clear()
