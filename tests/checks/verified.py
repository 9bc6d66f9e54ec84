"""Facts against what was verified of them: one changes only together with its evidence."""

from __future__ import annotations

import hashlib
from pathlib import Path

from macros import facts
from macros.errors import shown
from macros.facts import FOLDER

#: A line for each fact: kind, key, date verified, and the fingerprint of what was verified.
FILE = Path(__file__).with_suffix(".tsv")


def difference(kind: str) -> str | None:
    """Return which facts of `kind` are not what was verified, and what to do; None where all are.

    Raises GuideError where they cannot be read.
    """
    now, before = _now(kind), _recorded()
    changed = [
        f"{key[1]} (verified {seen[0]})" for key, seen in now.items() if before.get(key) != seen
    ]
    gone = [key for of, key in before if of == kind and (kind, key) not in now]
    if not changed + gone:
        return None
    return (
        f"{shown(FOLDER / kind)}.yml: not what was verified: {', '.join(changed + gone)}. Look"
        " at the source again, write the date of that, and record it:"
        " .venv/bin/pytest tests/suites/macros/test_facts.py --record"
    )


def record(kind: str) -> None:
    """Write down what the facts of `kind` are now."""
    others = {fact: seen for fact, seen in _recorded().items() if fact[0] != kind}
    lines = ["\t".join([*fact, *seen]) for fact, seen in sorted((others | _now(kind)).items())]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _now(kind: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Return date and fingerprint of each fact, but for what only explains it."""
    known = facts.load_kind(FOLDER, kind)
    told = {
        key: fact.model_dump_json(
            exclude={
                **dict.fromkeys(("what", "note", "verified", "seen"), True),
                "source": {"__all__": {"read"}},
            }
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
