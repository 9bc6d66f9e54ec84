"""The engines of the guide over the lake: `spark`, `hive` and `presto`, each from SQL to rows.

Spark and Hive are themselves, in one Java process that starts with the first query and
ends with this one, over a copy of the metastore. Presto is DuckDB on the same files: see
`tests.environments.lake.duck`.
"""

from __future__ import annotations

import atexit
import shutil
from functools import cache

from tests.environments import scratch
from tests.environments.lake import warehouse
from tests.environments.lake.duck import Duck
from tests.environments.lake.jvm import Jvm, Places
from tests.environments.lake.result import Result


def run(engine: str, sql: str) -> Result:
    """Run one statement in `engine` (hive, spark or presto); raises EngineError, LakeError."""
    if engine == "presto":
        return duck().run(sql)
    return _jvm().hive(sql) if engine == "hive" else _jvm().spark(sql)


@cache
def duck() -> Duck:
    """Return DuckDB with the tables of the lake."""
    return Duck(warehouse.lake().warehouse, warehouse.tables())


@cache
def _jvm() -> Jvm:
    lake = warehouse.lake()
    folder = scratch.new_folder()
    atexit.register(scratch.remove, folder)
    metastore = folder / "metastore_db"
    shutil.copytree(lake.metastore, metastore)
    jvm = Jvm(Places(metastore, lake.warehouse, lake.classes, folder))
    atexit.register(jvm.stop)
    return jvm
