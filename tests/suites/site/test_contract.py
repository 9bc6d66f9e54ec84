"""What every page and the built site keep to."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest

from macros import freshness
from macros import front_matter as headers
from macros.errors import GuideError
from macros.slots import BROKEN_TOKEN
from tests.environments.built_site import Site
from tests.guide import reading
from tests.guide.reading import ALL_PAGES, PAGES


def front_matter(page: str) -> dict[str, object]:
    path = reading.DOCS / page
    source = path.read_text(encoding="utf-8")
    assert headers.header(source), (
        f"{page} has no front matter: title, description, owner, verified"
    )
    try:
        return dict(headers.parse(source, path).data)
    except GuideError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.mark.parametrize("page", ALL_PAGES)
def test_a_page_says_title_description_owner_and_date(page: str) -> None:
    header = front_matter(page)
    header.pop("needs", None)  # pages whose steps have to be done before
    strange = set(header) ^ {"title", "description", "owner", "verified"} - {"search"}
    strange -= {"search"}
    assert not strange, f"docs/{page}:1: missing or unknown in the front matter: {sorted(strange)}"
    assert isinstance(header["verified"], date) and header["verified"] <= date.today()
    assert 20 <= len(str(header["description"])) <= 200
    assert not re.search(r"\w+ing$", str(header["title"]).split()[0]), "a title names a thing"


@pytest.mark.parametrize("page", ALL_PAGES)
def test_a_page_has_one_first_heading_and_skips_no_level(site: Site, page: str) -> None:
    headings = site.html(page).css("article h1, article h2, article h3, article h4")
    levels = [int((heading.tag or "h0")[1]) for heading in headings]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


@pytest.mark.parametrize("page", ALL_PAGES)
def test_owner_and_date_stand_on_the_page(site: Site, page: str) -> None:
    header = front_matter(page)
    footer = site.html(page).css_first("footer.page-facts")
    assert footer is not None
    assert str(header["owner"]) in footer.text() and str(header["verified"]) in footer.text()


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
    assert not BROKEN_TOKEN.search(html)
    assert not re.search(r"\[\[\[|\]\]\]|\[\[%|guide-error|\ue000|Macro Rendering Error", html)
    prose = " ".join(p.text() for p in site.html(page).css("article p, article li"))
    assert not re.search(r"\]\[\w|\]\(|TODO|FIXME|XXX|\bTBD\b|lorem ipsum", prose)


@pytest.mark.parametrize("page", ALL_PAGES)
def test_ids_are_unique_and_links_inside_lead_somewhere(site: Site, page: str) -> None:
    ids = [node.attributes["id"] or "" for node in site.html(page).css("[id]")]
    assert len(ids) == len(set(ids)), sorted({i for i in ids if ids.count(i) > 1})
    base = f"/{_address(page)}"
    for link in site.html(page).css("article a[href]"):
        href = link.attributes["href"] or ""
        if re.match(r"[a-z]+:", href):
            continue
        target, anchor = urldefrag(urljoin(base, href))
        file = site.folder / target.lstrip("/")
        file = file / "index.html" if target.endswith("/") else file
        assert file.is_file(), href
        found = not anchor or f'id="{anchor}"' in Path(file).read_text(encoding="utf-8")
        assert found, f"docs/{page}: {href} leads to no heading of that page"


def _address(page: str) -> str:
    name = page.removesuffix(".md")
    return name.removesuffix("index") if name.split("/")[-1] == "index" else f"{name}/"


@pytest.mark.parametrize("page", ALL_PAGES)
def test_the_site_loads_nothing_from_elsewhere(site: Site, page: str) -> None:
    tree = site.html(page)
    sources = [
        n.attributes.get("src") for n in tree.css("script[src], img[src], iframe[src], source[src]")
    ]
    sources += [
        n.attributes.get("href") for n in tree.css("link[rel=stylesheet], link[rel=preload]")
    ]
    assert not [s for s in sources if s and re.match(r"(https?:)?//", s)]


@pytest.mark.parametrize("page", ALL_PAGES)
def test_pictures_have_text_alternatives(site: Site, page: str) -> None:
    for svg in site.html(page).css("article figure.picture svg"):
        assert svg.attributes.get("role") == "img"
        labels = (svg.attributes.get("aria-labelledby") or "").split()
        named = [svg.css_first(f"#{label}") for label in labels]
        assert named and all(node is not None and len(node.text()) > 10 for node in named)
    for image in site.html(page).css("article img"):
        assert image.attributes.get("alt")


@pytest.mark.parametrize("page", ALL_PAGES)
def test_boxes_have_labels(site: Site, page: str) -> None:
    article = site.html(page)
    for box in article.css("article input:not([name^=__tabbed]), article select"):
        around = [box.parent] if box.parent and box.parent.tag == "label" else []
        (label,) = around or article.css(f'label[for="{box.attributes.get("id")}"]')
        assert label.text().strip()


CHANGING = ["access/ssh-keys.md", "access/ssh.md", "access/host-keys.md", "access/kerberos.md"]


@pytest.mark.parametrize("page", CHANGING + [p for p in PAGES if p.startswith("setup/")])
def test_a_page_that_changes_something_says_how_to_check_it(site: Site, page: str) -> None:
    headings = [h.text() for h in site.html(page).css("article h2, article h3")]
    assert any(h.startswith("Check that it worked") for h in headings)


def test_the_search_index_has_plain_values_and_no_tokens(site: Site) -> None:
    index = (site.folder / "search" / "search_index.json").read_text(encoding="utf-8")
    assert not BROKEN_TOKEN.search(index)
    assert "bast1004.wikimedia.org" in index
