"""Mutants that mean the same as what they come from: declared, each with its reason."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

from macros import yaml_lines
from macros.errors import GuideError
from tests.tools.mutants.corpus import Mutant

#: Of these only some are tried at a time.
_OF_CODE = re.compile(r"macros/[\w/]+\.py: ")
FILE = Path(__file__).with_suffix(".yml")


def of(tried: list[Mutant]) -> dict[Mutant, str]:
    """Return the reason for each of `tried` that is declared equivalent.

    The file maps reasons to keys of mutants, in which `*` and `?` stand for any letters. Raises
    GuideError, with its line, for a key that is of no mutant at all.
    """
    document = yaml_lines.load(FILE)
    excused: dict[Mutant, str] = {}
    for reason, patterns in (document.data or {}).items():
        for number, pattern in enumerate(patterns):
            matching = [m for m in tried if _matches(m.key, pattern)]
            if not matching and not _OF_CODE.match(pattern):
                message = f"no mutant is called {pattern!r}; remove it"
                raise GuideError(message, FILE, document.line(reason, number))
            excused |= dict.fromkeys(matching, reason)
    return excused


def _matches(key: str, pattern: str) -> bool:
    # Brackets are the guide's own.
    return fnmatchcase(key, pattern.replace("[", "[[]"))
