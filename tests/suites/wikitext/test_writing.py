"""What each thing on a page becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros.errors import GuideError
from macros.wikitext import titles
from tests.suites.wikitext.written import TITLES, of_page, page_of, written

#: Markdown, and the wikitext that it becomes.
FORMS = {
    "text": ("One *two* **three** `four`.", "One ''two'' '''three''' <code>four</code>."),
    "marks side by side": ("**a***b*", "'''a'''<nowiki/>''b''"),
    "value": (
        "I am [[[ shell_name ]]], `ssh [[[ shell_name ]]]@x`.",
        "I am {{Onboarding sample|1=jdoe}}, <code>ssh {{Onboarding sample|1=jdoe}}@x</code>.",
    ),
    "link to outside": ("[a *b*](https://example.org/x_y)", "[https://example.org/x_y a ''b'']"),
    "risky address": (
        "[a](<https://example.org/[x]|{{y}} ''__TOC__~~~>)",
        "[https://example.org/%5Bx%5D%7C%7B%7By%7D%7D%20%27%27%5F%5FTOC%5F%5F%7E%7E%7E a]",
    ),
    "address with a value": ("[a](https://e.org/[[[ shell_name ]]])", "[https://e.org/jdoe a]"),
    "link to a page": ("[a](index.md)s b", "[[Prefix/Page|a]]<nowiki/>s b"),
    "link to a heading": ("[a](#there), [b](index.md#again)", "[[#There|a]], [[#There 2|b]]"),
    "headings": (
        "## A `b` = c\n\n### D",
        "== A <code>b</code> <nowiki>=</nowiki> c ==\n\n=== D ===",
    ),
    "line that looks like a list": ("\\* a\n\\# b", "<nowiki>*</nowiki> a # b"),
    "list": ("- a\n- b\n    1. c\n    2. d\n- e", "* a\n* b\n*# c\n*# d\n* e"),
    "item of two paragraphs": ("- a\n\n    b\n\n- c", "* a\n*: b\n* c"),
    "code in an item": (
        "1. a\n\n    ``` { .bash .laptop }\n    b | c\n      {{d}}\n    ```\n\n2. e",
        "# a\n#: '''On your laptop'''\n#: <syntaxhighlight lang=\"bash\">\n"
        "b | c\n  {{d}}\n</syntaxhighlight>\n# e",
    ),
    "table in an item": (
        "1. a\n\n    | b |\n    | --- |\n    | c |\n\n2. d",
        '<ol>\n<li>\na\n\n{| class="wikitable"\n|-\n! b\n|-\n| c\n|}\n</li>\n<li>\nd\n</li>\n</ol>',
    ),
    "definitions": (
        "a: `b:c`\n: d: e\n\n    - f\n\ng\n: h",
        "; a<nowiki>:</nowiki> <code><nowiki>b:c</nowiki></code>\n: d: e\n:* f\n; g\n: h",
    ),
    "code": (
        "``` { .sql .hive title=\"a|b\" }\nSELECT '[[[ shell_name ]]]' <b> &lt;\n\n\tx\n```",
        "'''Hive: paste into hive or beeline on the stat host''' "
        '<code><nowiki>a|b</nowiki></code>\n<syntaxhighlight lang="sql">\n'
        "SELECT 'jdoe' <b> &lt;\n\n\tx\n</syntaxhighlight>",
    ),
    "table": (
        "| a | `b` |\n| --- | --- |\n| -1 | `x|y` |\n| | ''z |",
        '{| class="wikitable"\n|-\n! a\n! <code>b</code>\n|-\n| -1\n'
        "| <code><nowiki>x|y</nowiki></code>\n|-\n|\n| <nowiki>''z</nowiki>\n|}",
    ),
    "note": (
        '!!! tip "A | b"\n    c = d\n\n    - e',
        "{{Onboarding note\n|type=tip\n|title=A <nowiki>|</nowiki> b\n|text=\n"
        "c <nowiki>=</nowiki> d\n\n* e\n}}",
    ),
    "table in a note": (
        "!!! tip\n    | a |\n    | --- |\n    | b |",
        '{{Onboarding note\n|type=tip\n|title=Tip\n|text=\n<table class="wikitable">\n'
        "<tr><th>a</th></tr>\n<tr><td>b</td></tr>\n</table>\n}}",
    ),
    "unfolded": (
        '??? note "More"\n    a',
        "{{Onboarding note\n|type=note\n|title=More\n|text=\na\n}}",
    ),
    "tabs": (
        '=== "A: b"\n\n    c\n\n=== "D"\n\n    e',
        "; A<nowiki>:</nowiki> b\n\nc\n\n; D\n\ne",
    ),
    "part for some": (
        '[[% call when("kind", "staff") %]]\n\na\n\n[[% endcall %]]',
        "{{Onboarding note\n|type=reader\n|title=Foundation staff\n|text=\na\n}}",
    ),
    "retired": (
        'a[[[ mark("hosts", "stat1004") ]]]',
        "a <small>retired 2024-06-24</small>",
    ),
    "form and what needs a script": (
        "<form hidden><input></form><p hidden>a</p><noscript>b</noscript><p>c</p>",
        "''Here the site of the guide has a form.''\n\nc",
    ),
    "comment": ("a<!-- b --> c", "a c"),
    "box without a title": ("<div><p>a</p><p>b</p></div>", "a\n\nb"),
    "part that can be put aside": (
        '[[% call when("r", "show") %]]\n\na\n\n[[% endcall %]]',
        "a",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_thing_becomes(tmp_path: Path, form: str) -> None:
    markdown, wikitext = FORMS[form]
    assert of_page(page_of(tmp_path, markdown), TITLES) == wikitext


def test_a_heading_is_known_by_its_id(tmp_path: Path) -> None:
    page = page_of(tmp_path, "## There\n\n### There { #again }")
    assert [(each.level, each.id) for each in page.headings] == [(2, "there"), (3, "again")]


def test_what_could_not_be_verified_keeps_its_reason(tmp_path: Path) -> None:
    page = page_of(tmp_path, '[[[ link("access_request_form") ]]]')
    assert "</nowiki>" not in of_page(page, {})
    assert of_page(page, {}).endswith(
        " <small>Not verified: the form was there in 2019; "
        "whether it still has this address was not checked.</small>"
    )


def test_a_picture_becomes_its_words_and_its_file(tmp_path: Path) -> None:
    wikitext = of_page(page_of(tmp_path, '[[[ picture("way-in") ]]]'), {})
    assert "|type=picture\n|title=" in wikitext
    assert "<small>docs/pictures/way-in.svg</small>" in wikitext
    assert "bastion" in wikitext and "<svg" not in wikitext


def test_boxes_to_tick() -> None:
    boxes = (
        '<ul><li><label><input type="checkbox" checked> a</label> <span class="reader">staff only'
        '</span><ul><li><label><input type="checkbox"> b</label></li></ul></li></ul>'
    )
    assert written(boxes) == "* ☑ a <small>staff only</small>\n** ☐ b"


def test_headings_with_the_same_text_are_numbered(tmp_path: Path) -> None:
    page = page_of(tmp_path, "## Same\n\n## Other [a] {#o}\n\n### same\n\n## Same 2")
    target = titles.table([page])["index.md"]
    assert target.title == "Product Analytics/Onboarding/Page"
    assert target.fragments == {
        "page": "",
        "same": "Same",
        "o": "Other %5Ba%5D",
        "same_1": "same 2",
        "same-2": "Same 2 2",
    }


def test_the_first_heading_leads_to_the_page(tmp_path: Path) -> None:
    page = page_of(tmp_path, "[a](#page)")
    assert of_page(page, titles.table([page])) == "[[Product Analytics/Onboarding/Page|a]]"


#: Markdown with a fault on line 7 of its page, and what is said of it.
FAULTS = {
    "element": ("a\n<kbd>b</kbd>", "<kbd> has no form on the wiki yet"),
    "element of Markdown": ("a\n\n> quoted", "<blockquote> has no form"),
    "end of code": (
        "``` { .markdown .project }\n</syntaxhighlight>\n```",
        "cannot hold the end of one",
    ),
    "link": ("a\n[b](gone.md)", "no page of the guide called 'gone.md'"),
    "anchor": ("a\n[b](#gone)", "no heading of index.md called 'gone'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_its_line(tmp_path: Path, fault: str) -> None:
    markdown, said = FAULTS[fault]
    page = page_of(tmp_path, markdown)
    with pytest.raises(GuideError) as error:
        of_page(page, titles.table([page]))
    assert said in str(error.value)
    line = 8 if "\n\n" in markdown else 7
    assert str(error.value).startswith(f"{tmp_path / 'index.md'}:{line}: ")
