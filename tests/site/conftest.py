"""The site as it is published, built once by the real builder."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from selectolax.lexbor import LexborHTMLParser

from macros.errors import ROOT


@dataclass
class Site:
    """A built site: its folder, what the builder warned of, and its pages, parsed."""

    folder: Path
    warnings: list[str] = field(default_factory=list)
    parsed: dict[str, LexborHTMLParser] = field(default_factory=dict)

    def html(self, page: str) -> LexborHTMLParser:
        """Return the parsed HTML of `page`, a path under docs/."""
        if page not in self.parsed:
            name = page.removesuffix(".md")
            target = name.removesuffix("index") if name.split("/")[-1] == "index" else f"{name}/"
            text = (self.folder / target / "index.html").read_text(encoding="utf-8")
            self.parsed[page] = LexborHTMLParser(text)
        return self.parsed[page]


class _Warnings(logging.Handler):
    def __init__(self, messages: list[str]):
        super().__init__(logging.WARNING)
        self.messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Build the published site once."""
    built = Site(tmp_path_factory.mktemp("site"))
    handler = _Warnings(built.warnings)
    logging.getLogger("mkdocs").addHandler(handler)
    os.environ["GUIDE_PUBLISH"] = "1"
    try:
        config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(built.folder))
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        yield built
    finally:
        del os.environ["GUIDE_PUBLISH"]
        logging.getLogger("mkdocs").removeHandler(handler)
