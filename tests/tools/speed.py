"""Measures `make check` against the tools that it calls, in one run: `make speed`.

Prints the seconds of the whole check, of each tool by itself, and their ratio.
Machines are noisy: compare the ratio, not the seconds.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot

from macros.errors import ROOT
from tests.checks import execution, sql
from tests.tools import figures
from tests.tools.session import ahead

_IMPORTS = "import duckdb, hypothesis, pandas, pydantic, pytest, selectolax, sqlglot, sybil"
_EMPTY_TESTS = """
import pytest

@pytest.mark.parametrize("number", range(1000))
def test_nothing(number):
    pass
"""


class Stopwatch:
    """Adds up how long calls take, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def timed(self, call: Callable[..., Any], name: Callable[..., str]) -> Callable[..., Any]:
        """Return `call`, timed under what `name` makes of its arguments."""

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            try:
                return call(*args, **kwargs)
            finally:
                self.seconds[name(*args, **kwargs)] += time.perf_counter() - started

        return wrapped


def main() -> int:
    """Run the quick tier with stopwatches in it, one thing at a time; then as it is."""
    watch = Stopwatch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "cpu_count", lambda: 1)
        patch.setattr(ahead, "start", _commands_only)
        patch.setattr(subprocess, "run", watch.timed(subprocess.run, _program))
        for function in ("qualify", "annotate_types"):
            patch.setattr(
                sql, function, watch.timed(getattr(sql, function), lambda *_, **__: "sqlglot")
            )
        patch.setattr(sqlglot, "parse", watch.timed(sqlglot.parse, lambda *_, **__: "sqlglot"))
        patch.setattr(duckdb, "connect", watch.timed(duckdb.connect, lambda *_, **__: "DuckDB"))
        with redirect_stdout(io.StringIO()):
            # This module has imported what pytest would have liked to import first.
            imported = "ignore::pytest.PytestAssertRewriteWarning"
            code = pytest.main(["-q", "-m", "not slow", "-W", imported])
    whole = _seconds("make", "check", "ALL=1")
    with tempfile.TemporaryDirectory() as folder:
        site = str(Path(folder) / "site")
        watch.seconds["mkdocs"] = _command("mkdocs", "build", "-q", "--site-dir", site)
        (Path(folder) / "test_empty.py").write_text(_EMPTY_TESTS)
        watch.seconds["pytest, 1000 empty tests"] = _command(
            "pytest", "-q", "-c", "/dev/null", folder
        )
    watch.seconds["imports of the libraries"] = _command("python", "-c", _IMPORTS)
    tools = sum(watch.seconds.values())
    with figures.of("make speed") as say:
        for name, seconds in sorted(watch.seconds.items(), key=lambda item: -item[1]):
            say(f"{seconds:6.2f} s  {name}")
        say(f"{tools:6.2f} s  the tools by themselves")
        say(f"{whole:6.2f} s  make check: {whole / tools:.2f} times the tools")
    return int(code)


def _commands_only(items: Iterable[pytest.Item]) -> None:
    """Run the guide's commands before the tests, and nothing beside them."""
    execution.start({item.path for item in items})
    execution.wait()


def _program(command: list[str], **_: Any) -> str:
    name = Path(command[0]).name
    return f"bash -c {command[3]}" if name == "bash" and len(command) > 3 else name


def _command(program: str, *arguments: str) -> float:
    """Return the seconds of a program beside Python in the project; it has to succeed."""
    return _seconds(str(Path(sys.executable).parent / program), *arguments)


def _seconds(*command: str) -> float:
    """Return the seconds of a command in the project; it has to succeed."""
    started = time.perf_counter()
    environment = {**os.environ, "GUIDE_PUBLISH": "1", "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
