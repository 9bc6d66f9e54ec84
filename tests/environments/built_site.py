"""The site as it is published, made by the very command that publishes it, once for all tests.

It is begun as soon as somebody will want it, and goes on beside what they do until then.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from macros import settings
from macros.errors import ROOT, unknown
from macros.evidence import VARIABLE
from tests.environments import scratch
from tests.evidence import notes
from tests.guide.reading import DOCS, PAGES, address

#: The published site, and one moment of building for all builders.
_ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": str(int(time.time())),
    **os.environ,
    "GUIDE_PUBLISH": "1",
    "NO_MKDOCS_2_WARNING": "1",
}
#: The builds that were begun, by their builder.
_begun: dict[str, tuple[subprocess.Popen[bytes], Path]] = {}
#: Sites that somebody else has built, by their builder.
_taken: dict[str, Site] = {}


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
        """Return the builder's warnings and errors, with file and line where it names a page."""
        return [remark for each in _REMARK.findall(self.log) for remark in self._told(each)]

    def _told(self, remark: str) -> list[str]:
        """Return what to tell of a remark: of pages, in the words of this project."""
        link = re.search(r"Doc file '(.*?)' contains .*?'([^']*)'", remark)
        if link:
            return [f"{_line_of(*link.groups())}: {self._of_link(*link.groups())}"]
        if "not included in the" in remark:
            pages = re.findall(r"^  - (.*\.md)$", remark, re.MULTILINE)
            return [not_listed(page) for page in pages]
        listed = re.search(r"reference to '(.*?)' is included in the 'nav'", remark)
        if listed:
            above, _, _ = settings.FILE.read_text(encoding="utf-8").partition(f"- {listed[1]}")
            line = above.count("\n") + 1
            return [f"mkdocs.yml:{line}: nav: {unknown('page', listed[1], PAGES)}"]
        return [re.sub(r"^(?:WARNING|ERROR) +- +", "", remark)]

    def _of_link(self, page: str, link: str) -> str:
        """Return what is wrong with a `link` of `page`, and what may have been meant."""
        address, _, anchor = link.partition("#")
        folder = posixpath.dirname(page)
        target = posixpath.normpath(posixpath.join(folder, address)) if address else page
        if target in PAGES:
            headings = self.html(target).css(_HEADINGS)
            ids = [node.attributes["id"] or "" for node in headings]
            return f"the link {link!r} leads to {unknown(f'heading of docs/{target}', anchor, ids)}"
        near = get_close_matches(Path(target).name, {Path(page).name for page in PAGES}, cutoff=0.7)
        meant = [posixpath.relpath(p, folder or ".") for p in PAGES if Path(p).name in near]
        hint = f"; did you mean {', '.join(meant)}?" if meant else ""
        return f"the link {link!r} leads to no page of docs/{hint}"


_HEADINGS = ", ".join(f"article h{level}[id]" for level in range(1, 7))
_REMARK = re.compile(r"^(?:WARNING|ERROR) .*(?:\n  - .*)*$", re.MULTILINE)


def not_listed(page: str) -> str:
    """Return what to tell of a `page` that no reader comes to."""
    return (
        f"docs/{page}:1: is not in the list of pages; add the line `- {page}` under `nav` in"
        " mkdocs.yml, where a newcomer needs it"
    )


def _line_of(page: str, words: str) -> str:
    lines = (DOCS / page).read_text(encoding="utf-8").split("\n")
    return f"docs/{page}:{next((n for n, line in enumerate(lines, 1) if words in line), 1)}"


def take(site: Site) -> None:
    """Look at `site`, as it is in the preview, instead of building one."""
    _taken["mkdocs"] = site


def begin(builder: str = "mkdocs") -> None:
    """Begin to build the site by the program `builder`, unless there is one, or it was begun."""
    if builder in _begun or builder in _taken:
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
    if builder in _taken:
        return _taken[builder]
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
