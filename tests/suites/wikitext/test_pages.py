"""Every page of the wiki has what the page of the published site has, and no more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from mwparserfromhell.nodes import ExternalLink, Tag, Template, Wikilink
from mwparserfromhell.wikicode import Wikicode
from selectolax.lexbor import LexborHTMLParser, LexborNode

from macros import whole
from tests.environments.built_site import Site
from tests.guide.reading import ALL_PAGES, PAGES, address, copied
from tests.suites.wikitext.parsed import NOTE, SAMPLE, magic, one_line, parse, plain

pytestmark = pytest.mark.slow
PREFIX = "Product Analytics/Onboarding/"
FORM = "Here the site of the guide has a form."
TAGS = {"code", "small", "nowiki", "syntaxhighlight", "b", "i", "br"}
TAGS |= {"li", "dt", "dd", "ul", "ol", "dl", "table", "tr", "th", "td"}
#: What the theme adds, what needs a script, and what is told of in other words.
NOT_ON_THE_WIKI = (
    "footer, aside, nav, .headerlink, .lead, noscript, script, button, article [hidden]:not(form), "
    ".proof, .proven"
)


# -- the page of the site ------------------------------------------------------------------------


def content(site: Site, page: str) -> LexborNode:
    """Return the article of `page`, from its first heading on, without what stays on the site."""
    tree = LexborHTMLParser(site.html(page).html or "")
    for node in tree.css(NOT_ON_THE_WIKI):
        node.decompose()
    article = tree.css_first("article")
    assert article is not None
    while (first := article.first_child) is not None and first.tag != "h1":
        first.decompose()
    return article


BY_ADDRESS = {f"/{address(page)}": page for page in ALL_PAGES}


def headings(article: LexborNode) -> list[tuple[int, str, str]]:
    """Return level, text and id of every heading."""
    return [
        (int((node.tag or "")[1]), one_line(node.text()), node.attributes["id"] or "")
        for node in article.css("h1, h2, h3, h4, h5, h6")
    ]


def fragment(site: Site, page: str, anchor: str) -> str:
    """Return the anchor that MediaWiki gives to the heading `anchor` of `page`."""
    before: list[str] = []
    for level, text, name in headings(content(site, page)):
        if name == anchor:
            repeated = before.count(text.lower())
            return "" if level == 1 else text + (f" {repeated + 1}" if repeated else "")
        before += [text.lower()] if level > 1 else []
    raise AssertionError(f"{page} has no heading {anchor}")


def links(site: Site, page: str, titles: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the target on the wiki and the text of each link of `page`."""
    for link in content(site, page).css("a[href]"):
        href = link.attributes["href"] or ""
        if not re.match(r"[a-z]+:", href):
            path, anchor = urldefrag(urljoin(f"/{address(page)}", href))
            target = BY_ADDRESS[path]
            name = fragment(site, target, anchor) if anchor else ""
            title = "" if target == page and name else titles[target]
            href = f"{title}#{name}" if name else title
        yield unquote(href), one_line(link.text())


def rows(article: LexborNode) -> list[list[list[str]]]:
    return [
        [[one_line(cell.text()) for cell in row.css("th, td")] for row in table.css("tr")]
        for table in article.css("table")
    ]


def words(article: LexborNode, page: str) -> str:
    """Return all that a reader of `page` reads, without the blanks."""
    for figure in article.css("figure"):
        title, says = (figure.css(f"svg > {name}")[0].text() for name in ("title", "desc"))
        figure.replace_with(f"{title}{says}docs/pictures/{figure.attributes['data-picture']}.svg")
    for form in article.css("form"):
        form.replace_with(FORM)
    for tabs in article.css(".tabbed-set"):
        labels = tabs.css(".tabbed-labels > label")
        for label, block in zip(labels, tabs.css(".tabbed-block"), strict=True):
            block.insert_before(label.text())
            label.decompose()
    return "".join(article.text().split())


# -- the page of the wiki ------------------------------------------------------------------------


@cache
def wiki(folder: Path, page: str) -> str:
    return (folder / f"{page.removesuffix('.md')}.wiki").read_text(encoding="utf-8")


@cache
def body(folder: Path, page: str) -> Wikicode:
    """Return the page without the notice at its top and the date at its end; only to be read."""
    text = wiki(folder, page)
    assert text.startswith(f"{{{{{NOTE}\n|type=export\n")
    start, end = text.index("\n}}\n\n") + 5, text.rindex("\n\n<small>Last verified")
    return parse(text[start:end])


def tags(code: Wikicode, *names: str) -> list[Tag]:
    return code.filter_tags(matches=lambda tag: str(tag.tag) in names)


@pytest.fixture(scope="session")
def titles(exported: Path) -> dict[str, str]:
    """The title of each page by its path under docs/."""
    lines = (exported / "titles.tsv").read_text(encoding="utf-8").splitlines()
    listed = dict(line.split("\t") for line in lines)
    return {page: listed[f"{page.removesuffix('.md')}.wiki"] for page in PAGES}


#: The document of all pages is the wiki's own list of them.
ALL = {whole.PAGE: f"Special:PrefixIndex/{PREFIX}"}


def test_every_page_has_a_title_of_its_own_and_a_file(
    site: Site, exported: Path, titles: dict[str, str]
) -> None:
    assert titles == {
        page: PREFIX + one_line(content(site, page).css("h1")[0].text()) for page in PAGES
    }
    assert len(set(titles.values())) == len(PAGES)
    files = {str(path.relative_to(exported)) for path in exported.rglob("*.wiki")}
    templates = {f"templates/{name}.wiki" for name in (NOTE, SAMPLE)}
    assert files == {f"{page.removesuffix('.md')}.wiki" for page in PAGES} | templates


@pytest.mark.parametrize("page", PAGES)
def test_headings_are_those_of_the_page(site: Site, exported: Path, page: str) -> None:
    on_wiki = [
        (node.level, one_line(plain(node.title))) for node in body(exported, page).filter_headings()
    ]
    on_site = [(level, text) for level, text, _ in headings(content(site, page))]
    assert on_wiki == on_site[1:], f"docs/{page}: headings of the wiki and of the site differ"


@pytest.mark.parametrize("page", PAGES)
def test_links_are_those_of_the_page(
    site: Site, exported: Path, titles: dict[str, str], page: str
) -> None:
    on_wiki = []
    for node in body(exported, page).ifilter():
        if isinstance(node, Wikilink):
            on_wiki.append((unquote(str(node.title)), one_line(plain(node.text))))
        elif isinstance(node, ExternalLink):
            on_wiki.append((unquote(str(node.url)), one_line(plain(node.title))))
    assert on_wiki == list(links(site, page, titles | ALL)), f"docs/{page}: links differ"


@pytest.mark.parametrize("page", PAGES)
def test_tables_are_those_of_the_page(site: Site, exported: Path, page: str) -> None:
    on_wiki = [
        [
            [one_line(plain(cell.contents)) for cell in tags(row.contents, "th", "td")]
            for row in tags(table.contents, "tr")
        ]
        for table in tags(body(exported, page), "table")
    ]
    assert on_wiki == rows(content(site, page)), f"docs/{page}: cells differ"


@pytest.mark.parametrize("page", PAGES)
def test_code_is_that_of_the_page_byte_for_byte(exported: Path, page: str) -> None:
    blocks = tags(body(exported, page), "syntaxhighlight")
    assert [str(block.contents).removeprefix("\n") for block in blocks] == copied(page)


@pytest.mark.parametrize("page", PAGES)
def test_code_has_the_language_of_the_page(site: Site, exported: Path, page: str) -> None:
    blocks = tags(body(exported, page), "syntaxhighlight")
    on_site = [
        re.findall(r"language-(\S+)", block.attributes["class"] or "")
        for block in content(site, page).css("div.highlight")
    ]
    assert [[str(block.get("lang").value)] for block in blocks] == on_site


@pytest.mark.parametrize("page", PAGES)
def test_no_word_is_lost_or_added(site: Site, exported: Path, page: str) -> None:
    heading = "".join(content(site, page).css("h1")[0].text().split())
    on_wiki = re.sub(r"[☐☑\s]", "", plain(body(exported, page)))
    assert heading + on_wiki == words(content(site, page), page)


@pytest.mark.parametrize("page", PAGES)
def test_no_words_run_together(site: Site, exported: Path, page: str) -> None:
    on_wiki = one_line(plain(body(exported, page)))
    for node in content(site, page).css("p, dt, td, th"):
        assert _is_within("form", node) or one_line(node.text()) in on_wiki


@pytest.mark.parametrize("page", PAGES)
def test_markup_is_what_the_writer_meant(site: Site, exported: Path, page: str) -> None:
    code, article = body(exported, page), content(site, page)
    assert not magic(str(code))
    assert not code.filter_arguments() and not code.filter_comments()
    assert {str(tag.tag) for tag in code.filter_tags()} <= TAGS

    templates = Counter(str(each.name).strip() for each in code.filter(forcetype=Template))
    boxes = article.css("div.admonition, div.when:not(.highlight, .chosen), details, figure")
    values = [each for each in article.css(".value") if not _is_within("pre", each)]
    assert templates == Counter({NOTE: len(boxes), SAMPLE: len(values)}) - Counter()

    bold = Counter(one_line(plain(tag.contents)) for tag in tags(code, "b"))
    strong = [each for each in article.css("strong, p.place") if not _is_within("form", each)]
    assert bold == Counter(one_line(each.text()) for each in strong)
    italic = Counter(one_line(plain(tag.contents)) for tag in tags(code, "i"))
    on_site = [each.text() for each in article.css("em")] + [FORM] * len(article.css("form"))
    assert italic == Counter(map(one_line, on_site))


def _is_within(tag: str, node: LexborNode) -> bool:
    return any(up.tag == tag for up in _ancestors(node))


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    while (up := node.parent) is not None:
        yield up
        node = up


@pytest.mark.parametrize("page", PAGES)
def test_the_notice_names_the_samples_in_code(site: Site, exported: Path, page: str) -> None:
    notice = parse(wiki(exported, page)).filter_templates()[0]
    named = {plain(tag.contents) for tag in tags(notice.get("text").value, "code")}
    samples = {value.text() for value in content(site, page).css("pre .value")}
    assert named == samples, f"docs/{page}: the notice does not say which words are samples"


def test_lists_are_nested_as_on_the_page(site: Site, exported: Path) -> None:
    page = "start/progress.md"
    marks = re.findall(r"^([*#]+) ", wiki(exported, page), re.MULTILINE)
    items = content(site, page).css("li")
    assert [len(mark) for mark in marks] == [
        sum(up.tag in ("ul", "ol") for up in _ancestors(item)) for item in items
    ]


def test_what_a_page_uses_of_templates_they_take(exported: Path) -> None:
    for name, arguments in ((NOTE, {"type", "title", "text"}), (SAMPLE, {"1"})):
        template = parse((exported / "templates" / f"{name}.wiki").read_text(encoding="utf-8"))
        assert {str(argument.name) for argument in template.filter_arguments()} == arguments
