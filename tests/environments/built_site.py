"""The site as it is published, made by the very command that publishes it, once for all tests.

It is begun as soon as somebody will want it, and goes on beside what they do until then.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from macros.errors import ROOT
from macros.evidence import VARIABLE
from tests.environments import scratch
from tests.evidence import notes
from tests.guide.reading import DOCS, address

#: The published site, and one moment of building for all builders.
_ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": str(int(time.time())),
    **os.environ,
    "GUIDE_PUBLISH": "1",
    "NO_MKDOCS_2_WARNING": "1",
}
#: The builds that were begun, by their builder.
_begun: dict[str, tuple[subprocess.Popen[bytes], Path]] = {}


@dataclass(frozen=True)
class Site:
    """A built site: its folder, how its strict build ended and what it said; its pages, parsed."""

    folder: Path
    code: int
    log: str
    _parsed: dict[str, LexborHTMLParser] = field(default_factory=dict, compare=False)

    def html(self, page: str) -> LexborHTMLParser:
        """Return the parsed HTML of `page`, a path under docs/."""
        if page not in self._parsed:
            text = (self.folder / address(page) / "index.html").read_text(encoding="utf-8")
            self._parsed[page] = LexborHTMLParser(text)
        return self._parsed[page]

    def remarks(self) -> list[str]:
        """Return the builder's warnings and errors; those on links with their file and line."""
        said = re.findall(r"^(?:WARNING|ERROR) .*$", self.log, re.MULTILINE)
        return [_located(remark) for remark in said]


def _located(remark: str) -> str:
    """Put file and line in front of a remark on a link, which the builder gives without a line."""
    match = re.search(r"Doc file '(.*?)' contains .*?'([^']*)'", remark)
    if not match:
        return remark
    lines = (DOCS / match[1]).read_text(encoding="utf-8").split("\n")
    found = [n for n, line in enumerate(lines, 1) if match[2] in line]
    return f"docs/{match[1]}:{found[0] if found else 1}: {remark}"


def begin(builder: str = "mkdocs") -> None:
    """Begin to build the site by the program `builder`, unless it was begun before."""
    if builder in _begun:
        return
    folder = scratch.new_folder()
    notes.made_up(folder / "evidence.json")
    program = str(Path(sys.executable).parent / builder)
    command = [program, "build", "-f", "mkdocs.yml", "--strict"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--site-dir", str(folder / "site")],
            cwd=ROOT,
            env={**_ENVIRONMENT, VARIABLE: str(folder / "evidence.json")},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    _begun[builder] = process, folder


@cache
def by(builder: str = "mkdocs") -> Site:
    """Return the site as the program `builder` makes it, as soon as it has."""
    begin(builder)
    process, folder = _begun[builder]
    code = process.wait()
    return Site(folder / "site", code, (folder / "log").read_text(encoding="utf-8"))


def end() -> None:
    """End builds that nobody waited for, and remove all files."""
    for process, folder in _begun.values():
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
