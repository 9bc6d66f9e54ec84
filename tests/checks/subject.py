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
