"""Stands in for the Presto server, of which none is to be had: DuckDB over the lake's files.

A program: its argument is the format of the tables that the catalog has, hive or iceberg, and its
standard input a JSON list of statements in Presto's SQL; it prints the result of the last one, a
pickled data frame. What DuckDB refuses goes to standard error, with exit code 1.
"""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path

import pandas as pd

from tests.environments.lake import warehouse
from tests.environments.lake.duck import Duck
from tests.environments.lake.result import EngineError, Result

#: The file that says in which folder the tables are which the metastore of this lab knows.
_LAKE = Path("/etc/hive/lake")


def frame(result: Result) -> pd.DataFrame:
    """Return `result` as wmfdata does: with days and times that pandas can reckon with."""
    made = result.frame()
    for name, kind in zip(result.columns, result.types, strict=True):
        if kind.startswith(("date", "timestamp")):
            made[name] = pd.to_datetime(made[name])
    return made


def main() -> int:
    """Run what standard input asks for; return the exit code."""
    tables = {name: t for name, t in warehouse.tables().items() if t.engine == sys.argv[1]}
    result, duck = None, Duck(Path(_LAKE.read_text(encoding="utf-8")), tables)
    try:
        for statement in json.load(sys.stdin):
            result = frame(duck.run(statement))
    except EngineError as error:
        print(error.words, file=sys.stderr)
        return 1
    pickle.dump(result, sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
