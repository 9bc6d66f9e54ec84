"""The whole guide as one document: every page of the navigation, one after the other.

Made from the HTML of the pages, which is kept as each is converted: nothing is rendered twice.
Headings go down by one level, an id gets the name of its page in front, and a link between pages
becomes a link within the document.
"""

from __future__ import annotations

import logging
import posixpath
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urldefrag, urljoin

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from macros.settings import NavPart, parts

log = logging.getLogger("mkdocs.guide")
#: The page of the document, under docs/. It has to be converted last: builders go by names, and
#: through the files of a folder before its folders.
PAGE = "whole/index.md"
#: Stands on that page for the document, and is seen where a builder converts no page before it.
GUIDE_PLACE = '<p class="whole-guide">This copy of the guide has single pages only.</p>'
_TITLE = re.compile(r'<h1 id="([^"]*)">(.*?)(?:<a class="headerlink".*?)?</h1>')
_HEADING = re.compile(r"(</?h)([1-5])(?=[ >])")
_ATTRIBUTE = re.compile(
    r'(?<= )(id|for|popovertarget|aria-labelledby|aria-describedby|name|href|marker-end)="([^"]*)"'
)
_TAG = re.compile(rf"<[a-z][^<>]*{_ATTRIBUTE.pattern}[^<>]*>")


def names() -> list[str]:
    """Return the pages of the navigation under docs/, in the order of reading."""
    return [page for part in parts() for page in part.pages]


def document(listed: Iterable[NavPart], converted: Mapping[str, str]) -> str:
    """Return the HTML of the whole guide: a table of contents, then every page of `listed`.

    `converted` has the HTML of the pages by their names; raises KeyError for a page without.
    """
    chapters = {page: Chapter(page, converted[page]) for part in listed for page in part.pages}
    known = {_address(page): chapter for page, chapter in chapters.items()}
    contents, bodies = [], []
    for part in listed:
        own = [chapters[page] for page in part.pages]
        items = "".join(f'<li><a href="#{chapter.id}">{chapter.title}</a></li>' for chapter in own)
        contents.append(f"<li>{part.title}<ul>{items}</ul></li>")
        bodies += [f'<p class="part">{part.title}</p>', *(each.moved(known) for each in own)]
    return "\n".join([f'<ul class="contents">{"".join(contents)}</ul>', *bodies])


def _address(page: str) -> str:
    """Return the address of a page or of its file, in any builder's form, as `access/ssh`."""
    return re.sub(r"(^|/)(index)?$", "", re.sub(r"\.(md|html)$", "", page))


@dataclass(frozen=True)
class Chapter:
    """A page as a part of the document: its name under docs/, and its HTML."""

    page: str
    html: str

    @property
    def id(self) -> str:
        """The id of the chapter's first heading."""
        return _address(self.page).replace("/", "-") or "index"

    @property
    def title(self) -> str:
        """The text of the chapter's first heading, as HTML."""
        heading = _TITLE.search(self.html)
        return heading[2] if heading else self.page

    def anchor(self, name: str) -> str:
        """Return what the page's id `name` is in the document."""
        heading = _TITLE.search(self.html)
        first = heading[1] if heading else ""
        return f"{self.id}--{name}" if name not in ("", first) else self.id

    def moved(self, known: Mapping[str, Chapter]) -> str:
        """Return the HTML as it stands in the document; `known` are its chapters by address."""
        attribute = partial(self._attribute, known)
        html = _HEADING.sub(lambda heading: f"{heading[1]}{int(heading[2]) + 1}", self.html)
        return _TAG.sub(lambda tag: _ATTRIBUTE.sub(attribute, tag[0]), html)

    def _attribute(self, known: Mapping[str, Chapter], attribute: re.Match[str]) -> str:
        name, value = attribute.groups()
        if name == "href":
            value = self._link(known, value)
        elif name == "marker-end":
            value = re.sub(r"(?<=#)[\w-]+", lambda match: self.anchor(match[0]), value)
        elif name != "name":
            value = " ".join(map(self.anchor, value.split()))
        elif value.startswith("__tabbed"):
            value += f"--{self.id}"  # tabs of two pages are no alternatives
        return f'{name}="{value}"'

    def _link(self, known: Mapping[str, Chapter], href: str) -> str:
        if re.match(r"[a-z]+:|/", href):
            return href
        address, anchor = urldefrag(href)
        # An address that ends in .html is relative to a file, any other one to a folder.
        base = f"/{_address(self.page)}"
        if address.endswith(".html"):
            base = f"/{self.page}"
        elif base != "/":
            base += "/"
        target = urljoin(base, address)[1:] if address else self.page
        if _address(target) in known:
            return f"#{known[_address(target)].anchor(anchor)}"
        return posixpath.relpath(f"/{target}", f"/{posixpath.dirname(PAGE)}") + href[len(address) :]


#: The HTML of the pages by their names, kept from build to build: a page that is saved is replaced.
converted: dict[str, str] = {}


class Pages(Postprocessor):
    """Keeps the HTML of each page, and puts the document in its place."""

    def run(self, text: str) -> str:
        """Return the HTML of a page, with the document in it where it belongs."""
        page = current_page()
        if page is None:
            return text
        converted[page] = text
        if GUIDE_PLACE not in text:
            return text
        try:
            return text.replace(GUIDE_PLACE, document(parts(), converted))
        except KeyError as error:
            log.warning("docs/%s: %s of the navigation comes after this page", page, error)
            return text


def current_page() -> str | None:
    """Return the name under docs/ of the page that the build is at."""
    # Not imported: where a mistake in a macro keeps it from being so, there is no page either.
    building = sys.modules.get("macros.building")
    if building is None or not building.guide_of_build.cache_info().currsize:
        return None
    return building.guide_of_build().page_name or None


class WholeExtension(Extension):
    """Python-Markdown's hook."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register after the guide's other extension: values are in their places by then."""
        md.postprocessors.register(Pages(md), "whole", -20)


def makeExtension(**_: object) -> WholeExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return WholeExtension()
