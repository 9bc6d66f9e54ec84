"""Tries mutants of the macros' code: the quick tests are run anew, until one fails.

First those of the module's own name, then those of the macros, then all others.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from macros.errors import ROOT, shown
from tests.tools.mutants.corpus import Mutant
from tests.tools.mutants.protocol import Verdict, answer

#: Seconds after which a mutant has made something wait for ever, which somebody would notice.
_PATIENCE = 400
_PYTEST = [str(Path(sys.executable).parent / "pytest"), "-x", "-v", "--color=no", "-m", "not slow"]
_FAILED = re.compile(r"^(\S.*?) (?:FAILED|ERROR)\b", re.MULTILINE)


def verdict(mutant: Mutant) -> Verdict:
    """Return which quick test notices `mutant`; the project stays as it is."""
    source = mutant.path.read_text(encoding="utf-8")
    mutant.path.write_text(mutant.apply(source), encoding="utf-8")
    try:
        return Verdict.first(_answers(mutant))
    finally:
        mutant.path.write_text(source, encoding="utf-8")


def _answers(mutant: Mutant) -> Iterator[tuple[str, str]]:
    suite = ROOT / "tests" / "suites" / "macros"
    own = [shown(path) for path in suite.rglob(f"test_{mutant.path.stem}.py")]
    for tests in ([*own] if own else None, [shown(suite)], []):
        if tests is not None:
            yield ", ".join(tests) or "all quick tests", _killer(tests)


def _killer(tests: list[str]) -> str:
    """Return the first of `tests` that fails, or what else went wrong."""
    command = [*_PYTEST, *tests]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return f"it takes more than {_PATIENCE} seconds"
    if not done.returncode:
        return ""
    found = _FAILED.search(done.stdout)
    said = (done.stdout + done.stderr).strip().split("\n")
    return found[1] if found else f"nothing runs: {said[-1][:200]}"


if __name__ == "__main__":
    answer(verdict)
