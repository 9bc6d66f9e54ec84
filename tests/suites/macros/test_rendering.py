"""Rendering: errors name page and line, all at once; lines stay true; slots equal plain text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings

from macros import front_matter, profile
from macros.errors import GuideErrors
from macros.facts import current
from macros.rendering import Guide, Variant
from macros.slots import fill
from macros.snippets import load as load_snippets
from macros.vocabulary import vocabulary
from tests.guide import reading, strategies

HEADER = "---\ntitle: X\nowner: Y\n---\n"


def render(tmp_path: Path, body: str) -> str:
    page = tmp_path / "page.md"
    page.write_text(HEADER + body, encoding="utf-8")
    guide = Guide(current(), profile.sample(current()), vocabulary)
    return guide.render_page(page).text.removeprefix(HEADER)


def refusal(tmp_path: Path, body: str) -> str:
    with pytest.raises(GuideErrors) as refused:
        render(tmp_path, body)
    return str(refused.value).replace(f"{tmp_path}/", "")


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ("[[[ shel_name ]]]", "no value or macro called 'shel_name'; did you mean shell_name"),
        ('[[[ hots("x") ]]]', "no value or macro called 'hots'; did you mean host"),
        (
            '[[[ host("stat101") ]]]',
            "no fact in hosts called 'stat101'; did you mean stat1011, stat1010",
        ),
        ('[[[ link("superst") ]]]', "did you mean superset"),
        ('[[[ snippet("laptop/ssh_confg") ]]]', "did you mean laptop/ssh_config"),
        ('[[[ port("superset") ]]]', "superset has no port"),
        ("[[[ host() ]]]", "host: missing a required argument: 'key'"),
        (
            '[[[ host("stat1010", 2) ]]]',
            "host: too many positional arguments",
        ),
        ("[[[ shell_name.upper() ]]]", "print it as it is"),
        ('[[% if kind == "staff" %]]x[[% endif %]]', 'use [[% call when("kind", "...") %]]'),
        ('[[% call when("knd", "staff") %]]x[[% endcall %]]', "did you mean kind"),
        ('[[% call when("kind", "staf") %]]x[[% endcall %]]', "did you mean staff"),
        ("[[[ shell_name|upper ]]]", "print it as it is"),
        ("[[[ shell_name ~ 1 ]]]", "print it as it is"),
        ("[[[ host(shell_name) ]]]", "host: "),
        ("[[[ 1 / 0 ]]]", "ZeroDivisionError"),
        ('[[[ snippet("laptop/ssh_config", "x") ]]]', "snippet: TypeError"),
        ("[[[ shell_name ", "macro syntax: "),
        ("[[% if %]]", "macro syntax: "),
        ('[[[ picture("wayin") ]]]', "no picture called 'wayin'"),
    ],
)
def test_an_error_names_page_line_and_near_names(tmp_path: Path, mark: str, message: str) -> None:
    text = refusal(tmp_path, f"# X\n\ntext {mark}\n")
    assert text.startswith("page.md:7: "), text
    assert message in text


def test_all_errors_of_a_page_come_at_once_and_in_order(tmp_path: Path) -> None:
    text = refusal(tmp_path, '# X\n[[[ nope ]]]\n\n[[[ host("nope") ]]]\n\n- a [[[ alsonope ]]]\n')
    assert [line.split(" ")[0] for line in text.split("\n")] == [
        "page.md:6:",
        "page.md:8:",
        "page.md:10:",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "echo ${#arr[@]} ${x} $(y)",
        "docker ps --format '{{.Names}}'",
        "[[ -n $x && $# -gt 0 ]] && echo yes",
        "f'{{x}}' % {'a': [[1, 2], [3]]}",
        'l[[m[["k"]]]]',
        "awk '{#x}' # {% y %}",
        "SELECT a['b'], {{ ds }} FROM t -- [[x]]",
    ],
)
def test_ordinary_lines_are_left_alone(tmp_path: Path, line: str) -> None:
    body = f"```\n{line}\n```\n"
    assert render(tmp_path, body) == body


def test_a_blank_or_shorter_mark_is_no_mark(tmp_path: Path) -> None:
    assert "[[ shell_name ]]" in render(tmp_path, "[[ shell_name ]]\n")


def test_lines_of_pages_and_snippets_are_true() -> None:
    """Every rendered line that stands in its source unchanged is mapped to that very line."""
    checked = 0
    for page in reading.pages():
        rendered = reading.rendered(page)
        assert len(rendered.origins) == rendered.text.count("\n") + 1
        sources: dict[Path, list[str]] = {}
        for line, origin in zip(rendered.text.split("\n"), rendered.origins, strict=True):
            source = sources.setdefault(origin.path, origin.path.read_text().split("\n"))
            if line.strip() and line.strip() in {each.strip() for each in source}:
                at = source[origin.line - 1].strip()
                is_mark = "[[" in at
                assert at == line.strip() or is_mark, f"{origin.path}:{origin.line}"
                checked += not is_mark
    assert checked > 500


@pytest.mark.slow
def test_marking_lines_changes_no_text() -> None:
    """What the tests read is what the site builder renders."""
    guide = reading.guide()
    for page in reading.pages():
        source = page.read_text(encoding="utf-8")
        header = front_matter.header(source)
        guide.begin_page(page, 0)
        bare = guide.page_environment.from_string(source[len(header) :]).render()
        assert guide.end_page(bare) == []
        assert header + bare == reading.rendered(page).text, page


SNIPPETS = load_snippets()


@cache
def _variants() -> dict[str, list[Variant]]:
    """Every snippet with tokens, as the site is built from it."""
    slotted = Guide(current(), profile.sample(current()), vocabulary, slots=True, snippets=SNIPPETS)
    return {name: slotted.variants(name) for name in SNIPPETS}


@given(strategies.profiles())
@settings(max_examples=15)
def test_filled_slots_equal_plain_rendering_of_every_snippet(values: dict[str, str]) -> None:
    """One template: what a browser would fill in is what the macros render for that reader."""
    reader = profile.build(values, current())
    plain = Guide(current(), reader, vocabulary, slots=False, snippets=SNIPPETS)
    for name, variants in _variants().items():
        theirs = [
            v for v in variants if all(reader.values[k] in c for k, c in v.conditions.items())
        ]
        assert len(theirs) == 1, f"{name}: {reader.values['kind']} sees {len(theirs)} variants"
        expected = plain.render_snippet(name)
        assert fill(theirs[0].text, dict(reader.values)) == expected, name


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, ["For staff.", "For contractors."]),
        ({"shell_name": "x"}, ["For staff.", "For contractors."]),
        ({"kind": "staff"}, ["For staff."]),
        ({"kind": "contractor"}, ["For contractors."]),
    ],
)
def test_a_choice_that_is_left_open_shows_all_its_texts(
    tmp_path: Path, given: dict[str, str], shown: list[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        '[[% call when("kind", "staff") %]]\n\nFor staff.\n\n[[% endcall %]]\n\n'
        '[[% call when("kind", "contractor") %]]\n\nFor contractors.\n\n[[% endcall %]]\n',
        encoding="utf-8",
    )
    guide = Guide(current(), profile.build(given, current()), vocabulary)
    text = guide.render_page(page).text
    assert [line for line in ("For staff.", "For contractors.") if line in text] == shown
    assert ("data-when" in text) is (len(shown) > 1)


@pytest.mark.parametrize(
    ("given", "text", "note"),
    [
        ({}, '<div class="when chosen" data-when="r=show"', 'data-when="r=aside" hidden'),
        ({"r": "show"}, "In R.", None),
        ({"r": "aside"}, None, 'data-when="r=aside" data'),
    ],
)
def test_what_can_be_put_aside_is_shown_until_it_is(
    tmp_path: Path, given: dict[str, str], text: str | None, note: str | None
) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        '[[[ put_aside("r") ]]]\n\n[[% call when("r", "show") %]]\n\nIn R.\n\n[[% endcall %]]\n',
        encoding="utf-8",
    )
    made = Guide(current(), profile.build(given, current()), vocabulary).render_page(page).text
    assert ("In R." in made) is (text is not None) and (text or "") in made
    assert ("You put this aside (R)." in made) is (note is not None) and (note or "") in made


def test_a_macro_can_be_written_over_several_lines(tmp_path: Path) -> None:
    body = 'To [[[ host(\n    "stat1010",\n) ]]]\nand back.\n'
    assert render(tmp_path, body) == "To stat1010.eqiad.wmnet\nand back.\n"


def test_only_what_the_reader_gave_is_the_readers_own() -> None:
    made = profile.build({"shell_name": "x", "site": "esams", "full_name": "Jane Doe"}, current())
    assert made.own == {"shell_name", "full_name", "site", "bastion"}
    assert profile.sample(current()).own == frozenset()
