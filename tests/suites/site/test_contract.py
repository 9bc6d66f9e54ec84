"""What every page and the built site keep to."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from selectolax.lexbor import LexborHTMLParser

from macros import freshness
from macros import front_matter as headers
from macros.errors import GuideError, unknown
from macros.slots import BROKEN_TOKEN
from tests.environments.built_site import Site
from tests.guide import reading, steps
from tests.guide.reading import ALL_PAGES, PAGES
from tests.suites.site.located import fail_for

#: What is left of a macro that was not read, and of sentences that are to be written.
_TEMPLATE = re.compile(r"\[\[\[|\]\]\]|\[\[%|guide-error|\ue000|Macro Rendering Error")
_UNFINISHED = re.compile(r"\]\[\w|\]\(|TODO|FIXME|XXX|\bTBD\b|lorem ipsum")
FIELDS = {"title", "description", "owner", "verified"}


def front_matter(page: str) -> dict[str, Any]:
    path = reading.DOCS / page
    try:
        return dict(headers.parse(path.read_text(encoding="utf-8"), path).data)
    except GuideError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.mark.parametrize("page", ALL_PAGES)
def test_a_page_says_title_description_owner_and_date(page: str) -> None:
    header = front_matter(page)
    header.pop("needs", None)  # pages whose steps have to be done before
    header.pop("changed", None)  # what changed since it was verified: macros/history.py
    header.pop("search", None)
    header.pop("for", None)  # a page that some readers do not need: macros/details.py
    wrong = {f"{name}:": unknown("field", name, FIELDS) for name in sorted(set(header) - FIELDS)}
    if missing := sorted(FIELDS - set(header)):
        wrong["---"] = f"the front matter has no {', '.join(missing)}"
    fail_for(page, wrong)
    if not isinstance(header["verified"], date) or header["verified"] > date.today():
        wrong["verified:"] = "verified: is a day that has come, as in 2026-11-24"
    if not 20 <= len(str(header["description"])) <= 200:
        wrong["description:"] = "description: is a sentence of 20 to 200 characters"
    if re.search(r"\w+ing$", str(header["title"]).split()[0]):
        wrong["title:"] = "title: names a thing, as in *Notes*, not *Taking notes*"
    fail_for(page, wrong)


@pytest.mark.parametrize("page", ALL_PAGES)
def test_a_page_has_one_first_heading_and_skips_no_level(site: Site, page: str) -> None:
    found = site.html(page).css("article h1, article h2, article h3, article h4")
    headings = [(int((each.tag or "h0")[1]), each.text().rstrip("¶ ")) for each in found]
    firsts = [text for level, text in headings if level == 1]
    wrong = {
        text: f"{'#' * b} {text}: a heading skips no level; the one above it is {'#' * a}"
        for (a, _), (b, text) in pairwise(headings)
        if b - a > 1
    }
    if len(firsts) != 1 or headings[0][0] != 1:
        wrong["# "] = f"a page begins with one heading of level 1 and has no other: {firsts}"
    fail_for(page, wrong)


@pytest.mark.parametrize("page", ALL_PAGES)
def test_owner_and_date_stand_on_the_page(site: Site, page: str) -> None:
    header = front_matter(page)
    footer = site.html(page).css_first("footer.page-facts")
    assert footer is not None
    told = " ".join(footer.text().split())
    assert str(header["owner"]) in told and str(header["verified"]) in told
    changed = header.get("changed")
    assert isinstance(changed, dict) == ("since then, until" in told)
    assert not isinstance(changed, dict) or f"{changed['until']}, changed: {changed['why']}" in told


def test_what_is_stale_is_said_on_its_pages_and_to_editors(site: Site) -> None:
    upkeep = site.html("upkeep/freshness.md").css_first("article")
    assert upkeep is not None
    day = date.fromisoformat((re.search(r"as of ([\d-]+)", upkeep.text()) or [""])[1])
    guide, told, counted = reading.guide(), {}, {}
    for page in PAGES:
        guide.render_page(reading.DOCS / page)
        counted[page] = freshness.stale_of(guide.facts, guide.uses[page], day)
        link = site.html(page).css_first('footer.page-facts a[href$="freshness/"]')
        told[page] = int(link.text().split()[0]) if link else 0
    assert told == counted
    listed = {
        each.key for each in freshness.report(guide.facts, guide.uses, day).stale if each.pages
    }
    assert listed and listed <= {code.text() for code in upkeep.css("li code")}


def test_the_build_warns_of_nothing(site: Site) -> None:
    if site.remarks() or site.code:
        pytest.fail("\n".join(site.remarks()) or f"exit code {site.code}", pytrace=False)


@pytest.mark.parametrize("page", ALL_PAGES)
def test_nothing_unfinished_is_left(site: Site, page: str) -> None:
    html = site.html(page).html or ""
    found = _TEMPLATE.findall(html) + [match[0] for match in BROKEN_TOKEN.finditer(html)]
    wrong = {words: f"{words!r} is a macro that was not read" for words in found}
    prose = " ".join(p.text() for p in site.html(page).css("article p, article li"))
    wrong |= {words: f"{words!r} is not finished" for words in _UNFINISHED.findall(prose)}
    fail_for(page, wrong)


@pytest.mark.parametrize("page", ALL_PAGES)
def test_ids_are_unique_and_links_inside_lead_somewhere(site: Site, page: str) -> None:
    ids = Counter(node.attributes["id"] or "" for node in site.html(page).css("[id]"))
    wrong = {
        name: f"two things have the id {name!r}: give one of these headings other words"
        for name, times in ids.items()
        if times > 1
    }
    base = f"/{reading.address(page)}"
    for link in site.html(page).css("article a[href]"):
        href = link.attributes["href"] or ""
        if not re.match(r"[a-z]+:", href) and not _leads(site, urljoin(base, href)):
            wrong[href] = f"the link {href!r} leads nowhere in the site"
    if wrong and site.remarks():  # of links; told in the builder's order, and once
        pytest.fail("\n".join(site.remarks()), pytrace=False)
    fail_for(page, wrong)


@pytest.mark.parametrize("page", PAGES)
def test_every_backtick_has_its_other_one(site: Site, page: str) -> None:
    """What is left alone shows on the page, and hides a name from all who look at code."""
    article = LexborHTMLParser(site.html(page).html or "").css_first("article")
    assert article is not None
    for node in article.css("code, script"):
        node.decompose()
    left = re.findall(r"`[^\s`]*", article.text())
    fail_for(page, {each: f"{each} begins code that never ends; close it with `" for each in left})


def _leads(site: Site, url: str) -> bool:
    """Return whether there is a page at the absolute `url`, with the anchor that it names."""
    target, anchor = urldefrag(url)
    file = site.folder / target.lstrip("/")
    file = file / "index.html" if target.endswith("/") else file
    return file.is_file() and (not anchor or anchor in _ids(file))


@cache
def _ids(file: Path) -> frozenset[str]:
    return frozenset(re.findall(r' id="([^"]*)"', file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", ALL_PAGES)
def test_the_site_loads_nothing_from_elsewhere(site: Site, page: str) -> None:
    tree = site.html(page)
    sources = [
        n.attributes.get("src") for n in tree.css("script[src], img[src], iframe[src], source[src]")
    ]
    sources += [
        n.attributes.get("href") for n in tree.css("link[rel=stylesheet], link[rel=preload]")
    ]
    strange = [source for source in sources if source and re.match(r"(https?:)?//", source)]
    what = "is loaded from elsewhere: put it under docs/"
    fail_for(page, {each: f"{each} {what}" for each in strange})


@pytest.mark.parametrize("page", ALL_PAGES)
def test_pictures_have_text_alternatives(site: Site, page: str) -> None:
    wrong = {}
    for svg in site.html(page).css("article figure.picture svg"):
        labels = (svg.attributes.get("aria-labelledby") or "").split()
        named = [svg.css_first(f"#{label}") for label in labels]
        if svg.attributes.get("role") != "img" or not named:
            wrong["picture("] = "the picture needs role=img, and aria-labelledby with its texts"
        if not all(node is not None and len(node.text()) > 10 for node in named):
            wrong["picture("] = "the picture needs a title and a description of it in words"
    for image in site.html(page).css("article img"):
        if not image.attributes.get("alt"):
            name = (image.attributes.get("src") or "").split("/")[-1]
            wrong[name] = f"the picture {name} needs words: ![what it shows]({name})"
    fail_for(page, wrong)


@pytest.mark.parametrize("page", ALL_PAGES)
def test_boxes_have_labels(site: Site, page: str) -> None:
    article = site.html(page)
    for box in article.css("article input:not([name^=__tabbed]), article select"):
        around = [box.parent] if box.parent and box.parent.tag == "label" else []
        labels = around or article.css(f'label[for="{box.attributes.get("id")}"]')
        if len(labels) != 1 or not labels[0].text().strip():
            fail_for(page, {"<input": f"a box needs one label: {box.html}"})


CHANGING = ["access/ssh-keys.md", "access/ssh.md", "access/host-keys.md", "access/kerberos.md"]


@pytest.mark.parametrize("page", CHANGING + [p for p in PAGES if p.startswith("setup/")])
def test_a_page_that_changes_something_says_how_to_check_it(site: Site, page: str) -> None:
    headings = [h.text() for h in site.html(page).css("article h2, article h3")]
    if not any(h.startswith(steps.CHECK) for h in headings):
        what = f"this page changes something: end it with `### {steps.CHECK}`, commands and output"
        fail_for(page, {"# ": what})


def test_the_search_index_has_plain_values_and_no_tokens(site: Site) -> None:
    index = (site.folder / "search" / "search_index.json").read_text(encoding="utf-8")
    assert not BROKEN_TOKEN.search(index)
    assert "bast1004.wikimedia.org" in index


def test_the_search_index_keeps_words_apart(site: Site) -> None:
    """A table's cells and a block's label end where the next word begins."""
    index = json.loads((site.folder / "search" / "search_index.json").read_text(encoding="utf-8"))
    glued = re.compile(r".{0,20}(?:</(?:code|li|p)>\w|\w<(?:code|li|p)>).{0,20}")
    told = {each["location"]: glued.findall(each["text"]) for each in index["docs"]}
    assert not {place: found for place, found in told.items() if found}
