"""Evidence: how each block of the guide was proven, as the tests have noted it.

`tests/evidence/notes.py` writes the file, a build reads it. A note holds for the very text of a
block, on its page and at its place: where one of them is another, the block is one that nobody has
proven. A file that is missing, broken or of another format is no evidence, and no error.

`python -m macros.evidence FILE...` makes the file of those that parts of the tests have written.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from macros.errors import ROOT, GuideError, GuideErrors
from macros.slots import BROKEN_TOKEN

#: Names the file; with nothing in it, there is none.
VARIABLE = "GUIDE_EVIDENCE"


@dataclass(frozen=True)
class Kind:
    """A kind of proof: how deep it goes (parsed, effect or run), and what readers are told."""

    depth: str
    words: str


#: Weakest first: of two proofs of one block the later in this order is told.
KINDS = {
    "parsed": Kind("parsed", "Checked, not run"),
    "effect": Kind("effect", "Effect tested, not run"),
    "stand-in": Kind("effect", "Not run: result tested on a stand-in"),
    "sandbox": Kind("run", "Run in a sandbox"),
    "rows": Kind("run", "Run on made-up rows"),
    "used": Kind("run", "Used in the lab"),
    "lab": Kind("run", "Run in the lab"),
}


def _known_kind(name: str) -> str:
    if name not in KINDS:
        raise ValueError(f"no kind of proof: {name}")
    return name


def _no_token(text: str) -> str:
    if BROKEN_TOKEN.search(text):
        raise ValueError("this would be taken for a value of the reader")
    return text


#: One line of plain text; what makes HTML of it escapes it.
Text = Annotated[
    str, Field(max_length=400, pattern=r"^[^\x00-\x1f\x7f]*$"), AfterValidator(_no_token)
]


class Note(BaseModel):
    """What one test says of one block: the kind of proof, if it is one, by which programs.

    `why` tells readers why it goes no further.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Annotated[str, AfterValidator(_known_kind)] | None = None
    programs: tuple[Text, ...] = ()
    why: Text = ""

    @property
    def rank(self) -> int:
        """How much it proves."""
        return list(KINDS).index(self.kind) if self.kind else -1


class NotedRun(BaseModel):
    """What a test said of blocks, by their fingerprints, how it ended, and when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: AwareDatetime
    passed: bool
    notes: dict[str, Note]


class Evidence(BaseModel):
    """What the tests have noted, by their names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    tests: dict[str, NotedRun] = {}


@dataclass(frozen=True)
class Proof:
    """How a block was proven: the kind (a key of KINDS), by which programs, on which day (UTC)."""

    kind: str
    programs: tuple[str, ...]
    day: date
    why: str = ""

    @property
    def depth(self) -> str:
        """How deep it goes: parsed, effect or run."""
        return KINDS[self.kind].depth


def file() -> Path | None:
    """Return where the evidence is read and written; None where there is to be none."""
    given = os.environ.get("GUIDE_EVIDENCE")
    if given is None:
        return ROOT / ".cache" / "evidence.json"
    return Path(given) if given else None


def read(path: Path) -> Evidence:
    """Return what `path` says; nothing where it cannot be read, or says anything unknown."""
    try:
        return Evidence.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return Evidence()


def together(parts: Iterable[Path]) -> Evidence:
    """Return what all of `parts` say; of a test that is in several, a failure counts.

    Raises GuideErrors for those that cannot be read: in them a failure might be told, which takes
    away what others have proven.
    """
    tests: dict[str, NotedRun] = {}
    errors = []
    for path in parts:
        try:
            part = Evidence.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            errors.append(GuideError("no evidence; run all parts of the tests", path))
            continue
        for name, report in part.tests.items():
            if name not in tests or tests[name].passed:
                tests[name] = report
    if errors:
        raise GuideErrors(errors)
    return Evidence(tests=dict(sorted(tests.items())))


def proofs(evidence: Evidence, now: datetime) -> dict[str, Proof]:
    """Return the strongest proof of each block by its fingerprint.

    There is none of a block of which a test has failed, and none from a time after `now`.
    """
    found: dict[str, tuple[int, datetime, Note]] = {}
    reasons: dict[str, str] = {}
    denied: set[str] = set()
    for _, report in sorted(evidence.tests.items()):
        for block, note in report.notes.items():
            if not report.passed:
                denied.add(block)
            elif report.at <= now:
                ranked = (note.rank, report.at, note)
                found[block] = max(found.get(block, ranked), ranked, key=lambda each: each[:2])
                reasons[block] = note.why or reasons.get(block, "")
    return {
        block: Proof(note.kind, note.programs, at.astimezone(UTC).date(), reasons[block])
        for block, (_, at, note) in found.items()
        if note.kind and block not in denied
    }


def current() -> Mapping[str, Proof]:
    """Return the proofs of this build's blocks by their fingerprints."""
    path = file()
    if path is None or not path.is_file():
        return {}
    state = path.stat()
    return _proofs_of(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)
def _proofs_of(path: Path, *_: int) -> Mapping[str, Proof]:
    """Return the proofs in `path`; while `make serve` runs, tests may change it."""
    return proofs(read(path), datetime.now(UTC))


def fingerprints(page: str, blocks: Iterable[tuple[str, str]]) -> list[str]:
    """Return the fingerprint of each of `blocks`, all of `page` (a path under docs/), in order.

    A block is its place and its text, with tokens for values. Output's has in it that of the block
    that makes it.
    """
    return list(_fingerprints(page, blocks))


def _fingerprints(page: str, blocks: Iterable[tuple[str, str]]) -> Iterator[str]:
    same: Counter[tuple[str, ...]] = Counter()
    maker = ""
    for place, text in blocks:
        block = (page, place, text, maker if place == "output" else "")
        same[block] += 1
        found = sha256("\0".join((*block, str(same[block]))).encode()).hexdigest()[:16]
        if place != "output":
            maker = found
        yield found


def main(parts: Iterable[Path]) -> None:
    """Write what `parts` say to where a build reads it; raises GuideErrors."""
    said, path = together(parts), file()
    if path is None:
        raise GuideError(f"{VARIABLE}: there is nowhere to write evidence; unset it")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(said.model_dump_json(indent=1), encoding="utf-8")


if __name__ == "__main__":
    try:
        main(map(Path, sys.argv[1:]))
    except GuideError as refused:
        sys.exit(str(refused))
