"""How a worker answers: a mutant comes as a line of JSON, and its verdict goes back as one."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from macros.errors import ROOT, GuideError
from tests.mutants.corpus import Mutant


@dataclass(frozen=True)
class Verdict:
    """Which test noticed a mutant, or nothing; and whether parsing alone would have done."""

    killer: str
    by_parsing: bool = False


def answer(verdict: Callable[[Mutant], Verdict]) -> None:
    """Give a verdict on each mutant of standard input; nothing else reaches standard output."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # else a tunnel outlives its window, after `nohup`
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        told: dict[str, Any] = json.loads(line)
        try:
            found = verdict(Mutant(**{**told, "path": ROOT / told["path"]}))
        except GuideError as error:
            found = Verdict(f"rendering: {error}")
        print(json.dumps(asdict(found)), file=answers, flush=True)
