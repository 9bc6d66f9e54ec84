"""Plants mutants whose killer is known, and asks no test: is the killer's proof still a kept one?

Killers come in a file of JSON, by the mutants' keys. The verdict is a part that the killer reads
and that the mutant has changed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from macros.errors import GuideError
from tests.guide import parts, reading, steps
from tests.tools.mutants.corpus import Mutant
from tests.tools.mutants.planting import changed, planted
from tests.tools.mutants.protocol import Verdict, answer
from tests.tools.session import reads

#: What doctors tell of is asked in scenes, which are the tests' parameters.
_IN_TESTS = {"tests/actors/scenes.py": "tests/suites/doctor/test_doctor.py"}


def test_of(killer: str) -> str:
    """Return the name of the test that a verdict calls the killer, without what it said."""
    name = killer.split(": ", maxsplit=1)[0]
    for file, test in _IN_TESTS.items():
        name = name.replace(file, test)
    return name


def main(killers: dict[str, str]) -> None:
    """Give the verdicts on the mutants that have `killers`."""
    reading.uses()

    def verdict(mutant: Mutant) -> Verdict:
        read = reads.of(test_of(killers[mutant.key]))
        before = {part: parts.digest(part) for part in read}
        with planted(mutant):
            try:
                changed(mutant)
            except GuideError as error:  # nothing is run at all
                return Verdict(f"rendering: {error}")
            steps.steps.cache_clear()
            new = next((part for part in read if parts.now(part) != before[part]), "")
        steps.steps.cache_clear()
        return Verdict(new, asked=read)

    answer(verdict)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
