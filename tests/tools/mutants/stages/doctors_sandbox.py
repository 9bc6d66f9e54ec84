"""Tries mutants of the doctors: what they say in a sandbox."""

from __future__ import annotations

from tests.tools.mutants.corpus import Mutant
from tests.tools.mutants.planting import changed
from tests.tools.mutants.protocol import Verdict, answer
from tests.tools.mutants.stages import quick


def verdict(mutant: Mutant) -> Verdict:
    """Return which test of the doctor's block, or of sandboxes, notices `mutant`."""
    return quick.apart(mutant, _verdict)


def _verdict(mutant: Mutant) -> Verdict:
    new = [block for _, block in changed(mutant).changed]
    return Verdict(
        quick.failing(new)
        or quick.first_failure(["tests/suites/snippets/test_doctor.py"], marks="")
    )


if __name__ == "__main__":
    answer(verdict)
