"""The programs that prove blocks, with their versions: asked of each itself, once."""

from __future__ import annotations

import importlib.util
import platform
import re
import shutil
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path

from tests.guide import commands

#: What a program says its version with.
_ASKED = {
    "bash": ["bash", "--version"],
    "git": ["git", "--version"],
    "GNU make": ["make", "--version"],
    "MariaDB": ["mariadbd", "--version"],
    "MIT Kerberos": ["klist", "-V"],
    "OpenSSH": ["ssh", "-V"],
    "R": ["R", "--version"],
}
#: Packages of Python's, by the names that people know.
_PACKAGES = {
    "DuckDB": "duckdb",
    "JupyterLab": "jupyterlab",
    "PyYAML": "pyyaml",
    "Spark": "pyspark",
    "sqlglot": "sqlglot",
}
#: The program at work where one of these commands is typed.
_BEHIND = {
    "analytics-mysql": "MariaDB",
    "beeline": "Spark",
    "git": "git",
    "hive": "Hive",
    "kdestroy": "MIT Kerberos",
    "kinit": "MIT Kerberos",
    "klist": "MIT Kerberos",
    "R": "R",
    "scp": "OpenSSH",
    "ssh": "OpenSSH",
    "ssh-add": "OpenSSH",
    "ssh-keygen": "OpenSSH",
    "ssh-keyscan": "OpenSSH",
}


@cache
def named(program: str) -> str:
    """Return `program` with its version; its name alone where it is not there to be asked.

    Of Presto no server could be had: it is the one that answers in its place.
    """
    if program == "Presto":
        return f"{named('DuckDB')} in the place of Presto"
    found = re.search(r"\d+(\.\d+)+", _said(program))
    return f"{program} {found[0]}" if found else program


def _said(program: str) -> str:
    if program == "Python":
        return platform.python_version()
    if program == "Hive":
        return _hive()
    if program in _PACKAGES:
        return version(_PACKAGES[program])
    command = _ASKED[program]
    found = shutil.which(command[0], path="/usr/bin:/bin:/usr/sbin:/sbin")
    if found is None:
        return ""
    done = subprocess.run([found, *command[1:]], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _hive() -> str:
    """Return the name of the file that Hive is in, among those of Spark."""
    spec = importlib.util.find_spec("pyspark")
    assert spec and spec.origin
    return next((Path(spec.origin).parent / "jars").glob("hive-exec-*.jar")).name


def behind(text: str) -> tuple[str, ...]:
    """Return the programs at work, two at most, where `text` is typed in a shell, or run by it."""
    if text.startswith("#!"):
        return (named("bash"),)
    found = [_BEHIND[each.name] for each in commands.parse(text) if each.name in _BEHIND]
    return tuple(map(named, list(dict.fromkeys(found))[:2] or ["bash"]))
