"""The program that runs Python of the guide inside of a sandbox, each piece in a child process.

It is given one JSON object a line on its standard input, `source`, `filename` and `now`, and gives
lines of JSON: `ask` where the piece asks an engine for something, which the next line on its input
answers, and at last `printed`, `value` and `error`. A child has only a pipe to this program.
When it has ended, so has all that it started, and all that it wrote is gone: the next one meets
nothing of it. This file is shown to the sandbox alone, so it imports nothing of the project.
"""

from __future__ import annotations

import ast
import ctypes
import io
import json
import os
import shutil
import signal
import socket
import sys
import traceback
import types
from collections.abc import Iterable
from contextlib import redirect_stdout, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

_SET_DUMPABLE = 4  # prctl(2)
#: Where a piece can write.
_WRITABLE = [Path.home(), Path("/tmp"), Path("/dev/shm")]  # noqa: S108 # the sandbox's own
#: Sessions that wmfdata.spark can make: the facts wmfdata_session_*, and their short names.
_SESSIONS = {"local", "yarn-regular", "regular", "yarn-large", "large"}


def main() -> None:
    """Run what is asked for until there is nothing more; refuse to, outside of a sandbox."""
    # What clears up after a piece ends every process that it can see.
    if Path("/proc/1/comm").read_text(encoding="utf-8") != "bwrap\n":
        sys.exit("this runs inside of a sandbox alone: see interpreter.py")
    # What has the same user cannot look into, or steer, a process that must not be dumped.
    ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)
    for line in sys.stdin:
        ours, theirs = socket.socketpair()
        if os.fork() == 0:
            ours.close()
            _be_child(theirs, json.loads(line))
        theirs.close()
        _relay(ours)
        _clear()


def _relay(child: socket.socket) -> None:
    """Hand over what a child says, and what it is answered, until it is done."""
    said = child.makefile("r", encoding="utf-8", errors="replace")
    done = False
    for line in said:
        message = json.loads(line)
        print(json.dumps(message), flush=True)
        done = "ask" not in message
        if done:
            break
        child.sendall(sys.stdin.readline().encode())
    if not done:
        error = {"type": "SystemExit", "message": "it ended before its last line", "line": 0}
        print(json.dumps({"printed": "", "value": "", "error": error}), flush=True)


def _clear() -> None:
    """End every other process of the sandbox, and remove what there is in its folders."""
    with suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    with suppress(ChildProcessError):
        while True:
            os.wait()
    for folder in _WRITABLE:
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


# -- in the child ------------------------------------------------------------------------------


def _be_child(channel: socket.socket, job: dict[str, Any]) -> None:
    ctypes.CDLL(None).prctl(_SET_DUMPABLE, 1, 0, 0, 0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.chdir(Path.home())
    lines = channel.makefile("rw", encoding="utf-8")
    lines.write(json.dumps(_run(job, lines)) + "\n")
    lines.flush()
    os._exit(0)


def _run(job: dict[str, Any], channel: Any) -> dict[str, Any]:
    """Run the piece `job`; return what it printed, its last value as TSV, and its error."""
    shown, error = "", None
    with redirect_stdout(io.StringIO()) as printed:
        try:
            sys.modules.update(_wmfdata(channel))
            if job["now"]:
                sys.modules["datetime"] = _clock(datetime.fromisoformat(job["now"]))
            value = _value(job["source"], job["filename"])
            if isinstance(value, pd.DataFrame):
                shown = value.to_csv(sep="\t", index=False)
        except BaseException as raised:
            error = {
                "type": type(raised).__name__,
                "message": str(raised),
                "line": _line(raised, job["filename"]),
            }
    return {"printed": printed.getvalue(), "value": shown, "error": error}


def _value(source: str, filename: str) -> Any:
    """Run `source` as the module `__main__`, and return the value of its last line, if it has one.

    So does a notebook.
    """
    tree = ast.parse(source, filename)
    names: dict[str, Any] = {"__name__": "__main__"}
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, filename, "exec"), names)  # noqa: S102 # what this program is for
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), filename, "eval"), names)  # noqa: S307


def _line(error: BaseException, filename: str) -> int:
    """Return the line of `filename` that `error` went through last; 0 where it knows none."""
    if isinstance(error, SyntaxError):
        return error.lineno or 0
    lines = [e.lineno for e in traceback.extract_tb(error.__traceback__) if e.filename == filename]
    return (lines[-1] or 0) if lines else 0


def _clock(now: datetime) -> types.ModuleType:
    """Return the module `datetime`, at a time that stands still."""

    class Moment(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return now

    module = types.ModuleType("datetime")
    module.__dict__.update(sys.modules["datetime"].__dict__ | {"datetime": Moment})
    return module


# -- a stand-in for wmfdata-python, which needs the analytics cluster --------------------------
# It has the same functions and signatures (wmfdata-python 2.4.0, 2024-11-04). What it is asked for
# it asks in turn, outside.


def _wmfdata(channel: Any) -> dict[str, types.ModuleType]:
    """Return the modules of wmfdata by name, which ask over `channel`."""

    def ask(engine: str, commands: str | list[str], **more: Any) -> pd.DataFrame:
        listed = [commands] if isinstance(commands, str) else commands
        channel.write(json.dumps({"ask": {"engine": engine, "commands": listed, **more}}) + "\n")
        channel.flush()
        answer = json.loads(channel.readline())
        if "error" in answer:
            raise AssertionError(answer["error"])
        if "columns" in answer:
            return pd.DataFrame({n: pd.Series(dtype=kind) for n, kind in answer["columns"]})
        tables = [pd.read_csv(io.StringIO(text), sep="\t") for text in answer["tables"]]
        return pd.concat(tables, ignore_index=True)

    def presto_run(commands: str | list[str], catalog: str = "analytics_hive") -> pd.DataFrame:
        return ask("presto", commands, catalog=catalog)

    def hive_run(commands: str | list[str]) -> pd.DataFrame:
        return ask("hive", commands)

    def spark_run(commands: str | list[str]) -> pd.DataFrame:
        return ask("spark", commands)

    def mariadb_run(
        commands: str | list[str],
        dbs: str | list[str],
        use_x1: bool = False,
        format: str = "pandas",
        date_col: str | list[str] | None = None,
        index_col: str | None = None,
    ) -> pd.DataFrame:
        asked = [dbs] if isinstance(dbs, str) else dbs
        result = ask("mysql", commands, dbs=asked)
        for column in [date_col] if isinstance(date_col, str) else date_col or []:
            times = result[column].astype(str)
            result[column] = pd.to_datetime(times, format="%Y%m%d%H%M%S")
        return result

    return _package(
        hive={"run": hive_run},
        spark={
            "run": spark_run,
            "create_session": _create_session,
            "get_active_session": _get_active_session,
        },
        presto={"run": presto_run},
        mariadb={"run": mariadb_run},
        utils={
            "mediawiki_dt": _mediawiki_dt,
            "sql_tuple": _sql_tuple,
            "df_to_remarkup": _df_to_remarkup,
        },
    )


def _package(**parts: dict[str, Any]) -> dict[str, types.ModuleType]:
    """Return the package wmfdata and its modules, by name, with their members."""
    modules = {name: types.ModuleType(f"wmfdata.{name}") for name in parts}
    for name, members in parts.items():
        for member_name, member in members.items():
            member.__qualname__ = member_name  # which is what errors call it
            setattr(modules[name], member_name, member)
    package = types.ModuleType("wmfdata")
    package.__dict__.update(modules)
    return {"wmfdata": package} | {module.__name__: module for module in modules.values()}


def _get_active_session() -> None:
    """Say that no session runs: none does here."""


def _create_session(
    type: str = "yarn-regular",
    app_name: str | None = None,
    extra_settings: dict[str, str] | None = None,
    ship_python_env: bool = False,
) -> object:
    if type not in _SESSIONS:
        raise AssertionError(f"no session type {type!r}")
    return object()


def _mediawiki_dt(dt: datetime) -> str:
    return dt.strftime("%Y%m%d%H%M%S")


def _sql_tuple(i: Iterable[str]) -> str:
    return f"({', '.join(map(repr, i))})"


def _df_to_remarkup(df: pd.DataFrame) -> None:
    rows = [list(df.columns), ["-----"] * len(df.columns), *df.to_numpy().tolist()]
    print("\n".join(f"| {' | '.join(map(str, row))}" for row in rows))


if __name__ == "__main__":
    main()
