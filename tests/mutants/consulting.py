"""Tries mutants of the doctors: what they say in a sandbox."""

from __future__ import annotations

from tests.mutants import trial
from tests.mutants.answering import Verdict, answer
from tests.mutants.corpus import Mutant
from tests.mutants.planting import changed


def verdict(mutant: Mutant) -> Verdict:
    """Return which test of the doctor's block, or of sandboxes, notices `mutant`."""
    return trial.apart(mutant, _verdict)


def _verdict(mutant: Mutant) -> Verdict:
    new = [block for _, block in changed(mutant).changed]
    return Verdict(
        trial.failing(new) or trial.first_failure(["tests/snippets/test_doctor.py"], marks="")
    )


if __name__ == "__main__":
    answer(verdict)
