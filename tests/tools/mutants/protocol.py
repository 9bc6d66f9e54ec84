"""How a worker answers: mutants come as a line of JSON, and their verdicts go back as one."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from macros.errors import ROOT, GuideError
from tests.tools.mutants.corpus import Mutant


@dataclass(frozen=True)
class Verdict:
    """Which test noticed a mutant, or nothing; and whether parsing alone would have done.

    `asked` is what was looked at, in this order: blocks, files of tests, queries, steps, set-ups.
    """

    killer: str
    by_parsing: bool = False
    asked: tuple[str, ...] = ()

    @classmethod
    def first(cls, answers: Iterable[tuple[str, str]]) -> Verdict:
        """Take `answers`, each what is asked and which test noticed, until one has noticed."""
        asked = []
        for what, killer in answers:
            asked.append(what)
            if killer:
                return cls(killer, asked=tuple(asked))
        return cls("", asked=tuple(asked))

    @classmethod
    def of_json(cls, told: dict[str, Any]) -> Verdict:
        """Return the verdict of which JSON has the fields."""
        return cls(**{**told, "asked": tuple(told["asked"])})


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
