"""Whatever a page says stays text on the wiki, wherever it stands."""

from __future__ import annotations

import html
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.suites.wikitext.parsed import magic, one_line, parse, plain, skeleton
from tests.suites.wikitext.written import written

pytestmark = pytest.mark.slow

RUNS = [
    *"{}[]|='~_-#*:;!<>&/ \"+\\",
    *["{{", "}}", "{{{1}}}", "[[", "]]", "[", "''", "'''", "~~~~", "__TOC__", "__", "-{", "}-"],
    *["#REDIRECT", "----", "{|", "|-", "|}", "||", "!!", "==", "<!--", "-->", "&amp;", "&#39;"],
    *["<nowiki>", "</nowiki>", "<b>", "</code>", "<ref>", "</syntaxhighlight>", "<br>"],
    *["https://", "//", "ssh://", "mailto:", "news:", "tel:", "urn:", "HTTP://", "RFC ", "ISBN "],
    *["PMID ", "12", "1234567890", "File:", "Category:", "a", "b ", " c", "word", "é", "‹x›"],
]
#: Where a text can stand; the writer makes the rest.
PLACES = {
    "prose": "<p>{}</p>",
    "between marks": "<p><em>x</em>{}<strong>x</strong></p>",
    "across elements": "<p>{}<span>{}</span></p>",
    "in a mark": "<p><strong>x</strong> <em>{}</em> x</p>",
    "inline code": "<p>x <code>{}</code></p>",
    "code beside a value": '<p><code>{}<span class="value" data-value="v">v</span>{}</code></p>',
    "value": '<p>x<span class="value" data-value="v">{}</span>x</p>',
    "between links": '<p><a href="index.md">x</a>{}<a href="https://example.org/">x</a></p>',
    "link": '<p><a href="https://example.org/">{}</a></p>',
    "link between pages": '<p>x <a href="index.md">{}</a></p>',
    "cell": "<table><tr><td>{}</td><td>x</td></tr></table>",
    "head cell": "<table><tr><th>{}</th><th>x</th></tr></table>",
    "cell of paragraphs": "<table><tr><td><p>{}</p><p>{}</p></td></tr></table>",
    "heading": '<h2 id="x">{}</h2>',
    "item": "<ul><li>{}</li><li>x</li></ul>",
    "inner item": "<ol><li>x<ul><li>{}</li></ul></li></ol>",
    "term": "<dl><dt>{}</dt><dd>x</dd></dl>",
    "code in a term": "<dl><dt><code>{}</code></dt><dd>x</dd></dl>",
    "description": "<dl><dt>x</dt><dd>{}</dd></dl>",
    "title of a note": '<div class="admonition tip"><p class="admonition-title">{}</p>x</div>',
    "note": '<div class="admonition tip"><p class="admonition-title">x</p><p>{}</p></div>',
    "cell in a note": '<div class="admonition tip"><table><tr><td>{}</td></tr></table></div>',
}
texts = st.lists(st.sampled_from(RUNS), min_size=1, max_size=8).map("".join).filter(str.strip)


@pytest.mark.parametrize("place", PLACES)
@settings(deadline=None, max_examples=25)
@given(text=texts)
@example("{{x}} [[y]] ''z'' ~~~~ __TOC__ {{{1}}} <b>")
@example("#REDIRECT [[x]]")
@example("== a ==")
@example("! a !! b")
@example("---- a")
@example("a-")
@example("~~")
@example("RFC 12, PMID 12, ISBN 1234567890")
@example("12RFC ")
def test_a_text_stays_a_text(place: str, text: str) -> None:
    wikitext = written(PLACES[place].replace("{}", html.escape(text)))
    read, (words, markup) = parse(wikitext), around(place)
    assert one_line(plain(read)) == one_line(words.replace("{}", text))
    assert skeleton(read) == markup, wikitext
    assert not magic(wikitext), wikitext


@cache
def around(place: str) -> tuple[str, list[object]]:
    """Return what a reader reads at `place`, with {} for the text, and the markup with any text."""
    word = PLACES[place].replace("{}", "word")
    return plain(parse(written(PLACES[place]))), skeleton(parse(written(word)))
