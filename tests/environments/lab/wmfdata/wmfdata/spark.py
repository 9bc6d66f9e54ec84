"""Stands in for wmfdata.spark; the same functions as there. Sessions are local ones."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pyspark.sql import SparkSession

from .utils import check_kerberos_auth, ensure_list

#: Types of sessions. What they set is for a cluster, and nothing of it is set here.
_TYPES = ("local", "yarn-regular", "yarn-large", "regular", "large")
#: With one thread rows come in the same order each time.
_MASTER = "local[1]"


def get_active_session() -> SparkSession | None:
    """Return the session that runs, or None."""
    return SparkSession.getActiveSession()


def create_custom_session(
    master: str = "local[2]",
    app_name: str = "wmfdata-custom",
    spark_config: dict[str, Any] = {},  # noqa: B006
    ship_python_env: bool = False,
    conda_pack_kwargs: dict[str, Any] = {},  # noqa: B006
) -> SparkSession:
    """Return a new session with the settings `spark_config`; one that runs is stopped.

    It runs on the stat host whatever `master` is. Raises OSError without a ticket.
    """
    check_kerberos_auth()
    running = get_active_session()
    if running:
        running.stop()
    builder = SparkSession.builder.master(_MASTER).appName(app_name).enableHiveSupport()
    for name, value in spark_config.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def create_session(
    type: str = "yarn-regular",
    app_name: str | None = None,
    extra_settings: dict[str, Any] = {},  # noqa: B006
    ship_python_env: bool = False,
) -> SparkSession:
    """Return a new session of one of the types.

    Raises OSError without a ticket, ValueError for another type.
    """
    if type not in _TYPES:
        raise ValueError(
            f"'{type}' is not a valid predefined Spark session type. Must be one of {_TYPES}"
        )
    return create_custom_session(_MASTER, app_name or f"wmfdata-{type}", extra_settings)


def run(commands: str | list[str]) -> pd.DataFrame | None:
    """Run `commands` in the session that runs, or in a new one of type yarn-regular.

    Return the result of the last that has one. Raises OSError without a ticket, and what PySpark
    raises.
    """
    session = get_active_session() or create_session()
    result = None
    for command in ensure_list(commands):
        answer = session.sql(command)
        if answer.columns:
            result = answer.toPandas()
    return result
