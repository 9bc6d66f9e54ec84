"""Lines as a survey prints them, and facts of one's own to note them beside."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from macros.facts import FOLDER, Facts, current, load
from macros.sources.verdict import Record
from macros.survey import seen
from macros.surveyed import Ask, everything

DAY = "2026-12-01"


def asked(kind: str, key: str, part: str = "") -> Ask:
    """Return what a survey asks of a fact, or of a part of it."""
    return next(
        a for a in everything(current()) if (a.kind, a.key) == (kind, key) and part in ("", a.part)
    )


def line(ask: Ask, found: str | None = "", **fields: Any) -> str:
    """Return the line on `ask`, where what should be there was found, or something else."""
    told = {"holds": ask.expected, "": None if ask.retired else ask.expected}
    found = told.get(found, found) if found is not None else None
    verdict = "gone" if found is None else "changed"
    if ask.retired:
        verdict = "holds" if found is None else "changed"
    elif found == ask.expected:
        verdict = "holds"
    made: dict[str, Any] = {
        "kind": ask.kind,
        "key": ask.key,
        "verdict": verdict,
        "expected": {ask.part: ask.expected},
        "found": {ask.part: found},
        "from": "stat",
        "with": ask.probe.partition(":")[0],
        "day": DAY,
    }
    return json.dumps(made | {name.rstrip("_"): value for name, value in fields.items()})


def silent(ask: Ask, verdict: str = "unanswered", reason: str = "nobody is there") -> str:
    """Return the line on `ask` where there was no answer."""
    return line(ask, None, verdict=verdict, reason=reason)


class World:
    """A copy of the facts, and files of lines beside it."""

    def __init__(self, folder: Path):
        self.facts, self._folder = folder / "facts", folder
        shutil.copytree(FOLDER, self.facts)

    def known(self) -> Facts:
        """Return the facts of the copy as they are now."""
        return load(self.facts)

    def file(self, *lines: str) -> Path:
        """Return a file with these lines."""
        path = self._folder / "seen.jsonl"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def records(self, *lines: str) -> dict[str, Record]:
        """Return the records that `lines` come to, by the facts' keys."""
        found = seen.records(self.known(), [self.file(*lines)], self.facts)
        return {record.key: record for record in found}

    def texts(self) -> dict[str, str]:
        """Return what is in the files of the copy."""
        return {path.name: path.read_text() for path in sorted(self.facts.iterdir())}
