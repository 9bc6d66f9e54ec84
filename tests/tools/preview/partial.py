"""A build that renders every page's macros, and goes on with no more than what is then different.

What a page is made of cannot be told from its macros: they look at facts, snippets, other pages and
the navigation. So their text decides, which takes a tenth of a build: where it is as before, so is
its HTML; where all that the theme shows of it is as before, so is its file.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from macros import evidence
from macros.errors import ROOT

#: What of a page its Markdown makes, beside the HTML.
_MADE = ("content", "toc", "_title_from_render", "present_anchor_ids")
#: Modules that keep the HTML of pages for those that are made of it, and under which name.
_KEEPING = {"macros.whole": "converted", "macros.proof": "listed"}
#: By what MkDocs is told to leave pages alone, and what it then says of it.
_DIRTY = "A 'dirty' build is being performed"


@dataclass
class _Before:
    """What a page was in the last build."""

    markdown: str | None = None
    made: dict[str, Any] = field(default_factory=dict)
    anchors: dict[str, dict[str, str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    shown: Any = None
    entries: list[Any] = field(default_factory=list)


@dataclass
class PartialBuilds:
    """Builds of the site into `folder`, each with what is left of those before."""

    folder: Path

    def __post_init__(self) -> None:
        self._remarks = _Remarks()
        self._forget()

    def _forget(self) -> None:
        self.before: dict[str, _Before] = {}
        self.kept_html: dict[str, dict[str, Any]] = {}
        self.environment: Environment | None = None
        self.rendered = self.theme_changed = False
        self.files: dict[str, str] = {}
        self.values = ""

    @property
    def log(self) -> str:
        """What MkDocs warns of, on all pages, as it prints it."""
        of_pages = [remark for page in self.before.values() for remark in page.remarks]
        return "\n".join([*of_pages, *self._remarks.lines])

    def pages(self) -> dict[str, str]:
        """Return a fingerprint of what each page itself shows, by its name under docs/."""
        return {page: _fingerprint(before) for page, before in self.before.items()}

    def build(self, whole: bool = False) -> None:
        """Build what has changed, or the `whole` site: where more than text has, as the theme.

        Raises what MkDocs raises; after an error the next build is of the whole site.
        """
        self.theme_changed = whole
        if whole:
            self.environment = None
            self.have_all_rendered()
        plugin = _Partial()
        plugin.builds = self
        try:
            with self._remarks.noted():
                config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(self.folder))
                config.plugins["partial"] = plugin
                config.plugins.on_startup(command="serve", dirty=False)
                if building := sys.modules.get("macros.building"):
                    # A guide notes what pages use: one of another build would know it before.
                    building.guide_of_build.cache_clear()
                build(config, serve_url=str(config.site_url), dirty=bool(self.before))
        except BaseException:
            self._forget()
            raise

    def have_all_rendered(self) -> None:
        """Convert all pages anew in this build."""
        for before in self.before.values():
            before.markdown = None

    def render(self, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Convert the Markdown of `page`, or take what it was converted to before."""
        before = self.before[page.file.src_uri]
        if page.markdown == before.markdown and not (_sums_up(page.markdown) and self.rendered):
            for name, value in before.made.items():
                setattr(page, name, value)
            page.links_to_anchors = {
                file: links
                for name, links in before.anchors.items()
                if (file := files.get_file_from_path(name))
            }
            return
        with self._remarks.apart() as before.remarks:
            Page.render(page, config, files)
        before.markdown = page.markdown
        before.made = {name: getattr(page, name) for name in _MADE}
        anchors = page.links_to_anchors or {}
        before.anchors = {file.src_uri: links for file, links in anchors.items()}
        self.rendered = True


class _Remarks(logging.Handler):
    """What MkDocs warns of in a build."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Note a warning, but for the one that says that the build is none of the whole site."""
        message = record.getMessage()
        if not message.startswith(_DIRTY):
            self.lines.append(f"{record.levelname} -  {message}")

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note the warnings of a build, and print none."""
        self.lines.clear()
        log = logging.getLogger("mkdocs")
        log.addHandler(self)
        log.propagate = False
        try:
            yield
        finally:
            log.removeHandler(self)
            log.propagate = True

    @contextmanager
    def apart(self) -> Iterator[list[str]]:
        """Yield a list of what is warned of until the end; it is not among the others."""
        others, self.lines = self.lines, []
        try:
            yield self.lines
        finally:
            self.lines = others


class _NoSettings(Config):  # type: ignore[no-untyped-call]
    """The plugin has none."""


class _Partial(BasePlugin[_NoSettings]):  # type: ignore[no-untyped-call]
    """Stands between MkDocs and its pages, in one build."""

    builds: PartialBuilds

    @event_priority(-100)  # after the macros, which may just have been loaded anew
    def on_config(self, config: MkDocsConfig) -> None:
        """Hand on what was kept of pages, unless what is put into all of them has changed."""
        for module, name in _KEEPING.items():
            if module in sys.modules:
                getattr(sys.modules[module], name).update(self.builds.kept_html.get(module, {}))
        guide = config.plugins["macros"].guide  # type: ignore[attr-defined]
        values = repr((guide and guide.profile, _evidence()))
        if values != self.builds.values:
            self.builds.have_all_rendered()
        self.builds.values = values

    def on_files(self, files: Files, *, config: MkDocsConfig) -> None:
        """Have nothing left of files that are gone; others may have linked to them."""
        builds = self.builds
        now = {file.src_uri: file.abs_dest_path for file in files}
        for name in builds.files.keys() - now.keys():
            Path(builds.files[name]).unlink(missing_ok=True)
        if now.keys() != builds.files.keys():
            builds.have_all_rendered()
        pages = [file.src_uri for file in files.documentation_pages()]
        builds.before = {name: builds.before.get(name, _Before()) for name in pages}
        builds.files = now
        builds.rendered = False

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """Have every page read, and converted where it has to be."""
        for file in files.documentation_pages():
            page = file.page or Page(None, file, config)
            file.is_modified = lambda: True  # type: ignore[method-assign]
            page.render = partial(self.builds.render, page)  # type: ignore[method-assign]

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Choose which pages are written, now that all are rendered."""
        builds = self.builds
        docs = list(files.documentation_pages())
        around = [(page.url, str(page.title)) for page in (file.page for file in docs) if page]
        for file in docs:
            before, shown = builds.before[file.src_uri], _shown(file, around)
            different = builds.theme_changed or shown != before.shown
            before.shown = shown
            file.is_modified = partial(bool, different)  # type: ignore[method-assign]
        builds.environment = builds.environment or env  # its templates are compiled once
        return builds.environment

    @event_priority(-100)  # after the search has taken what it needs
    def on_page_context(self, context: Any, *, page: Page, config: Any, nav: Any) -> None:
        """Note what the search has taken from a page that is written."""
        entries = _search_entries(config)
        self.builds.before[page.file.src_uri].entries = entries[:]
        entries.clear()

    @event_priority(100)  # before the search writes its index
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Give the search what it took of all pages, now or before."""
        taken = [entry for before in self.builds.before.values() for entry in before.entries]
        _search_entries(config)[:] = taken
        for module, name in _KEEPING.items():
            self.builds.kept_html[module] = dict(getattr(sys.modules.get(module), name, {}))


def _evidence() -> float | None:
    """Return when the evidence was written, which is at the foot of all blocks."""
    path = evidence.file()
    return path.stat().st_mtime if path and path.exists() else None


def _sums_up(markdown: str | None) -> bool:
    """Return whether the HTML of a page is made of that of others."""
    return any(mark in (markdown or "") for mark in ('class="whole-guide"', 'class="proven"'))


def _fingerprint(page: _Before) -> str:
    content, meta = page.shown[:2]
    text = page.markdown if _sums_up(page.markdown) else content
    return sha256(f"{meta}{text}".encode()).hexdigest()


def _shown(file: File, around: Iterable[tuple[str, str]]) -> Any:
    """Return all that the theme shows of a page, and of the pages `around` it."""
    page = file.page
    assert page is not None
    beside = [(each.url, str(each.title)) for each in (page.previous_page, page.next_page) if each]
    parts = [str(part.title) for part in page.ancestors]
    return page.content, repr(page.meta), str(page.toc), list(around), beside, parts


def _search_entries(config: MkDocsConfig) -> list[Any]:
    plugin: Any = config.plugins["material/search"]
    entries: list[Any] = plugin.search_index.entries
    return entries
