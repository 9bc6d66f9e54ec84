"""The recorded result of a query: compared with what is seen now, or written anew."""

from __future__ import annotations

import difflib
from pathlib import Path

from macros.errors import shown

RESULTS = Path(__file__).parent / "results"
#: How many lines of a difference are shown.
_SHOWN = 12


def difference(file: Path, seen: str, recording: bool, again: str) -> str | None:
    """Return how `seen` differs from what `file` has, and what to do; None where it does not.

    With `recording`, `file` is written first. `again` is the command that records.
    """
    if recording:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(seen, encoding="utf-8")
    if not file.is_file():
        return f"no result is recorded; look at what it is with {again}"
    before = file.read_text(encoding="utf-8")
    if seen == before:
        return None
    compared = difflib.ndiff(before.splitlines(), seen.splitlines())
    changes = [f"  {change}" for change in compared if change[0] in "+-"]
    more = [f"  and {len(changes) - _SHOWN} more"] if len(changes) > _SHOWN else []
    told = "\n".join(changes[:_SHOWN] + more)
    return f"another result than in {shown(file)}:\n{told}\nIf it is right, record it: {again}"
