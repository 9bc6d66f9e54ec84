"""Stands in for wmfdata.presto; the same function as there. It asks DuckDB, on the same rows."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from typing import Any

from .settings import SETTINGS
from .utils import check_kerberos_auth, ensure_list


class PrestoError(Exception):
    """What the engine has against a statement, in its own words."""


def run(commands: str | list[str], catalog: str = "analytics_hive") -> Any:
    """Run `commands`; return the result of the last one as a data frame.

    Raises OSError without a ticket, PrestoError.
    """
    check_kerberos_auth()
    formats = {SETTINGS["hive_catalog"]: "hive", SETTINGS["iceberg_catalog"]: "iceberg"}
    if catalog not in formats:
        raise PrestoError(f"Catalog {catalog} does not exist")
    done = subprocess.run(
        [sys.executable, "-m", "tests.environments.lab.wmfdata.presto_server", formats[catalog]],
        input=json.dumps(ensure_list(commands)).encode(),
        capture_output=True,
        cwd=SETTINGS["checkout"],
        check=False,
    )
    if done.returncode:
        raise PrestoError(done.stderr.decode().strip())
    return pickle.loads(done.stdout)  # noqa: S301 # a program of ours
