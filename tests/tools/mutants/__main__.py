"""Changes one token of the guide at a time, and tells which changes no test notices.

Usage: python -m tests.tools.mutants [PART ...]: only what has PART in its snippet's or file's name.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from macros.errors import GuideError, read_text
from tests.tools.mutants import equivalents
from tests.tools.mutants.corpus import DOCTORS, Mutant, mutants
from tests.tools.mutants.protocol import Verdict
from tests.tools.mutants.store import Known
from tests.tools.mutants.workers import verdicts

#: The mutants that the quick tests leave to the lab, as the last whole run found them.
LAB = Path(__file__).with_name("lab.txt")
#: The quickest first.
LAB_STAGES = ("asking", "opening", "walking", "glancing", "consulting", "examining")
#: Percent of the mutants that have to be noticed, of those that are not equivalent.
BARS = {"ssh": 100, "bash": 100, "git": 100, "SQL": 100, "Python": 100}
OVERALL, EQUIVALENT = 95, 10


def main(parts: list[str]) -> int:
    """Try the mutants of `parts`, or all; return 1 where a bar is missed, or data is stale."""
    everything = mutants()
    try:
        excused = equivalents.of(everything)
    except GuideError as error:
        print(error, file=sys.stderr)
        return 1
    tried = [m for m in everything if not parts or any(part in m.part for part in parts)]
    excused = {m: reason for m, reason in excused.items() if m in set(tried)}
    found = judged(tried)
    if tried == everything:
        _note_lab(tried)
    survivors = [m for m in tried if not found[m].killer and m not in excused]
    print(*(m.diff(read_text(m.path)) for m in survivors), sep="\n\n")
    print("\n" + "\n".join(table(tried, found, excused)))
    stale = [m.key for m in excused if found[m].killer]
    for key in stale:
        print(f"{equivalents.FILE.name}: a test notices this one: {key}", file=sys.stderr)
    missed = list(_missed(tried, found, excused))
    print(*missed, sep="\n", file=sys.stderr)
    return 1 if missed or stale else 0


def stages(mutant: Mutant) -> list[str]:
    """Return the modules that can tell, the likeliest first."""
    if mutant.part in DOCTORS:
        return ["glancing", "consulting", "examining"]
    lab = {
        "facts": [],
        "SQL": ["asking"],
        "Python": ["asking", "opening"],
        "R": ["asking", "opening", "walking"],
    }.get(mutant.material, ["asking", "walking"])
    # To see no difference takes the quick tests longer than to see one.
    return [*lab, "trial"] if mutant.key in of_lab() else ["trial", *lab]


@cache
def of_lab() -> frozenset[str]:
    """Return the keys of the mutants that the quick tests have left to the lab before."""
    return frozenset(LAB.read_text(encoding="utf-8").splitlines())


def judged(tried: list[Mutant], known: Known | None = None) -> dict[Mutant, Verdict]:
    """Return the verdict on each mutant; what is known is not tried again."""
    known = known or Known()
    found: dict[Mutant, Verdict] = {}
    quick = [m for m in tried if stages(m)[0] == "trial"]
    left = [m for m in tried if stages(m)[0] != "trial"]
    _ask("trial", quick, known, found)
    for stage in LAB_STAGES:
        _ask(stage, [m for m in tried if stage in stages(m)], known, found)
    _ask("trial", [m for m in left if "trial" in stages(m)], known, found)
    return found


def _ask(stage: str, tried: list[Mutant], known: Known, found: dict[Mutant, Verdict]) -> None:
    """Add to `found` what `stage` says of those that nothing has killed so far."""
    waiting = []
    for mutant in tried:
        if mutant in found and found[mutant].killer:
            continue
        verdict = known.get(stage, mutant)
        if verdict:
            found[mutant] = _joined(found.get(mutant), verdict)
        else:
            waiting.append(mutant)
    try:
        for number, (mutant, verdict) in enumerate(verdicts(stage, waiting) if waiting else (), 1):
            known.add(stage, mutant, verdict)
            found[mutant] = _joined(found.get(mutant), verdict)
            _show(stage, number, len(waiting))
    finally:
        known.write()


def _note_lab(tried: list[Mutant]) -> None:
    """Write down what the quick tests leave to the lab, so that a sample need not start it."""
    quick = Known()
    of_lab = [m.key for m in tried if m.part not in DOCTORS and not quick.killed("trial", m)]
    LAB.write_text("\n".join(of_lab) + "\n", encoding="utf-8")


def _joined(before: Verdict | None, now: Verdict) -> Verdict:
    return Verdict(now.killer, now.by_parsing or bool(before and before.by_parsing))


def _show(stage: str, number: int, of: int) -> None:
    """Show how far the stage has come, to a person; the last line stays."""
    if sys.stderr.isatty() or number in (1, of) or number % 100 == 0:
        bar = "#" * (30 * number // of)
        end = "\n" if number == of or not sys.stderr.isatty() else ""
        print(f"\r{stage:10}[{bar:30}] {number}/{of}", end=end, file=sys.stderr, flush=True)


def table(
    tried: list[Mutant], found: dict[Mutant, Verdict], excused: dict[Mutant, str]
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
    tried: list[Mutant], found: dict[Mutant, Verdict], excused: dict[Mutant, str]
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
