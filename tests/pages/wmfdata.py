"""A stand-in for wmfdata-python, which needs the analytics cluster.

It has the same functions and signatures (wmfdata-python 2.4.0, 2024-11-04),
checks the SQL that it is given against the facts, and returns an empty frame
with the query's columns.
"""

from __future__ import annotations

import types
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pandas as pd

from macros.facts import current
from tests.checks import sql


def _run(commands: str | list[str], dialect: str) -> Any:
    results = None
    for command in [commands] if isinstance(commands, str) else commands:
        problems = sql.problems(command, dialect)
        if problems:
            raise AssertionError(f"in the query, line {problems[0].line}: {problems[0].message}")
        results = sql.result(command, dialect)
    return results


def _presto_run(commands: str | list[str], catalog: str = "analytics_hive") -> Any:
    if catalog != current().values["presto_catalog"].value:
        raise AssertionError(f"no catalog {catalog!r}")
    return _run(commands, "presto")


def _hive_run(commands: str | list[str]) -> Any:
    return _run(commands, "hive")


def _spark_run(commands: str | list[str]) -> Any:
    return _run(commands, "spark")


def _get_active_session() -> None:
    """Say that no session runs: none does here."""


def _create_session(
    type: str = "yarn-regular",
    app_name: str | None = None,
    extra_settings: dict[str, str] | None = None,
    ship_python_env: bool = False,
) -> object:
    if type not in {"local", "yarn-regular", "regular", "yarn-large", "large"}:
        raise AssertionError(f"no session type {type!r}")
    return object()


def _mariadb_run(
    commands: str | list[str],
    dbs: str | list[str],
    use_x1: bool = False,
    format: str = "pandas",
    date_col: str | list[str] | None = None,
    index_col: str | None = None,
) -> Any:
    known = {wiki for section in current().sections.values() for wiki in section.wikis}
    for db in [dbs] if isinstance(dbs, str) else dbs:
        if db not in known:
            raise AssertionError(f"no wiki {db!r} in the sections of the facts")
    results = _run(commands, "mysql")
    for column in [date_col] if isinstance(date_col, str) else date_col or []:
        results[column] = pd.to_datetime(results[column], format="%Y%m%d%H%M%S")
    return results


def _mediawiki_dt(dt: datetime) -> str:
    return dt.strftime("%Y%m%d%H%M%S")


def _sql_tuple(i: Iterable[str]) -> str:
    return f"({', '.join(map(repr, i))})"


def _df_to_remarkup(df: pd.DataFrame) -> None:
    rows = [list(df.columns), ["-----"] * len(df.columns), *df.to_numpy().tolist()]
    print("\n".join(f"| {' | '.join(map(str, row))}" for row in rows))


def _module(name: str, **members: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__dict__.update(members)
    return module


def modules() -> dict[str, types.ModuleType]:
    """Return the stand-in's modules by name."""
    parts = {
        "hive": _module("wmfdata.hive", run=_hive_run),
        "spark": _module(
            "wmfdata.spark",
            run=_spark_run,
            create_session=_create_session,
            get_active_session=_get_active_session,
        ),
        "presto": _module("wmfdata.presto", run=_presto_run),
        "mariadb": _module("wmfdata.mariadb", run=_mariadb_run),
        "utils": _module(
            "wmfdata.utils",
            mediawiki_dt=_mediawiki_dt,
            sql_tuple=_sql_tuple,
            df_to_remarkup=_df_to_remarkup,
        ),
    }
    package = _module("wmfdata", **parts)
    return {"wmfdata": package} | {module.__name__: module for module in parts.values()}
