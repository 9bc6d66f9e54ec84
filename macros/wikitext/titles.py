"""The title table: what the guide's pages and headings are called on the wiki."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag

from macros import whole
from macros.errors import unknown
from macros.wikitext import escaping
from macros.wikitext.html import Page

#: The page of the wiki that the guide grew from; the guide's pages are subpages of it.
PREFIX = "Product Analytics/Onboarding"
#: The wiki's own list of pages stands for the document of all pages.
_ALL_PAGES = f"Special:PrefixIndex/{PREFIX}/"
#: What no title can hold; a `/` would make a subpage of a subpage.
_FORBIDDEN = re.compile(r"[#<>\[\]|{}_/&%]|~{3}")


@dataclass(frozen=True)
class Target:
    """A page on the wiki: its title, and the fragment for each id of its HTML."""

    title: str
    fragments: Mapping[str, str]


Titles = Mapping[str, Target]


def table(pages: Iterable[Page]) -> Titles:
    """Return the targets by the path of their page under docs/.

    Raises GuideError for a heading that can be no title, and for two pages with the same.
    """
    targets = {whole.PAGE: Target(_ALL_PAGES, {})}
    for page in pages:
        title = f"{PREFIX}/{page.heading}"
        bad = _FORBIDDEN.search(page.heading)
        if bad:
            raise page.error(f"a title on the wiki cannot hold {bad[0]!r}", f"# {page.heading}")
        if title in {target.title for target in targets.values()}:
            raise page.error("another page has the same first heading", f"# {page.heading}")
        targets[page.name] = Target(title, _fragments(page))
    return targets


def _fragments(page: Page) -> dict[str, str]:
    """Return what MediaWiki makes of the headings: a text that came before gets a number."""
    seen: set[str] = set()
    fragments = {page.article.css("h1")[0].attributes["id"] or "": ""}
    for heading in page.headings:
        text = " ".join(heading.text.split())
        number, fragment = 1, text
        while fragment.lower() in seen:
            number += 1
            fragment = f"{text} {number}"
        seen.add(fragment.lower())
        fragments[heading.id] = escaping.fragment(fragment)
    return fragments


def resolve(href: str, page: Page, titles: Titles) -> str:
    """Return the wiki's name of what `href`, a link within the guide, leads to from `page`.

    Raises GuideError for a link to no page, or to no heading of it.
    """
    path, anchor = urldefrag(href)
    name = posixpath.normpath(posixpath.join(posixpath.dirname(page.name), path))
    name = name if path else page.name
    if name not in titles:
        raise page.error(unknown("page of the guide", name, titles), href)
    target = titles[name]
    if anchor and anchor not in target.fragments:
        raise page.error(unknown(f"heading of {name}", anchor, target.fragments), href)
    fragment = target.fragments.get(anchor, "")
    title = "" if name == page.name and fragment else target.title
    return f"{title}#{fragment}" if fragment else title
