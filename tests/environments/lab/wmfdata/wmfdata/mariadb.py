"""Stands in for wmfdata.mariadb; the same functions as there."""

from __future__ import annotations

import subprocess
from typing import Any, NamedTuple

import pandas as pd
import pymysql
from pymysql.connections import Connection

from .settings import SETTINGS
from .utils import ensure_list


class ResultSet(NamedTuple):
    """A result in the format `tuples`."""

    column_names: list[str]
    records: list[tuple[Any, ...]]


def connect(db: str, use_x1: bool = False) -> Connection[Any]:
    """Return a connection to the database `db`, where `analytics-mysql` says that it is.

    Raises ValueError for one that is in no list, and what PyMySQL raises.
    """
    command = ["analytics-mysql", db, "--print-target", *(["--use-x1"] if use_x1 else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    host, _, port = done.stdout.strip().rpartition(":")
    if not host:
        raise ValueError(f"The database '{db}' was not found.")
    return pymysql.connect(
        host=host,
        port=int(port),
        database=db,
        read_default_file=SETTINGS["credentials"],
        charset="utf8mb4",
        autocommit=True,
    )


def run(  # noqa: PLR0917 # as there
    commands: str | list[str],
    dbs: str | list[str],
    use_x1: bool = False,
    format: str = "pandas",
    date_col: str | list[str] | None = None,
    index_col: str | list[str] | None = None,
) -> Any:
    """Run `commands` on each of `dbs`; return the results of the last that has one, in one.

    Raises ValueError for another `format` or database, and what PyMySQL raises.
    """
    if format not in ("pandas", "tuples"):
        raise ValueError("The format you specified is not supported.")
    results = [_ask(ensure_list(commands), db, use_x1) for db in ensure_list(dbs)]
    answered = [result for result in results if result]
    if not answered:
        return None
    if format == "tuples":
        records = [record for result in answered for record in result.records]
        return ResultSet(answered[0].column_names, records)
    frames = [_frame(result, date_col, index_col) for result in answered]
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=not index_col)


def _ask(commands: list[str], db: str, use_x1: bool) -> ResultSet | None:
    result = None
    connection = connect(db, use_x1)
    with connection, connection.cursor() as cursor:
        for command in commands:
            cursor.execute(command)
            if cursor.description:
                names = [column[0] for column in cursor.description]
                records = [tuple(map(_text, row)) for row in cursor.fetchall()]
                result = ResultSet(names, records)
    return result


def _text(value: Any) -> Any:
    """Return bytes, which is what the replicas have for texts, as text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _frame(
    result: ResultSet, date_col: str | list[str] | None, index_col: str | list[str] | None
) -> pd.DataFrame:
    frame = pd.DataFrame.from_records(
        result.records, columns=result.column_names, coerce_float=True
    )
    for column in ensure_list(date_col or []):
        frame[column] = pd.to_datetime(frame[column], format="%Y%m%d%H%M%S")
    return frame.set_index(index_col) if index_col else frame
