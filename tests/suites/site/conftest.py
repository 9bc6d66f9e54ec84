"""The site as it is published, built once by the real builder."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.guide.reading import DOCS
from tests.suites import ahead


@dataclass
class Site:
    """A built site: its folder, how the strict build ended, its warnings, its pages, parsed."""

    folder: Path
    code: int
    warnings: list[str]
    parsed: dict[str, LexborHTMLParser] = field(default_factory=dict)

    def html(self, page: str) -> LexborHTMLParser:
        """Return the parsed HTML of `page`, a path under docs/."""
        if page not in self.parsed:
            name = page.removesuffix(".md")
            target = name.removesuffix("index") if name.split("/")[-1] == "index" else f"{name}/"
            text = (self.folder / target / "index.html").read_text(encoding="utf-8")
            self.parsed[page] = LexborHTMLParser(text)
        return self.parsed[page]


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Site:
    """The published site; without one, a single error with the words of its builder."""
    build = ahead.site()
    remarks = re.findall(r"^(?:WARNING|ERROR) .*$", build.log, re.MULTILINE)
    if not (build.folder / "index.html").is_file():
        said = "\n".join(remarks) or build.log[-2000:]
        request.session.shouldfail = f"the site could not be built:\n{said}"
        pytest.fail(f"the site could not be built:\n{said}", pytrace=False)
    return Site(build.folder, build.code, [_located(remark) for remark in remarks])


def _located(remark: str) -> str:
    """Put file and line in front of a remark on a link, which the builder gives without a line."""
    match = re.search(r"Doc file '(.*?)' contains .*?'([^']*)'", remark)
    if not match:
        return remark
    lines = (DOCS / match[1]).read_text(encoding="utf-8").split("\n")
    found = [n for n, line in enumerate(lines, 1) if match[2] in line]
    return f"docs/{match[1]}:{found[0] if found else 1}: {remark}"
