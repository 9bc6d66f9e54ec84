"""Pages that an editor has broken: each gets one clear line, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.test_publishing import make_site

pytestmark = pytest.mark.slow

HEADER = """---
title: Broken
description: A page that is broken in some way.
owner: Product Analytics
verified: 2026-11-24
---
# Broken

"""
#: What MkDocs itself would fall over, and what is said of it.
UNREADABLE = {
    "lines.md": (
        (HEADER + "Text\n").replace("\n", "\r\n").encode(),
        "1: ends its lines with CR LF",
    ),
    "latin.md": (HEADER.encode() + b"caf\xe9\n", "9: not UTF-8"),
    "mark.md": (b"\xef\xbb\xbf" + HEADER.encode(), "1: begins with a byte order mark"),
    "nul.md": ((HEADER + "nul\0byte\n").encode(), "9: has the character U+0000"),
}
BROKEN = {
    "missing.md": ('[[[ snippet("laptop/nothing") ]]]', "9: no snippet called 'laptop/nothing'"),
    "include.md": ('[[% include "docs/index.md" %]]', "9: a page or snippet includes no other"),
    "extends.md": ('[[% extends "index.md" %]]', "9: a page or snippet includes no other"),
    "round.md": (
        "[[% macro a() %]][[[ a() ]]][[% endmacro %]]\n\n[[[ a() ]]]",
        "9: this goes round in a circle",
    ),
    "heading.md": ('## The host [[[ host("nope") ]]]', "9: no fact in hosts called 'nope'"),
    "open.md": ("text [[[ shell_name", "9: macro syntax"),
    "listed.md": (
        '=== "One"\n\n    1. In a list:\n\n        ``` { .bash .laptop }\n'
        "        [[[ nope ]]]\n        ```",
        "14: no value or macro called 'nope'",
    ),
    "zero.md": ("[[[ 1 / 0 ]]]", "9: ZeroDivisionError: division by zero"),
    "huge.md": ("word " * 400_000 + "\n\n[[[ nope ]]]", "11: no value or macro called 'nope'"),
}


@pytest.fixture
def docs(project: Path) -> Path:
    folder = project / "docs" / "broken"
    folder.mkdir()
    return folder


def said_of(docs: Path) -> str:
    """Return what `make site` says, which fails, and leaves the older site whole."""
    root = docs.parent.parent
    done = make_site(root)
    said = done.stdout + done.stderr
    assert done.returncode and "Traceback" not in said, said[-3000:]
    assert (root / "site" / "index.html").read_text() == "the older site"
    return said


def test_pages_that_are_no_text_are_listed(docs: Path) -> None:
    for name, (data, _) in UNREADABLE.items():
        (docs / name).write_bytes(data)
    said = said_of(docs)
    for name, (_, told) in UNREADABLE.items():
        assert said.count(f"docs/broken/{name}:{told}") == 1, said


def test_pages_that_cannot_be_rendered_are_listed(docs: Path) -> None:
    for name, (text, _) in BROKEN.items():
        (docs / name).write_text(f"{HEADER}{text}\n", encoding="utf-8")
    said = said_of(docs)
    for name, (_, told) in BROKEN.items():
        assert said.count(f"docs/broken/{name}:{told}") == 1, (name, said[:6000])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("owner:", "title: Again\nowner:", "4: the key 'title' stands twice"),
        ("verified: 2026-11-24", "verified: soon", "1: the page's header says no day"),
    ],
    ids=["twice", "no-date"],
)
def test_a_header_that_cannot_be_read_is_told(docs: Path, old: str, new: str, told: str) -> None:
    (docs / "page.md").write_text(HEADER.replace(old, new), encoding="utf-8")
    assert f"docs/broken/page.md:{told}" in said_of(docs)
