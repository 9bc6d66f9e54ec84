"""Changes one token of the guide at a time, and tells which changes no test notices.

Usage: python -m tests.tools.mutants [PART ...]: only what has PART in its snippet's or file's name,
or is of the material PART, such as SQL or prose. With `macros` it is a sample of the changes of
their code, and with macros/NAME.py all of that module. Or --why KEY: of that mutant, which stage
was asked what, and what it said.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext

from macros.errors import GuideError, read_text
from tests.tools import figures
from tests.tools.mutants import equivalents, why
from tests.tools.mutants.corpus import Mutant, mutants
from tests.tools.mutants.judging import Trial, judged, note_lab

#: Percent of the mutants that have to be noticed, of those that are not equivalent.
BARS = {"ssh": 100, "bash": 100, "git": 100, "SQL": 100, "Python": 100, "prose": 95, "macros": 90}
OVERALL, EQUIVALENT = 95, 10


def main(arguments: list[str]) -> int:
    """Try the mutants of parts, or all, or say why of one; return 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.mutants")
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--why", metavar="KEY")
    given = parser.parse_args(arguments)
    everything = mutants() + _of_code(given.parts or [(given.why or "").partition(":")[0]])
    try:
        excused = equivalents.of(everything)
        if given.why is not None:
            one = why.called(given.why, everything)
            print(*why.told(one, judged([one])[one], excused.get(one)), sep="\n")
            return 0
    except GuideError as error:
        print(error, file=sys.stderr)
        return 1
    return try_all(everything, given.parts, excused)


def _of_code(parts: list[str]) -> list[Mutant]:
    """Return the mutants of the macros' code, where `parts` ask for them."""
    if not any(re.fullmatch(r"macros(/[\w/]+\.py)?", part) for part in parts):
        return []
    from tests.tools.mutants import code  # noqa: PLC0415 # quick tests have no mutmut

    return code.mutants(parts)


def try_all(everything: list[Mutant], parts: list[str], excused: dict[Mutant, str]) -> int:
    """Try the mutants of `parts`, or all; return 1 where a bar is missed, or data is stale."""
    tried = [m for m in everything if not parts or any(_is_of(m, part) for part in parts)]
    excused = {m: reason for m, reason in excused.items() if m in set(tried)}
    found = judged(tried)
    whole = tried == everything
    if whole:
        note_lab(tried)
    survivors = [m for m in tried if not found[m].killer and m not in excused]
    print(*(m.diff(read_text(m.path)) for m in survivors), sep="\n\n")
    print()
    command = "make mutants" if whole else f"make mutants PART={' '.join(parts)}"
    with figures.of(command) if whole or parts == ["macros"] else nullcontext(print) as say:
        for line in table(tried, found, excused):
            say(line)
    stale = [m.key for m in excused if found[m].killer]
    for key in stale:
        print(f"{equivalents.FILE.name}: a test notices this one: {key}", file=sys.stderr)
    missed = list(_missed(tried, found, excused))
    print(*missed, sep="\n", file=sys.stderr)
    return 1 if missed or stale else 0


def _is_of(mutant: Mutant, part: str) -> bool:
    return mutant.material == part if part in BARS else part in mutant.part


def table(
    tried: list[Mutant], found: dict[Mutant, Trial], excused: dict[Mutant, str]
) -> Iterable[str]:
    """Yield a table: of each part, and of each material, how many were noticed, and by what."""
    head = f"{'':44} {'mutants':>7} {'killed':>7} {'survived':>8} {'equivalent':>10} {'parsing':>8}"
    for name in ("part", "material"):
        yield head
        groups = list(dict.fromkeys(getattr(m, name) for m in tried))
        for group in [*groups, "all"] if name == "material" else groups:
            of = [m for m in tried if group in (getattr(m, name), "all")]
            counts = Counter("equivalent" if m in excused else bool(found[m].killer) for m in of)
            parsed = sum(found[m].by_parsing for m in of)
            told = (len(of), counts[True], counts[False], counts["equivalent"])
            yield f"{group:44} {told[0]:7} {told[1]:7} {told[2]:8} {told[3]:10} {parsed:8}"
        yield ""


def _missed(
    tried: list[Mutant], found: dict[Mutant, Trial], excused: dict[Mutant, str]
) -> Iterable[str]:
    for material, bar in [*BARS.items(), ("all", OVERALL)]:
        of = [m for m in tried if material in (m.material, "all") and m not in excused]
        killed = sum(bool(found[m].killer) for m in of)
        if of and 100 * killed < bar * len(of):
            yield f"{material}: {100 * killed / len(of):.1f} % are noticed, of {bar} % wanted"
    if 100 * len(excused) > EQUIVALENT * len(tried):
        yield f"{len(excused)} of {len(tried)} are declared equivalent: more than {EQUIVALENT} %"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
