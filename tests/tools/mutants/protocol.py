"""How a worker answers: mutants come as a line of JSON, and their verdicts go back as one."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from macros.errors import ROOT, GuideError
from tests.tools.mutants.corpus import Mutant


@dataclass(frozen=True)
class Verdict:
    """Which test noticed a mutant, or nothing; and whether parsing alone would have done."""

    killer: str
    by_parsing: bool = False


def answer(verdict: Callable[[Mutant], Verdict]) -> None:
    """Give a verdict on each mutant of standard input; nothing else reaches standard output."""

    def one(mutant: Mutant) -> Verdict:
        try:
            return verdict(mutant)
        except GuideError as error:
            return Verdict(f"rendering: {error}")

    answer_together(lambda mutants: [one(mutant) for mutant in mutants])


def answer_together(verdicts: Callable[[list[Mutant]], list[Verdict]]) -> None:
    """Give the verdicts on all mutants of a line at once."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # else a tunnel outlives its window, after `nohup`
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        told: list[dict[str, Any]] = json.loads(line)
        found = verdicts([Mutant(**{**each, "path": ROOT / each["path"]}) for each in told])
        print(json.dumps([asdict(verdict) for verdict in found]), file=answers, flush=True)
