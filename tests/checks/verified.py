"""Facts against what was verified of them: one changes only together with its evidence."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from macros import facts, yaml_lines
from macros.errors import GuideError, shown
from macros.facts import FOLDER

#: A line for each fact: kind, key, date verified, and the fingerprint of what was verified.
FILE = Path(__file__).with_suffix(".tsv")
_RECORD = ".venv/bin/pytest tests/suites/macros/test_facts.py --record"


def difference(kind: str) -> str | None:
    """Return which facts of `kind` are not what was verified, and what to do; None where all are.

    Raises GuideError where they cannot be read.
    """
    now, before = _now(kind), _recorded()
    lines = _undated(kind)
    for fact, (day, _) in now.items():
        if before.get(fact) != now[fact] and _place(*fact) not in str(lines):
            what = f"verified on {day}, but that is not recorded" if fact in before else "new"
            lines.append(f"{_place(*fact)}: {fact[1]} is {what}; record it: {_RECORD}")
    for fact in before:
        if fact[0] == kind and fact not in now:
            lines.append(f"{_place(*fact)}: {fact[1]} is gone; record that: {_RECORD}")
    return "\n".join(lines) or None


def record(kind: str) -> None:
    """Write down what the facts of `kind` are now.

    Raises GuideError for those that were changed and still have the day of what they were.
    """
    if undated := _undated(kind):
        raise GuideError("\n".join(undated))
    others = {fact: seen for fact, seen in _recorded().items() if fact[0] != kind}
    lines = ["\t".join([*fact, *seen]) for fact, seen in sorted((others | _now(kind)).items())]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _undated(kind: str) -> list[str]:
    """Return, with its line, each fact that was changed while its day was not."""
    before, today = _recorded(), str(date.today())
    return [
        f"{_place(*fact)}: {fact[1]} was changed, and its day is still {day}: look at its source"
        f" again, write `verified: {today}` in this entry, and record it: {_RECORD}"
        for fact, (day, fingerprint) in _now(kind).items()
        if fact in before and before[fact][0] == day and before[fact][1] != fingerprint
        if day != today
    ]


def _place(kind: str, key: str) -> str:
    document = yaml_lines.load(FOLDER / f"{kind}.yml")
    return f"{shown(document.path)}:{document.line(key)}"


def _now(kind: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Return date and fingerprint of each fact, but for what only explains it."""
    known = facts.load_kind(FOLDER, kind)
    told = {
        key: fact.model_dump_json(
            exclude={"what": True, "note": True, "verified": True, "source": {"__all__": {"read"}}}
        )
        for key, fact in known.items()
    }
    return {
        (kind, key): (str(known[key].verified), hashlib.sha256(text.encode()).hexdigest()[:12])
        for key, text in told.items()
    }


def _recorded() -> dict[tuple[str, str], tuple[str, str]]:
    """Return the same of each fact when it was recorded."""
    lines = [line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()]
    return {(kind, key): (date, fingerprint) for kind, key, date, fingerprint in lines}
