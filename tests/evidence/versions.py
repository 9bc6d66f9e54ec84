"""The programs that prove blocks, with their versions: asked of each itself, once."""

from __future__ import annotations

import importlib.util
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from macros.errors import ROOT
from tests.guide import commands

PACKAGES = ROOT / "tests/environments/packages.txt"
#: Packages of Python's that are not called as people call what is in them.
_DISTRIBUTIONS = {"Spark": "pyspark"}


@dataclass(frozen=True)
class Package:
    """A line of PACKAGES: a program, or a library, and the Debian package that brings it.

    `needed_for` is a set of tests. `option` and `product` are empty where no reader is told of it.
    """

    program: str
    name: str
    needed_for: str
    option: str = ""
    product: str = ""


@cache
def packages() -> list[Package]:
    """Return what PACKAGES lists."""
    lines = PACKAGES.read_text(encoding="utf-8").splitlines()
    return [Package(*line.split(maxsplit=4)) for line in lines if not line.startswith("#")]


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
    asked = next((package for package in packages() if package.product == program), None)
    if asked is None:
        return version(_DISTRIBUTIONS.get(program, program))
    found = shutil.which(asked.program, path="/usr/bin:/bin:/usr/sbin:/sbin")
    if found is None:
        return ""
    done = subprocess.run([found, asked.option], capture_output=True, text=True, check=False)
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
    found = dict.fromkeys(commands.product(each.name) for each in commands.parse(text))
    found.pop("bash", None)
    return tuple(map(named, list(found)[:2] or ["bash"]))
