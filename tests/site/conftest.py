"""The site as it is published, built once by the real builder."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests import ahead


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
def site() -> Site:
    """The published site; an error when there is none, with the words of its builder."""
    build = ahead.site()
    if not (build.folder / "index.html").is_file():
        pytest.fail(f"the site could not be built:\n{build.log}", pytrace=False)
    return Site(build.folder, build.code, re.findall(r"^(?:WARNING|ERROR) .*$", build.log, re.M))
