"""How a command ended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, and what it printed on both streams."""

    code: int
    out: str
    err: str
