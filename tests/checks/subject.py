"""What a check is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from macros.profile import Profile
from tests.guide import reading


@dataclass(frozen=True)
class Problem:
    """What is wrong with a block, in the checking program's words, and on which of its lines.

    Lines are counted from 1; 0 is the fence's own.
    """

    message: str
    line: int = 1


@dataclass(frozen=True)
class Subject:
    """A block as one reader sees it."""

    text: str
    block: reading.Block
    reader: Profile


Check = Callable[[Subject], list[Problem]]


@dataclass(frozen=True)
class Language:
    """What a block can be written in, and all that the tests have to know of it.

    `check` looks at a block, and is None where pytest-markdown-docs runs it; `syntax` is the parser
    alone, which others' tests of documentation ask and nothing else. `program` is the one of
    `evidence/versions.py` that reads it for its users, and `material` what mutants call it.
    """

    check: Check | None
    syntax: Callable[[str], list[Problem]] | None = None
    program: str = ""
    material: str = ""

    @classmethod
    def parsed(cls, syntax: Callable[[str], list[Problem]], program: str) -> Language:
        """Return one whose blocks are parsed, and nothing else."""
        return cls(lambda subject: syntax(subject.text), syntax, program)
