"""Measures what kept proofs save: all tests, then those that a changed sentence touches.

Usage: python -m tests.tools.savings [TARGET ...]: of `make savings`, check and test. It takes as
long as both together, in a copy of the project. Machines are noisy: compare the ratios.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.tools import figures
from tests.tools.copies import make, plant, ready_copy

#: A sentence of an ordinary page, and what an editor would make of it.
_PAGE = "docs/data/pageviews.md"
_SENTENCE = ("The other tables differ in few columns", "The other tables differ in a few columns")


@dataclass(frozen=True)
class Run:
    """A run of make: seconds on the clock, of the processors, and the tests that were run."""

    seconds: float
    processors: float
    tests: int


def main(targets: list[str]) -> int:
    """Measure each of `targets`; print and write down its figures. Return 1 where one fails."""
    with tempfile.TemporaryDirectory() as folder:
        project = ready_copy(Path(folder))
        try:
            for target in targets:
                with figures.of(f"make savings, {target}") as say:
                    _measure(project, target, say)
        except subprocess.CalledProcessError as error:
            print(error.stdout[-5000:], error.stderr[-5000:], sep="\n", file=sys.stderr)
            return 1
    return 0


def _measure(project: Path, target: str, say: Callable[[str], None]) -> None:
    whole = _run(project, target, ALL="1")
    plant(project, _PAGE, *_SENTENCE)
    again = _run(project, target)
    plant(project, _PAGE, *reversed(_SENTENCE))
    say(_told(f"make {target} ALL=1", whole))
    say(_told(f"make {target} after a sentence", again))
    ratio, of_work = again.seconds / whole.seconds, again.processors / whole.processors
    say(f"ratio: {ratio:.2f} on the clock, {of_work:.2f} of the processors")


def _told(what: str, run: Run) -> str:
    return f"{what:28} {run.tests:5} tests {run.seconds:7.1f} s, processors {run.processors:7.1f} s"


def _run(project: Path, target: str, **variables: str) -> Run:
    """Run make in `project`; raises CalledProcessError where it fails."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = make(project, target, **variables)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    done.check_returncode()
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    tests = sum(map(int, re.findall(r"^(\d+) passed", done.stdout, re.MULTILINE)))
    return Run(seconds, work, tests)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["check", "test"]))
