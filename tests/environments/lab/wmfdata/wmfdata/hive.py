"""Stands in for wmfdata.hive; the same functions as there. It asks the server by JDBC."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pandas as pd
from py4j.protocol import Py4JJavaError
from pyspark import SparkContext

from .settings import SETTINGS
from .utils import check_kerberos_auth, ensure_list


class HiveError(Exception):
    """What the server has against a statement, in its own words."""


def run(commands: str | list[str]) -> pd.DataFrame | None:
    """Run `commands`; return the result of the last that has one, as a data frame.

    Raises OSError without a ticket, HiveError.
    """
    check_kerberos_auth()
    result = None
    try:
        connection = _java().java.sql.DriverManager.getConnection(SETTINGS["hive"])
        try:
            statement = connection.createStatement()
            for command in ensure_list(commands):
                if statement.execute(command):
                    result = _frame(statement.getResultSet())
        finally:
            connection.close()
    except Py4JJavaError as error:
        raise HiveError(_words(error.java_exception.getMessage())) from None
    return result


def load_csv(  # noqa: PLR0917 # as there
    path: str,
    field_spec: str,
    db_name: str,
    table_name: str,
    create_db: bool = False,
    sep: str = ",",
    headers: bool = True,
) -> None:
    """Refuse: the tables of the lab cannot be written to."""
    raise NotImplementedError("the lab of the guide has no table that can be written to")


@cache
def _java() -> Any:
    """Return the Java process with Hive's driver: Spark's, which ends with this one."""
    SparkContext._ensure_initialized()
    java: Any = SparkContext._jvm
    java.java.lang.Class.forName("org.apache.hive.jdbc.HiveDriver")
    return java


def _frame(rows: Any) -> pd.DataFrame:
    about = rows.getMetaData()
    numbers = range(1, about.getColumnCount() + 1)
    records = []
    while rows.next():
        records.append([_plain(rows.getObject(number)) for number in numbers])
    names = [about.getColumnLabel(number) for number in numbers]
    return pd.DataFrame.from_records(records, columns=names)


def _words(message: str) -> str:
    """Return what the server says itself: without its stack, and the plan before that."""
    return re.split(r";\n|\n+\tat ", message)[0]


def _plain(value: Any) -> Any:
    """Return a value of Java as Python's own: of days and times, the text."""
    return value.toString() if hasattr(value, "getClass") else value
