"""FIGURES.md: what was measured, on which day and machine; each command writes a part of it."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from macros.errors import ROOT

FILE = ROOT / "tests" / "FIGURES.md"
_HEAD = """# Figures

Each part was written by the command it is named after. Machines differ, and a busy one is slower:
compare the ratios.
"""


@contextmanager
def of(command: str) -> Iterator[Callable[[str], None]]:
    """Yield what prints a line that `command` has measured; at the end all go into its part.

    Where it ends with an error, the part stays as it was.
    """
    said: list[str] = []

    def say(line: str) -> None:
        print(line, flush=True)
        said.append(line)

    yield say
    _write(command, "\n".join(said))


def _write(command: str, text: str) -> None:
    before = FILE.read_text(encoding="utf-8") if FILE.exists() else _HEAD
    head, *parts = re.split(r"(?m)^(?=## )", before)
    kept = {part.split("\n", 1)[0]: part.strip() for part in parts}
    title = f"## {command}"
    kept[title] = f"{title}\n\n{_where()}\n\n```\n{text}\n```"
    new = FILE.with_suffix(".new")
    whole = "\n\n".join([head.strip(), *(kept[each] for each in sorted(kept))])
    new.write_text(f"{whole}\n", encoding="utf-8")
    new.replace(FILE)


def _where() -> str:
    """Return the day, the machine and the commit, in a line."""
    cpu = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty=-changed", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    machine = f"{os.cpu_count()} cores ({cpu[1] if cpu else platform.machine()})"
    python = f"Python {platform.python_version()}"
    parts = [str(date.today()), machine, system, python, f"commit {commit}" if commit else ""]
    return ", ".join(filter(None, parts))
