"""What a statement of a page cannot do to the machine that asks the engines, or to the lake."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from tests.environments import scratch
from tests.environments.lake import engines, warehouse
from tests.environments.lake.result import EngineError, Result

pytestmark = pytest.mark.slow
KEPT = "of the person at this machine"
#: OUT is a folder of the machine with the file `kept`.
STATEMENTS = [
    ("hive", "SELECT TRANSFORM(a) USING 'touch OUT/new' AS b FROM (SELECT 1 AS a) t"),
    ("hive", "INSERT OVERWRITE LOCAL DIRECTORY 'OUT/new' SELECT 1 AS a"),
    ("hive", "EXPORT TABLE wmf.projectview_hourly TO 'file://OUT/new'"),
    ("hive", "TRUNCATE TABLE wmf.projectview_hourly"),
    ("spark", "SELECT TRANSFORM(1) USING 'cat OUT/kept'"),
    ("spark", "INSERT OVERWRITE LOCAL DIRECTORY 'OUT/new' SELECT 1"),
    ("spark", "SELECT * FROM text.`OUT/kept`"),
    ("spark", "SELECT java_method('java.lang.System', 'getenv', 'SSH_AUTH_SOCK')"),
    ("spark", "INSERT INTO wmf.projectview_hourly SELECT * FROM wmf.projectview_hourly"),
    ("presto", "COPY (SELECT 1) TO 'OUT/new'"),
    ("presto", "SELECT * FROM read_text('OUT/kept')"),
    ("presto", "SELECT * FROM 'OUT/kept'"),
    ("presto", "ATTACH 'OUT/new' AS planted"),
]


@pytest.mark.parametrize(("engine", "statement"), STATEMENTS)
def test_a_statement_neither_changes_nor_sees_the_machine(engine: str, statement: str) -> None:
    with scratch.folder() as outside:
        (outside / "kept").write_text(KEPT)
        before = _files(outside), _files(warehouse.lake().warehouse)
        answer: Result | None = None
        with suppress(EngineError):
            answer = engines.run(engine, statement.replace("OUT", str(outside)))
        assert (_files(outside), _files(warehouse.lake().warehouse)) == before
        assert KEPT not in str(answer)


def _files(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
