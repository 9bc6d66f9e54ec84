"""What an editor has broken: each gets one clear line, and nothing is written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from macros.settings import VARIABLES
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


#: What pages show: what is written at the end of a file, or instead of its name, and what is said.
SHOWN = {
    "snippets/laptop/ssh_config": (
        "[[[ snippet('laptop/ssh_config') ]]]",
        "goes round in a circle",
    ),
    "snippets/laptop/tunnels.bash": ("[[% if %]]", "macro syntax: "),
    "snippets/laptop/doctor.bash": ("[[[ shel_name ]]]", "no value or macro called 'shel_name'"),
    "snippets/stat/bashrc": (
        "[[% if team == 'A' %]][[% endif %]]",
        "team is a value of the reader",
    ),
    "snippets/stat/gitconfig": ("[[% include 'x' %]]", "a page or snippet includes no other"),
    "snippets/stat/doctor.bash": ("[[[ host('nope') ]]]", "no fact in hosts called 'nope'"),
    "snippets/sabotages.yml": ("x: {step: a}", "x: place: Field required"),
    "snippets/phabricator/checklist.yml": ("- {title: A, tasks: 5}", "tasks: Input should be a"),
    "docs/pictures/way-in.svg": ("[[[ nope ]]]", "no value or macro called 'nope'"),
}
#: What the guide cannot begin without.
LOADED = {
    "macros/facts/hosts.yml": ("x: {host: y}", "x: kind: Field required"),
    "macros/facts/tables.yml": ("x: *y", "not valid YAML: found undefined alias"),
    "macros/facts/lists.yml": ("#\0", "has the character U+0000"),
}


@pytest.fixture
def docs(project: Path) -> Path:
    folder = project / "docs" / "broken"
    folder.mkdir()
    return folder


def said_of(root: Path, **environment: str) -> str:
    """Return what `make site` says in `root`, which fails, and leaves the older site whole."""
    done = make_site(root, **environment)
    said = done.stdout + done.stderr
    assert done.returncode and "Traceback" not in said, said[-3000:]
    assert (root / "site" / "index.html").read_text() == "the older site"
    return said


def test_pages_that_are_no_text_are_listed(docs: Path) -> None:
    for name, (data, _) in UNREADABLE.items():
        (docs / name).write_bytes(data)
    said = said_of(docs.parent.parent)
    for name, (_, told) in UNREADABLE.items():
        assert said.count(f"docs/broken/{name}:{told}") == 1, said


def test_pages_that_cannot_be_rendered_are_listed(docs: Path) -> None:
    for name, (text, _) in BROKEN.items():
        (docs / name).write_text(f"{HEADER}{text}\n", encoding="utf-8")
    said = said_of(docs.parent.parent)
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
    assert f"docs/broken/page.md:{told}" in said_of(docs.parent.parent)


def spoil(root: Path, files: dict[str, tuple[str, str]]) -> list[str]:
    """Write at the ends of `files`; return what is to be said of each, with its line."""
    told = []
    for name, (text, reason) in files.items():
        path = root / name
        before = path.read_text(encoding="utf-8")
        path.write_text(f"{before}{text}\n", encoding="utf-8")
        line = before.count("\n") + 1
        told.append(rf"^(?:WARNING -  )?{name}:{line}: .*{re.escape(reason)}")
    return told


def told_once(said: str, patterns: list[str]) -> None:
    for pattern in patterns:
        assert len(re.findall(pattern, said, re.MULTILINE)) == 1, (pattern, said[:6000])


def told_by_tests(root: Path) -> str:
    """Return what the tests of the project in `root` say before they begin."""
    command = [sys.executable, "-m", "pytest", "-q", "docs/index.md"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode and not re.search("Traceback|^E ", done.stderr, re.MULTILINE)
    return done.stderr.replace("ERROR: ", "")


@pytest.mark.parametrize("files", [SHOWN, LOADED], ids=["shown", "loaded"])
def test_a_broken_file_is_told_once_by_the_site_and_by_the_tests(
    project: Path, files: dict[str, tuple[str, str]]
) -> None:
    patterns = spoil(project, files)
    told_once(said_of(project), patterns)
    told_once(told_by_tests(project), patterns)


def test_what_the_builder_is_told_is_refused_before_it_begins(project: Path) -> None:
    with (project / "mkdocs.yml").open("a", encoding="utf-8") as settings:
        settings.write("nav: []\n")
    said = said_of(project, **{variable.name: "2026-13-45'" for variable in VARIABLES})
    told_once(said, [r"^mkdocs.yml:\d+: the key 'nav' stands twice, first on line \d+"])
    told_once(said, [rf"^{variable.name}: .* is not accepted; " for variable in VARIABLES])
