"""Proofs that are kept by content: how a test ended, under a key of all that it hangs on.

The file is beside the evidence. Processes side by side add to it what they have run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from macros.errors import ROOT
from macros.evidence import NotedRun
from tests.evidence.notes import locked, replaced

FILE = ROOT / ".cache" / "kept.json"
#: After this time a test is run again: clocks, certificates and chance are in no key.
DAYS = 14


class Kept(BaseModel):
    """A test that has passed: the key of what it hangs on, and what it said when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    run: NotedRun

    def is_fresh(self, now: datetime) -> bool:
        """Return whether it holds at the time `now`."""
        return timedelta() <= now - self.run.at <= timedelta(days=DAYS)


class Store(BaseModel):
    """The kept proofs by the names of their tests; and what parts of the project were like then."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    tests: dict[str, Kept] = {}
    parts: dict[str, str] = {}

    def proof(self, test: str, key: str, now: datetime) -> NotedRun | None:
        """Return how `test` has passed with `key`, if it has, and not too long before `now`."""
        kept = self.tests.get(test)
        return kept.run if kept and kept.key == key and kept.is_fresh(now) else None


def read(path: Path = FILE) -> Store:
    """Return what is kept at `path`; nothing where it cannot be read, or says anything unknown."""
    try:
        return Store.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return Store()


def write(
    passed: Mapping[str, Kept], failed: set[str], parts: Mapping[str, str], path: Path = FILE
) -> None:
    """Keep the tests that have `passed`, and no more those that have `failed`, or too long ago."""
    now = datetime.now(UTC)
    with locked(path):
        before = read(path)
        tests = {n: each for n, each in before.tests.items() if each.is_fresh(now)}
        tests = {n: each for n, each in {**tests, **passed}.items() if n not in failed}
        store = Store(tests=dict(sorted(tests.items())), parts={**before.parts, **parts})
        replaced(path, store.model_dump_json())
