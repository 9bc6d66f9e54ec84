"""Verdicts that are kept from run to run, for as long as mutant and killer stay the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from macros.errors import ROOT
from tests.tools.mutants.corpus import Mutant
from tests.tools.mutants.protocol import Verdict

FILE = ROOT / ".cache" / "mutants.json"
#: What gives the verdict on a block of a page, where no test file of its own does.
_OF_BLOCKS = ("tests/checks", "tests/environments/sandbox.py", "tests/guide/reading.py")
#: What the tests of a folder hold an answer against, beside what they say themselves.
_BESIDE = {
    "tests/actors": ("tests/actors/told.yml",),
    "tests/suites/macros": ("tests/checks/verified.tsv", "tests/checks/verified.py"),
    "tests/suites/notebooks": ("tests/environments/lake", "tests/actors/cells.py"),
    "tests/suites/queries": (
        "tests/environments/lake",
        "tests/checks/results",
        "tests/checks/lake_answers.py",
        "tests/checks/replica_answers.py",
    ),
    "tests/suites/site": ("tests/checks/prose.py", "tests/checks/prose.yml"),
    "tests/suites/snippets": ("tests/suites/snippets/pasted",),
}


class Known:
    """The verdicts of earlier runs. A survivor is tried again whenever a test has changed."""

    def __init__(self, file: Path = FILE):
        self._file = file
        try:
            self._known: dict[str, list[Any]] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._known = {}

    def get(self, stage: str, mutant: Mutant) -> Verdict | None:
        """Return what `stage` has found of `mutant`, or None where that is not known any more."""
        found = self._known.get(f"{stage} {mutant.key}")
        if found is None:
            return None
        told, digest, of_tests = found
        verdict = Verdict.of_json(told)
        return verdict if [digest, of_tests] == [mutant.digest, _of_tests(verdict)] else None

    def killed(self, stage: str, mutant: Mutant) -> bool:
        """Return whether `stage` is known to have noticed the mutant."""
        verdict = self.get(stage, mutant)
        return verdict is not None and bool(verdict.killer)

    def killers(self, stages: Iterable[str]) -> dict[str, str]:
        """Return what has noticed each mutant that is known at `stages`, by the mutants' keys."""
        return {
            name.removeprefix(f"{stage} "): told["killer"]
            for stage in stages
            for name, (told, _, _) in self._known.items()
            if name.startswith(f"{stage} ") and told["killer"]
        }

    def add(self, stage: str, mutant: Mutant, verdict: Verdict) -> None:
        """Note a verdict."""
        self._known[f"{stage} {mutant.key}"] = [asdict(verdict), mutant.digest, _of_tests(verdict)]

    def write(self) -> None:
        """Write all that is known, whole or not at all."""
        self._file.parent.mkdir(exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(self._known, ensure_ascii=False, indent=0), encoding="utf-8")
        new.replace(self._file)


def _of_tests(verdict: Verdict) -> str:
    """Return the digest of what has killed; of all tests, where nothing has."""
    file = verdict.killer.split("::")[0]
    if not verdict.killer:
        return _digest("tests")
    if not file.startswith("tests/") or not (ROOT / file).is_file():
        return _digest(*_OF_BLOCKS)
    return _digest(file, *_BESIDE.get(file.rpartition("/")[0], ()))


@cache
def _digest(*names: str) -> str:
    files = [file for name in names for file in [ROOT / name, *sorted((ROOT / name).rglob("*"))]]
    told = [file.read_bytes() for file in files if file.is_file() and _decides(file)]
    return hashlib.sha256(b"".join(told)).hexdigest()[:8]


def _decides(file: Path) -> bool:
    """Return whether a verdict depends on it: not on compiled files, nor on lists of mutants."""
    return file.suffix == ".py" or file.parent.name not in ("mutants", "__pycache__")
