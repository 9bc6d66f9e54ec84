"""What the laptop of the lab knows of the guide: its steps, their checks, and how they break.

The file is written when practice begins, with the newcomer's own values, and read by `lab`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

#: On the laptop.
FILE = Path("/srv/lab/practice.json")
#: Beside it: how the exam goes.
SHEET = FILE.with_name("exam.json")
#: Where the newcomer saves the text of the access request, and where the admin's answer comes.
REQUEST = "access_request.txt"
ANSWER = "mail.txt"


@dataclass(frozen=True)
class Look:
    """A block of a check: lines of bash for `place`, and what the page says is seen, if it does."""

    place: str
    text: str
    shown: str | None


@dataclass(frozen=True)
class Break:
    """A sabotage: what breaks a step at `place`, and mends it, with symptom, cause and cure.

    Where `apply` is empty, nobody breaks it: it is known trouble all the same.
    """

    name: str
    place: str
    apply: str
    undo: str
    see: str | None
    misses: str | None
    cause: str
    cure: str


@dataclass(frozen=True)
class PracticeStep:
    """A step of the guide with its check; `who` acts. `always` is false where it may not apply.

    `needs` are ids of other steps, which come first.
    """

    id: str
    title: str
    who: str
    always: bool
    needs: tuple[str, ...]
    looks: tuple[Look, ...]
    breaks: tuple[Break, ...]


@dataclass(frozen=True)
class Practice:
    """The steps in the guide's order, the name of the stat host on the laptop, and the welcome.

    `goals` are those of the exam, by the ids of the steps that judge them.
    """

    stat: str
    welcome: str
    steps: tuple[PracticeStep, ...]
    goals: Mapping[str, str]


def dump(practice: Practice) -> str:
    """Return `practice` as text."""
    return json.dumps(asdict(practice), indent=1)


def load(text: str) -> Practice:
    """Return the practice of a text that `dump` has written."""
    data = json.loads(text)
    steps = tuple(
        PracticeStep(
            step["id"],
            step["title"],
            step["who"],
            step["always"],
            tuple(step["needs"]),
            tuple(Look(**look) for look in step["looks"]),
            tuple(Break(**sabotage) for sabotage in step["breaks"]),
        )
        for step in data["steps"]
    )
    return Practice(data["stat"], data["welcome"], steps, data["goals"])
