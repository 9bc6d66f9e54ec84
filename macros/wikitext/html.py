"""A page of the guide as HTML: rendered for the sample reader, by the site's own extensions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from markdown import Markdown
from selectolax.lexbor import LexborHTMLParser, LexborNode

from macros import facts, front_matter, profile, settings, whole
from macros.errors import ROOT, GuideError, GuideErrors
from macros.extension import GuideExtension
from macros.lines import Rendered
from macros.rendering import Guide
from macros.vocabulary import vocabulary

DOCS = ROOT / "docs"


@dataclass(frozen=True)
class Heading:
    """A heading below the first: its level, id and text."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Page:
    """A page: its path under docs/, its Markdown with origins, its front matter, its HTML."""

    name: str
    path: Path
    rendered: Rendered
    meta: dict[str, Any]
    article: LexborNode

    @property
    def heading(self) -> str:
        """The text of the first heading."""
        return text(self.article.css("h1")[0])

    @cached_property
    def headings(self) -> list[Heading]:
        """The headings below the first, in order."""
        return [
            Heading(int((node.tag or "h0")[1]), node.attributes.get("id") or "", text(node))
            for node in self.article.css("h2, h3, h4, h5, h6")
        ]

    def error(self, message: str, *found_by: str) -> GuideError:
        """Return the error `message` with the line of the first text of `found_by` in the page."""
        lines = self.rendered.text.split("\n")
        for words in found_by:
            for line, origin in zip(lines, self.rendered.origins, strict=True):
                if words and words in line:
                    return GuideError(message, origin.path, origin.line)
        return GuideError(message, self.path, 1)


def text(node: LexborNode) -> str:
    """Return the text of a heading without the link to itself."""
    link = node.css_first("a.headerlink")
    return node.text().removesuffix(link.text() if link else "").strip()


def pages(docs: Path = DOCS) -> list[Page]:
    """Return every page under `docs`; raises GuideErrors with all that is wrong in all of them.

    The document of all pages is none: on the wiki, the pages are subpages of one.
    """
    reader, found, errors = PageReader(), [], []
    for path in sorted(docs.rglob("*.md")):
        name = path.relative_to(docs).as_posix()
        if name == whole.PAGE:
            continue
        try:
            found.append(reader.page(path, name))
        except GuideError as error:
            errors += error.errors if isinstance(error, GuideErrors) else [error]
    if errors:
        raise GuideErrors(errors)
    return found


class PageReader:
    """Reads pages for the sample reader, whatever profile this build has."""

    def __init__(self) -> None:
        known = facts.current()
        self._guide = Guide(known, profile.sample(known), vocabulary)
        self._markdown = _markdown(self._guide)

    def page(self, path: Path, name: str) -> Page:
        """Return the page `name` from its file; raises GuideErrors with file and line."""
        rendered = self._guide.render_page(path)
        header = front_matter.header(rendered.text)
        meta = front_matter.parse(rendered.text, path).data or {}
        body = self._markdown.reset().convert(rendered.text[len(header) :])
        page = Page(name, path, rendered, meta, article(body))
        if len(page.article.css("h1")) != 1:
            raise page.error("a page has one first heading, which is its title on the wiki")
        return page


def article(body: str) -> LexborNode:
    """Return the HTML `body` as the tree that a browser makes of it.

    Nothing of it sums up with what a site was built: the wiki is no site.
    """
    found = LexborHTMLParser(f"<article>{body}</article>").css_first("article")
    assert found is not None
    for summary in found.css(".proven"):
        summary.decompose()
    return found


def _markdown(guide: Guide) -> Markdown:
    """Return the Markdown of mkdocs.yml, for the profile of `guide` whatever this build has."""
    names: list[Any] = [GuideExtension(lambda: guide.profile)]
    configs: dict[str, Any] = {}
    for entry in [*settings.load().data["markdown_extensions"], *settings.MARKDOWN_EXTENSIONS]:
        name, config = next(iter(entry.items())) if isinstance(entry, dict) else (entry, {})
        if name != "macros.extension":
            names.append(name)
            configs[name] = config or {}
    return Markdown(extensions=names, extension_configs=configs)
