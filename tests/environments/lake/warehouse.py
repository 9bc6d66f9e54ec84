"""The lake on disk: built once, as Parquet files and a Derby metastore with their tables.

    .cache/lake/<hash>/metastore_db    Derby's database
    .cache/lake/<hash>/warehouse       <database>.db/<table>/<partition>=<value>/...
    .cache/lake/<hash>/classes.jsa     Java's archive of the classes that this took
    .cache/lake/classes-<hash>.jar     the classes that Hive's jars lack

A hash is that of everything that the lake, or the jar, is made from. Hive makes the
tables, from the facts; Spark writes the rows. Tables of Iceberg become tables of Parquet
here, without their hidden partitions: Hive 2.3 knows no Iceberg. The facts know no
sanitized table, so those of `event_sanitized` have the columns of the events that they are
named after, and no rows.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from macros.errors import ROOT
from macros.facts import Table, current
from tests.environments import scratch
from tests.environments.lake import rows
from tests.environments.lake.jvm import Classes, Jvm, Places, installed, versions

FOLDER = ROOT / ".cache" / "lake"
#: What of this folder is in the lake, or makes it.
_MADE_BY = (
    *(f"{name}.py" for name in ("warehouse", "jvm", "rows", "outside")),
    *(f"{name}.py" for name in ("views", "edits", "requests", "events", "canonical")),
    "LlapProxy.java",
    "LocalFiles.java",
)
#: Read when they are imported: what changes afterwards does not make this process's rows.
_SOURCES = [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _MADE_BY]
_LACKING = _SOURCES[-2:]
#: Run once, for the archive to have the classes of MapReduce as well.
_REHEARSAL = """
SELECT project, SUM(view_count) AS views FROM wmf.projectview_hourly
WHERE year = 2026 AND month = 10 GROUP BY project ORDER BY views LIMIT 3
"""
#: Seconds after which a lake that nobody opened is removed; until then a test may still run on it.
_A_DAY = 24 * 60 * 60
#: Tables of events that have a sanitized twin here.
_SANITIZED = ("searchsatisfaction", "virtualpageview")


@dataclass(frozen=True)
class Lake:
    """A lake on disk; `folder` has the layout that this module's docstring shows."""

    folder: Path

    @property
    def metastore(self) -> Path:
        """Derby's database. Copy it before you open it: one process at a time may."""
        return self.folder / "metastore_db"

    @property
    def warehouse(self) -> Path:
        """The folder of the databases."""
        return self.folder / "warehouse"

    @property
    def classes(self) -> Classes:
        """What Hive's jars lack, and the archive."""
        return Classes(_jar(), self.folder / "classes.jsa")


@cache
def tables() -> dict[str, Table]:
    """Return the tables of the lake by name: those of the facts that are not gone."""
    return {
        name: table
        for name, table in current().tables.items()
        if table.engine != "replica" and table.status != "retired" and table.columns
    }


_opening = threading.Lock()


def lake() -> Lake:
    """Return the lake, and build it first where it is not there; raises LakeError, EngineError.

    It is built once, whoever asks: threads wait for each other, and a failure stays one.
    """
    with _opening:
        opened = _open()
    if isinstance(opened, Exception):
        raise opened
    return opened


@cache
def _open() -> Lake | Exception:
    try:
        return _opened()
    except Exception as error:
        return error


def _opened() -> Lake:
    built = _built()
    if not built.is_dir():
        FOLDER.mkdir(parents=True, exist_ok=True)
        _build(built)
        _remove_old()
    os.utime(built)
    return Lake(built)


def is_built() -> bool:
    """Return whether the lake is there; where it is not, opening it takes a minute or two."""
    return _built().is_dir()


def _built() -> Path:
    return FOLDER / _hash()


def _remove_old() -> None:
    """Remove lakes that nobody opens any more, and half-built ones of processes that are gone."""
    for old in FOLDER.iterdir():
        building = re.fullmatch(r"building-guide-(\d+)-.*", old.name)
        if building:
            unused = not Path(f"/proc/{building[1]}").exists()
        else:
            unused = time.time() - old.stat().st_mtime > _A_DAY
        if unused and old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        elif unused and old != _jar():  # which keeps its time, or the archive no longer fits
            old.unlink(missing_ok=True)


def _hash() -> str:
    """Return the hash of what the lake is made from, and of where: Hive keeps whole paths."""
    return _hash_of(
        str(ROOT),
        installed(),
        *(f"{name} {_columns(table)} {table.partitions}" for name, table in tables().items()),
        *_SOURCES,
    )


def _hash_of(*parts: str) -> str:
    return hashlib.sha256("\n".join((json.dumps(versions()), *parts)).encode()).hexdigest()[:16]


def _jar() -> Path:
    return FOLDER / f"classes-{_hash_of(*_LACKING)}.jar"


def _build(built: Path) -> None:
    """Build the lake beside `built`, and move it there when it is whole."""
    with scratch.folder() as temporary:
        unfinished = Lake(FOLDER / f"building-{temporary.name}")
        unfinished.warehouse.mkdir(parents=True)
        try:
            if not _jar().exists():
                _compile(unfinished, temporary)
            _fill(unfinished, built, temporary)
            with suppress(OSError):  # another process was quicker
                unfinished.folder.rename(built)
        finally:
            shutil.rmtree(unfinished.folder, ignore_errors=True)


def _compile(lake: Lake, temporary: Path) -> None:
    """Make the jar, by a Java of its own: the archive is of jars that were there from the start."""
    jvm = Jvm(_places(lake, temporary))
    try:
        jvm.compile(_LACKING, temporary / "classes.jar")
    finally:
        jvm.stop()
    shutil.move(temporary / "classes.jar", _jar())


def _places(lake: Lake, temporary: Path) -> Places:
    return Places(lake.metastore, lake.warehouse, lake.classes, temporary)


def _fill(lake: Lake, built: Path, temporary: Path) -> None:
    jvm = Jvm(_places(lake, temporary), archiving=True)
    try:
        for name, table in tables().items():
            jvm.hive(f"CREATE DATABASE IF NOT EXISTS `{name.split('.')[0]}`")
            jvm.hive(_ddl(name, table))
        jvm.hive("CREATE DATABASE event_sanitized")
        for name in _SANITIZED:
            jvm.hive(f"CREATE TABLE event_sanitized.{name} LIKE event.{name}")
        for name, table in tables().items():
            _load(jvm, name, rows.rows(name, table), temporary / "rows.json")
        jvm.hive(_REHEARSAL)
        _relocate(jvm, lake.warehouse, built / "warehouse")
    finally:
        jvm.stop()


def _columns(table: Table) -> dict[str, str]:
    return {name: column.type for name, column in table.columns.items()}


def _ddl(name: str, table: Table) -> str:
    # A field of a struct may be called by one of Hive's own words, such as database.
    kinds = {name: re.sub(r"(\w+):", r"`\1`:", kind) for name, kind in _columns(table).items()}
    columns = ", ".join(f"`{column}` {kind}" for column, kind in kinds.items())
    partitions = ", ".join(f"`{column}` {kind}" for column, kind in table.partitions.items())
    quoted = ".".join(f"`{part}`" for part in name.split("."))
    partitioned = f" PARTITIONED BY ({partitions})" if partitions else ""
    return f"CREATE TABLE {quoted} ({columns}){partitioned} STORED AS PARQUET"


def _load(jvm: Jvm, name: str, rows: list[dict[str, Any]], path: Path) -> None:
    """Write `rows` into the table `name`: one file for each partition."""
    if not rows:
        return
    lines = (json.dumps(row, separators=(",", ":")) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    spark = jvm.spark_session
    schema = spark.table(name).schema()
    frame = spark.read().schema(schema).option("mode", "FAILFAST").json(path.as_uri())
    frame.coalesce(1).write().insertInto(name)


def _relocate(jvm: Jvm, old: Path, new: Path) -> None:
    """Tell the metastore that the warehouse `old` is `new`, as Hive's own metatool does."""
    before, after = old.as_uri(), new.as_uri()
    connection = jvm.java.java.sql.DriverManager.getConnection(jvm.derby())
    statement = connection.createStatement()
    for table, column in (("DBS", "DB_LOCATION_URI"), ("SDS", "LOCATION")):
        for was, becomes in ((before, after), (before.replace("///", "/"), after)):
            statement.executeUpdate(
                f"UPDATE {table} SET {column} = "  # noqa: S608 # names are Hive's, paths ours
                f"'{becomes}' || SUBSTR({column}, {len(was) + 1}) WHERE {column} LIKE '{was}%'"
            )
    connection.close()
