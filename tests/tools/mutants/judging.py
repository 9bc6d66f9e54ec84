"""The mutants' way from stage to stage, until one notices; what is known is not asked again."""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.tools.mutants.corpus import DOCTORS, Mutant
from tests.tools.mutants.protocol import Verdict
from tests.tools.mutants.stages import QUICK, SLOW, Stage
from tests.tools.mutants.store import Known
from tests.tools.mutants.workers import verdicts

#: The mutants that the quick tests leave to the lab, as the last whole run found them.
LAB = Path(__file__).with_name("lab.txt")


@dataclass(frozen=True)
class Said:
    """What a stage says of a mutant: now, or in an earlier run."""

    stage: str
    verdict: Verdict
    kept: bool


@dataclass
class Trial:
    """All that is said of a mutant, in the order in which the stages are asked."""

    said: list[Said] = field(default_factory=list)

    @property
    def killer(self) -> str:
        """Which test has noticed, or nothing."""
        return self.said[-1].verdict.killer if self.said else ""

    @property
    def by_parsing(self) -> bool:
        """Whether parsing alone would have done."""
        return any(each.verdict.by_parsing for each in self.said)


def asked(mutant: Mutant) -> list[Stage]:
    """Return the stages that can tell, in the order in which they are asked.

    To see no difference takes the quick tests longer than to see one: what they have left to the
    lab before comes to them last.
    """
    stages = (*SLOW, QUICK) if mutant.key in of_lab() else (QUICK, *SLOW)
    return [stage for stage in stages if stage.about(mutant)]


@cache
def of_lab() -> frozenset[str]:
    """Return the keys of the mutants that the quick tests have left to the lab before."""
    return frozenset(LAB.read_text(encoding="utf-8").splitlines())


def note_lab(tried: list[Mutant]) -> None:
    """Write down what the quick tests leave to the lab, so that a sample need not start it."""
    quick = Known()
    asked_both = [m for m in tried if m.part not in DOCTORS and m.material != "prose"]
    left = [m.key for m in asked_both if not quick.killed(QUICK.name, m)]
    LAB.write_text("\n".join(left) + "\n", encoding="utf-8")


def judged(tried: list[Mutant], known: Known | None = None) -> dict[Mutant, Trial]:
    """Return what is said of each mutant."""
    known = known or Known()
    trials: defaultdict[Mutant, Trial] = defaultdict(Trial)
    _ask(QUICK, [m for m in tried if m.key not in of_lab()], known, trials)
    for stage in SLOW:
        _ask(stage, tried, known, trials)
    _ask(QUICK, [m for m in tried if m.key in of_lab()], known, trials)
    return {mutant: trials[mutant] for mutant in tried}


def _ask(
    stage: Stage, tried: list[Mutant], known: Known, trials: defaultdict[Mutant, Trial]
) -> None:
    """Add to `trials` what `stage` says of those that nothing has killed so far."""
    waiting = []
    for mutant in tried:
        if not stage.about(mutant) or trials[mutant].killer:
            continue
        verdict = known.get(stage.name, mutant)
        if verdict:
            trials[mutant].said.append(Said(stage.name, verdict, kept=True))
        else:
            waiting.append(mutant)
    try:
        for number, (mutant, verdict) in enumerate(verdicts(stage, waiting) if waiting else (), 1):
            known.add(stage.name, mutant, verdict)
            trials[mutant].said.append(Said(stage.name, verdict, kept=False))
            _show(stage.name, number, len(waiting))
    finally:
        known.write()


def _show(stage: str, number: int, of: int) -> None:
    """Show how far the stage has come, to a person; the last line stays."""
    if sys.stderr.isatty() or number in (1, of) or number % 100 == 0:
        bar = "#" * (30 * number // of)
        end = "\n" if number == of or not sys.stderr.isatty() else ""
        print(f"\r{stage:11}[{bar:30}] {number}/{of}", end=end, file=sys.stderr, flush=True)
