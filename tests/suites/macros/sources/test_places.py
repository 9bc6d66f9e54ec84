"""On which line a probe has found what it tells: where somebody who mends the fact looks."""

from __future__ import annotations

from typing import cast

import pytest

from macros.sources.clones import Clone, Entry
from macros.sources.probes import PROBES
from macros.sources.verdict import Finding, UnansweredError
from tests.suites.macros.sources.cases import CASES

_ALL_OPTIONS = 'parser.add_argument("--hot", dest="h")\nparser.add_argument("cup")\n'
_ALL_OPTIONS += 'parser.add_argument("--with-milk")'
BY_KEY = {case.key: case for case in CASES}


class OneFile:
    """A clone in which every path is the same file."""

    def __init__(self, text: str):
        self._text = text

    def entry(self, path: str) -> Entry:
        """Return that file, as `path`."""
        return Entry(path, self._text)


def found(key: str, text: str) -> list[Finding]:
    """Return what the probe of the case `key` finds in `text`."""
    question = BY_KEY[key].question
    assert question.read
    clone = cast("Clone", OneFile(text))
    probe = question.read.probe
    return list(PROBES[probe](question, clone, question.read.given()[probe]))


@pytest.mark.parametrize(
    ("key", "old", "new", "line"),
    [
        ("rows", "Tea\tTE\tlow", "Tea\tTE\thigh", 2),
        ("rows", "Maté\tMA\thigh\n", "Maté\tMA\thigh\nWater\tWA\thigh\n", 5),
        ("aliases", "install2", "install3", 6),
        ("options", "--with-milk", "--with-sugar", 6),
        ("options", 'parser.add_argument("--with-milk")', "", 4),
        ("options", _ALL_OPTIONS, "", 1),
        ("r2", "teawiki\n", "teawiki\n\ncupwiki\n", 1),
    ],
)
def test_a_change_is_told_with_its_line(key: str, old: str, new: str, line: int) -> None:
    right = BY_KEY[key].right
    assert old in right
    assert all(each.found == each.expected for each in found(key, right))
    told = found(key, right.replace(old, new))
    assert next(each.line for each in told if each.found != each.expected) == line


def test_of_a_list_a_wiki_that_is_new_is_told_with_its_line() -> None:
    *_, last = found("r2", "# made\nmilkwiki\ncupwiki\nteawiki\n")
    assert last.line == 3


def test_what_is_no_sql_says_why() -> None:
    with pytest.raises(UnansweredError, match=r"cups.hql: is no SQL that can be read: \S"):
        found("kitchen.cups", "CREATE TABLE (((")
