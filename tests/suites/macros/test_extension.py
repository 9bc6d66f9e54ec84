"""What the Markdown extension makes of values: whose they are, and where none may stand."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from markdown import Markdown

from macros import profile
from macros.extension import GuideExtension
from macros.facts import current
from macros.slots import token

SAMPLE = replace(profile.sample(current()), own=frozenset({"shell_name"}))
OWN, OTHERS = token("shell_name"), token("email")


def made(text: str, of: profile.Profile = SAMPLE) -> str:
    """Return the HTML of `text` for the profile `of`."""
    return Markdown(extensions=[GuideExtension(lambda: of), "attr_list", "md_in_html"]).convert(
        text
    )


def test_a_value_says_whether_it_is_the_readers_own() -> None:
    values = SAMPLE.values
    assert made(f"{OWN} {OTHERS}") == (
        f'<p><span class="value own" data-value="shell_name" translate="no">'
        f"{values['shell_name']}</span> "
        f'<span class="value sample" data-value="email" translate="no">{values["email"]}</span></p>'
    )


def test_a_value_is_escaped() -> None:
    nasty = replace(SAMPLE, values={**SAMPLE.values, "shell_name": "<b>&"})
    assert ">&lt;b&gt;&amp;</span>" in made(OWN, nasty)


def test_in_an_address_a_value_is_filled_in_and_kept_open_while_it_is_a_sample() -> None:
    values = {**SAMPLE.values, "email": "a b@x.org"}
    link = made(f"[x](https://x.org/{OWN}/{OTHERS})", replace(SAMPLE, values=values))
    own = values["shell_name"]
    assert f' href="https://x.org/{own}/a%20b%40x.org"' in link
    assert f' data-value-href="https://x.org/{own}/{{email}}"' in link
    assert "data-value-href" not in made(f"[x](https://x.org/{OWN})")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"# The name {OWN}", "a heading prints a value of the reader"),
        (f'[x](https://x.org "{OWN}")', "an attribute prints a value of the reader"),
        (OWN[:-2], "a value of the reader was changed after it was printed"),
    ],
)
def test_a_value_where_no_browser_could_replace_it_is_a_warning(
    caplog: pytest.LogCaptureFixture, text: str, said: str
) -> None:
    with caplog.at_level(logging.WARNING, "mkdocs.guide"):
        made(text)
    assert said in caplog.text


@pytest.mark.parametrize("text", ["# The name", "[x](https://x.org 'a title')", "a `value`"])
def test_what_has_no_value_is_left_alone(caplog: pytest.LogCaptureFixture, text: str) -> None:
    with caplog.at_level(logging.WARNING, "mkdocs.guide"):
        assert made(text) == Markdown().convert(text)
    assert not caplog.records


@pytest.mark.parametrize(("lines", "coloured"), [(100, True), (101, False)])
def test_a_program_that_nobody_reads_has_no_colours(lines: int, coloured: bool) -> None:
    text = "<pre><code>" + '<span class="k">if</span>\n' * lines + "</code></pre>"
    assert ('class="k"' in made(text)) is coloured


def test_a_fence_is_labelled_with_its_place_and_blanks_have_no_colour() -> None:
    block = (
        '<div class="language-bash laptop highlight"><code>a<span class="w"> </span>b</code></div>'
    )
    said = made(block)
    assert '<div class="language-bash laptop highlight"><p class="place">' in said
    assert "a b" in said
    assert 'class="place"' not in made(block.replace(" laptop", ""))
