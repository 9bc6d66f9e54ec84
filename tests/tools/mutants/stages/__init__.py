"""Who is asked about a mutant: stages, each a module that runs as a program beside the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.tools.mutants.corpus import DOCTORS, Mutant


@dataclass(frozen=True)
class Stage:
    """Who can tell of the mutants that it is `about`: a module of this folder, with `arguments`.

    Up to `together` mutants go to one worker at once, where it makes something once for all of
    them. `worth` of them are worth a worker more, where one takes seconds to begin.
    """

    name: str
    module: str
    about: Callable[[Mutant], bool]
    arguments: tuple[str, ...] = ()
    together: int = 1
    worth: int = 1


def _of_doctor(mutant: Mutant) -> bool:
    return mutant.part in DOCTORS


def _asked(mutant: Mutant) -> bool:
    return not _of_doctor(mutant) and mutant.material not in ("facts", "prose", "macros")


def _run_in_notebook(mutant: Mutant) -> bool:
    return mutant.material in ("Python", "R")


def _done_in_step(mutant: Mutant) -> bool:
    return _asked(mutant) and mutant.material not in ("SQL", "Python")


def _of_guide(mutant: Mutant) -> bool:
    return not _of_doctor(mutant) and mutant.material != "macros"


QUICK = Stage("quick", "quick", _of_guide, worth=30)
#: Those in the lab and in sandboxes, in the order in which they are asked: the quickest first. Most
#: of what doctors tell at all is seen in one of the five set-ups that are likeliest to tell.
SLOW = (
    Stage("code", "code", lambda mutant: mutant.material == "macros"),
    Stage("engines", "engines", _asked),
    Stage("notebooks", "notebooks", _run_in_notebook),
    Stage("day_one", "day_one", _done_in_step),
    Stage("few set-ups", "doctors", _of_doctor, ("5",), together=500),
    Stage("sandbox", "quick", _of_doctor),
    Stage("all set-ups", "doctors", _of_doctor, together=500),
)
