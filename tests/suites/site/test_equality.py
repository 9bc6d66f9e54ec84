"""What the site shows to a reader is what the macros render for that reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from selectolax.lexbor import LexborNode

from macros import profile, snippets
from macros.facts import current
from macros.profile import Profile
from macros.rendering import Guide
from macros.slots import fill
from macros.vocabulary import vocabulary
from tests.environments.built_site import Site
from tests.guide import strategies
from tests.guide.reading import PAGES

SNIPPETS = snippets.load()


class Shown(NamedTuple):
    """A block of a snippet in the built HTML: its conditions, and its text in pieces.

    Every second piece is the name of a value, those before, between and behind are text.
    """

    conditions: Mapping[str, list[str]]
    pieces: list[str]

    @property
    def varies(self) -> bool:
        """Whether it differs from reader to reader."""
        return bool(self.conditions) or len(self.pieces) > 1

    def for_reader(self, reader: Profile) -> str | None:
        """Return the text that `reader` sees, or None where the block is not for them."""
        for name, values in self.conditions.items():
            if name in reader.own and reader.values[name] not in values:
                return None
        shown = self.pieces.copy()
        shown[1::2] = [reader.values[name] for name in shown[1::2]]
        return "".join(shown)


class Blocks(dict[str, list[Shown]]):
    """The blocks of each snippet, by its name."""

    def __repr__(self) -> str:
        """Be short, or Hypothesis complains of this in place of what differs."""
        return f"<those of {len(self)} snippets>"


@pytest.fixture(scope="session")
def shown(site: Site) -> Blocks:
    """The blocks of each snippet, on the first page that has it."""
    found = Blocks()
    for page in PAGES:
        on_page: dict[str, list[Shown]] = {}
        for block in site.html(page).css("article [data-snippet]"):
            name = block.attributes["data-snippet"] or ""
            (code,) = block.css("pre > code")
            when = (block.attributes.get("data-when") or "").split()
            pairs = (part.split("=") for part in when)
            conditions = {choice: values.split(",") for choice, values in pairs}
            on_page.setdefault(name, []).append(Shown(conditions, _pieces(code, [""])))
        found = Blocks(on_page | found)
    return found


@pytest.fixture(scope="session")
def varying(shown: Blocks) -> Blocks:
    """Those of them that differ from reader to reader."""
    return Blocks(
        {n: blocks for n, blocks in shown.items() if any(block.varies for block in blocks)}
    )


def _pieces(node: LexborNode, pieces: list[str]) -> list[str]:
    """Go on with `pieces`, of which the last is text, by what is in `node`."""
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            pieces[-1] += child.text(deep=False)
        elif name := child.attributes.get("data-value"):
            pieces += [name, ""]
        else:
            _pieces(child, pieces)
    return pieces


def test_every_snippet_is_compared(shown: Blocks) -> None:
    assert shown.keys() == SNIPPETS.keys()


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(values=strategies.profiles())
def test_a_whole_profile(varying: Blocks, values: dict[str, str]) -> None:
    """The plain template, with no slot in it, says what the only block must hold."""
    reader = profile.build(values, current())
    plain = Guide(current(), reader, vocabulary, slots=False, snippets=SNIPPETS)
    for name, blocks in varying.items():
        texts = [text for block in blocks if (text := block.for_reader(reader)) is not None]
        assert texts == [plain.render_snippet(name)], name


@settings(max_examples=20, deadline=None)
@given(values=strategies.profiles(complete=False))
def test_a_profile_that_leaves_something_open(shown: Blocks, values: dict[str, str]) -> None:
    reader = profile.build(values, current())
    guide = Guide(current(), reader, vocabulary, snippets=SNIPPETS)
    for name, blocks in shown.items():
        texts = [text for block in blocks if (text := block.for_reader(reader)) is not None]
        expected = [fill(variant.text, dict(reader.values)) for variant in guide.variants(name)]
        assert texts == expected, name
