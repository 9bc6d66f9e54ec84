"""The twins of pages in Markdown have what the pages have, as a parser of CommonMark reads them."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from selectolax.lexbor import LexborHTMLParser, LexborNode

from macros import profile, whole
from macros.facts import current
from macros.settings import parts
from macros.twins import Twin, twins
from tests.environments.built_site import Site
from tests.environments.web.site_server import compressed
from tests.guide.reading import PAGES, copied

KB = 1024
#: Together, compressed as a host sends them: what a program reads to know all of the guide.
ALL = 200 * KB
_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
#: What a page has for the eye or the hand, and what its twin tells of in other words.
NOT_IN_A_TWIN = (
    ".details-bar, .headerlink, .sources, .built, .twin, noscript, script, button,"
    "article [hidden]:not(form)"
)
FORM = "Here the site of the guide has a form."


def text_of(site: Site, page: str) -> str:
    # Where the build has failed there is none, and that is told once.
    assert (site.folder / page).is_file(), "\n".join(site.remarks()) or f"{page} was not written"
    return (site.folder / page).read_text(encoding="utf-8")


def tokens(markdown: str) -> list[Token]:
    return [each for token in _PARSER.parse(markdown) for each in [token, *(token.children or [])]]


def links_in(markdown: str) -> list[str]:
    return [str(each.attrs["href"]) for each in tokens(markdown) if each.type == "link_open"]


def words(markdown: str) -> str:
    """Return all that is read, without blanks and boxes."""
    return _bare(LexborHTMLParser(_PARSER.render(markdown)).text())


def _bare(text: str) -> str:
    return "".join(re.sub(r"\[[ x]\]", "", text).split())


def words_of_page(site: Site, page: str) -> str:
    article = LexborHTMLParser(site.html(page).html or "").css_first("article")
    assert article is not None
    for node in article.css(NOT_IN_A_TWIN):
        node.decompose()
    for form in article.css("form"):
        form.replace_with(FORM)
    for figure in article.css("figure"):
        figure.replace_with("".join(figure.css(f"svg > {name}")[0].text() for name in _SAID))
    for tabs in article.css(".tabbed-set"):
        labels = tabs.css(".tabbed-labels > label")
        for label, block in zip(labels, tabs.css(".tabbed-block"), strict=True):
            block.insert_before(label.text())
            label.decompose()
    for node in article.css("p.place + .filename"):
        node.insert_before("·")
    return _bare(article.text())


_SAID = ("title", "desc")


@pytest.mark.parametrize("page", PAGES)
def test_what_is_in_a_block_is_what_was_run(site: Site, page: str) -> None:
    blocks = [token.content for token in tokens(text_of(site, page)) if token.type == "fence"]
    assert blocks == copied(page)


@pytest.mark.parametrize("page", PAGES)
def test_a_block_has_its_place_and_its_proof(site: Site, page: str) -> None:
    read = text_of(site, page).split("\n")
    for place in site.html(page).css("article p.place"):
        assert any(line.strip("> ").startswith(f"**{place.text()}**") for line in read)
    proofs = [each.text() for each in site.html(page).css("article p.proof")]
    italic = [line for line in read if line.strip(" >").startswith("*")]
    told = [words(line) for line in italic]
    assert all(_bare(proof) in told for proof in proofs)


@pytest.mark.parametrize("page", PAGES)
def test_no_word_is_lost_added_or_moved(site: Site, page: str) -> None:
    assert words(text_of(site, page)) == words_of_page(site, page)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(site: Site, page: str) -> None:
    on_page = site.html(page).css("article a:not(.headerlink)")
    links = links_in(text_of(site, page))
    kept = [link for link in on_page if not _is_left_out(link)]
    assert len(links) == len(kept)
    for link in links:
        if not re.match(r"[a-z]+:", link):
            file = (site.folder / page).parent / urldefrag(link)[0]
            assert file.is_file(), f"docs/{page}: {link}"


def _is_left_out(link: LexborNode) -> bool:
    up: LexborNode | None = link
    while up is not None:
        of = (up.attributes.get("class") or "").split()
        if {"details-bar", "sources", "built", "twin"} & set(of) or up.tag in ("noscript", "form"):
            return True
        if "hidden" in up.attributes:
            return True
        up = up.parent
    return False


def test_there_is_one_for_each_page_and_the_site_says_where(site: Site) -> None:
    for page in PAGES:
        link = site.html(page).css_first("footer a.twin")
        assert link is not None
        assert (link.attributes["href"] or "").endswith(page.rpartition("/")[2])
    whole_guide = site.html(whole.PAGE).css_first("footer a.twin")
    assert whole_guide is not None and whole_guide.attributes["href"] == "../llms-full.txt"
    assert not (site.folder / whole.PAGE).exists()


def test_the_lists_have_every_page_in_order(site: Site) -> None:
    order = [page for part in parts() for page in part.pages]
    assert links_in(text_of(site, "llms.txt"))[1:] == order
    full = text_of(site, "llms-full.txt")
    assert words(full) == "".join(words(text_of(site, page)) for page in order)
    for link in links_in(full):
        if not re.match(r"[a-z]+:", link):
            assert (site.folder / urldefrag(link)[0]).is_file(), link


def test_all_of_it_is_light(site: Site) -> None:
    assert text_of(site, "llms-full.txt")
    size = len(compressed(site.folder / "llms-full.txt"))
    assert size <= ALL, f"compressed {size} bytes, the bar is {ALL}"


# -- whatever a page says stays text -------------------------------------------------------------

RUNS = [
    *'{}[]|`~_-#*:;!<>&/ "+\\=.)(',
    *["**", "__", "~~", "```", "---", "- ", "1. ", "> ", "# ", "](x)", "![", "<b>", "&amp;"],
    *["<!--", "https://", "a", "b ", " c", "word", "é", "‹x›", "a_b", "3", "\t"],
]
PLACES = {
    "prose": "<p>{}</p>",
    "between marks": "<p><em>x</em> {} <strong>x</strong></p>",
    "inline code": "<p>x <code>{}</code></p>",
    "link": '<p><a href="https://example.org/">{}</a></p>',
    "cell": "<table><tr><th>x</th></tr><tr><td>{}</td></tr></table>",
    "code in a cell": "<table><tr><th>x</th></tr><tr><td><code>{}</code></td></tr></table>",
    "heading": "<h2>{}</h2>",
    "item": "<ul><li>{}</li><li>x</li></ul>",
    "inner item": "<ol><li>x<ul><li>{}</li></ul></li></ol>",
    "term": "<dl><dt>{}</dt><dd>x</dd></dl>",
    "note": '<div class="admonition tip"><p class="admonition-title">{}</p><p>{}</p></div>',
    "for some": '<div class="when" data-when="a=b"><p class="reader">{}</p><p>{}</p></div>',
    "block": '<div class="language-text highlight"><pre><code>{}\n</code></pre></div>',
}
texts = st.lists(st.sampled_from(RUNS), min_size=1, max_size=8).map("".join).filter(str.strip)


def written(folder: Path, body: str) -> Twin:
    """Return the twin of a page with `body`."""
    page = f'<meta name="description" content="x"><article><h1>Title</h1>{body}</article>'
    (folder / "page.html").write_text(page, encoding="utf-8")
    (twin,) = twins(folder, ["page.md"])
    return twin


@pytest.mark.parametrize("place", PLACES)
def test_a_text_stays_a_text(place: str, tmp_path: Path) -> None:
    @settings(deadline=None, max_examples=50)
    @given(text=texts)
    def check(text: str) -> None:
        markdown = written(tmp_path, PLACES[place].replace("{}", html.escape(text))).filled({})
        read = LexborHTMLParser(_PARSER.render(markdown)).text()
        plain = written(tmp_path, PLACES[place].replace("{}", "QQ")).filled({})
        around = LexborHTMLParser(_PARSER.render(plain)).text()
        assert "".join(read.split()) == "".join(around.replace("QQ", text).split()), markdown

    check()


def test_fields_are_filled_in(tmp_path: Path) -> None:
    sample = dict(profile.sample(current()).values)
    value = '<span class="value sample" data-value="shell_name">jdoe</span>'
    twin = written(
        tmp_path,
        f"<p>{value}, <code>{value}@x</code></p>"
        '<p><a href="https://x/jdoe" data-value-href="https://x/{shell_name}">x</a></p>',
    )
    assert "\x02shell_name\x03" in twin.template
    assert twin.filled(sample | {"shell_name": "a b"}) == (
        "# Title\n\na b, `a b@x`\n\n[x](https://x/a%20b)\n"
    )
