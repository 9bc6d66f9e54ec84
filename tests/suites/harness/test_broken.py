"""What an editor has broken: each gets one clear line, and nothing is written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from macros.settings import VARIABLES
from tests.tools.copies import make, ready_copy

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
#: What is written on a page, and what is said of it.
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
    "several.md": (
        '[[[ host("stat10100") ]]]\n\n[[[ nope ]]]',
        "9: no fact in hosts called 'stat10100'",
        "11: no value or macro called 'nope'",
    ),
    "reach.md": (
        '[[[ host.__globals__["os"].system("touch reached") ]]]',
        "9: a page can't look inside a value or macro",
    ),
    "config.md": (
        '[[[ config.theme.get_env().from_string("") ]]]',
        "9: no value or macro called 'config'",
    ),
    "zero.md": ("[[[ 1 / 0 ]]]", "9: ZeroDivisionError: division by zero"),
    "huge.md": ("word " * 400_000 + "\n\n[[[ nope ]]]", "11: no value or macro called 'nope'"),
}
#: What stands in the header, what is written instead, and what is said of it.
HEADERS = {
    "twice.md": ("owner:", "title: Again\nowner:", "4: the key 'title' stands twice"),
    "no-date.md": (
        "verified: 2026-11-24",
        "verified: soon",
        "1: the page's header says no day",
    ),
}
#: Pages and what they show: what is written at the end of a file, and what is said.
SHOWN = {
    "docs/start/accounts.md": ("[[[ nope ]]]", "no value or macro called 'nope'"),
    "docs/data/index.md": ("[[% if %]]", "macro syntax: "),
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
    "macros/facts/sections.yml": ("x: {port: many}", "x: port: Input should be a valid integer"),
    "macros/facts/tables.yml": ("x: *y", "not valid YAML: found undefined alias"),
    "macros/facts/lists.yml": ("#\0", "has the character U+0000"),
}


def said_of(root: Path, **environment: str) -> str:
    """Return what `make site` says in `root`, which fails, and leaves the older site whole."""
    done = make(root, "site", **environment)
    said = done.stdout + done.stderr
    assert done.returncode and "Traceback" not in said, said[-3000:]
    assert (root / "site" / "index.html").read_text() == "the older site"
    return said


def said_by_tests(root: Path) -> str:
    """Return what the tests of the project in `root` say before they begin."""
    command = [str(Path(sys.executable).parent / "pytest"), "-q", "docs/index.md"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode and not re.search("Traceback|^E ", said, re.MULTILINE), said[-3000:]
    return said.replace("ERROR: ", "")


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


def told_once(said: str, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        assert len(re.findall(pattern, said, re.MULTILINE)) == 1, (pattern, said[:6000])


def of_page(name: str, reason: str) -> str:
    return rf"^(?:WARNING -  )?docs/broken/{name}:{re.escape(reason)}"


@dataclass(frozen=True)
class Everything:
    """A copy in which all is broken that a build can go on with, and what was said of it.

    `of_files` are the patterns of what is said of the files that pages show. Pages that are no text
    were added when `make site` had said the first of it.
    """

    of_files: list[str]
    by_site: str
    of_no_text: str
    by_tests: str


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    root = ready_copy(tmp_path_factory.mktemp("broken"))
    docs = root / "docs" / "broken"
    docs.mkdir()
    for name, (text, *_) in BROKEN.items():
        (docs / name).write_text(f"{HEADER}{text}\n", encoding="utf-8")
    for name, (old, new, _) in HEADERS.items():
        (docs / name).write_text(HEADER.replace(old, new), encoding="utf-8")
    of_files = spoil(root, SHOWN)
    with (root / "docs/team/communications.md").open("a") as page:
        page.write("\n[here](nowhere.md)\n")
    by_site = said_of(root)
    for name, (data, _) in UNREADABLE.items():
        (docs / name).write_bytes(data)
    return Everything(of_files, by_site, said_of(root), said_by_tests(root))


def test_pages_that_cannot_be_rendered_are_listed(everything: Everything) -> None:
    for name, (_, *reasons) in BROKEN.items():
        told_once(everything.by_site, [of_page(name, reason) for reason in reasons])
        told_once(everything.by_tests, [of_page(name, reason) for reason in reasons])


def test_headers_that_cannot_be_read_are_told(everything: Everything) -> None:
    told_once(everything.by_site, [of_page(n, reason) for n, (_, _, reason) in HEADERS.items()])


def test_files_that_pages_show_are_told_once_by_the_site_and_by_the_tests(
    everything: Everything,
) -> None:
    told_once(everything.by_site, everything.of_files)
    told_once(everything.by_tests, everything.of_files)


def test_a_link_that_leads_nowhere_is_told(everything: Everything) -> None:
    told_once(everything.by_site, [r"team/communications\.md.*nowhere\.md"])


def test_pages_that_are_no_text_are_listed(everything: Everything) -> None:
    told_once(everything.of_no_text, [of_page(n, reason) for n, (_, reason) in UNREADABLE.items()])
    told_once(everything.by_tests, [of_page(n, reason) for n, (_, reason) in UNREADABLE.items()])


def test_the_tests_say_nothing_but_what_is_broken(everything: Everything) -> None:
    lines = everything.by_tests.strip().split("\n")
    assert all(re.match(r"(?:docs|snippets)/\S+:\d+: ", line) for line in lines), lines


def test_facts_that_cannot_be_loaded_are_told_once_by_the_site_and_by_the_tests(
    project: Path,
) -> None:
    patterns = spoil(project, LOADED)
    told_once(said_of(project), patterns)
    told_once(said_by_tests(project), patterns)


def test_a_file_that_may_not_lie_among_the_pages_is_told_and_never_run(project: Path) -> None:
    """Pytest would run a program there, and a link would publish a file of the machine."""
    for name in ("conftest.py", "test_pages.py"):
        (project / "docs" / name).write_text("from pathlib import Path\nPath('reached').touch()\n")
    (project / "docs" / "linked.md").symlink_to("/etc/hostname")
    (project / "snippets" / "stat" / "linked").symlink_to("/etc")
    os.mkfifo(project / "docs" / "pipe.md")
    patterns = [
        r"^docs/conftest\.py: is a program",
        r"^docs/test_pages\.py: is a program",
        r"^docs/linked\.md: is a link",
        r"^snippets/stat/linked: is a link",
        r"^docs/pipe\.md: is neither a file nor a folder",
    ]
    told_once(said_of(project), patterns)
    told_once(said_by_tests(project), patterns)
    assert not (project / "reached").exists()


def test_what_the_builder_is_told_is_refused_before_it_begins(project: Path) -> None:
    with (project / "mkdocs.yml").open("a", encoding="utf-8") as settings:
        settings.write("nav: []\n")
    said = said_of(project, **{variable.name: "2026-13-45'" for variable in VARIABLES})
    told_once(said, [r"^mkdocs.yml:\d+: the key 'nav' stands twice, first on line \d+"])
    told_once(said, [rf"^{variable.name}: .* is not accepted; " for variable in VARIABLES])
