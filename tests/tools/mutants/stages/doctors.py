"""Tries mutants of the doctors: each looks at the set-ups in which it comes to the changed line.

With a number, it looks at so many of them, those that are likeliest to tell.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, partial

from macros.errors import GuideError
from tests.actors.patient import Patient, admitted, check_of, differs, recorded, told
from tests.actors.scenes import Scene, scenes
from tests.guide.reading import Block
from tests.tools.mutants.corpus import Mutant
from tests.tools.mutants.planting import pairs, refused
from tests.tools.mutants.protocol import Verdict, answer_together

_begun = ExitStack()

#: Bash says which lines it comes to, past what the doctor does to its output.
_TRACED = (
    "exec 9> ~/trace; BASH_XTRACEFD=9 PS4='+ $LINENO ' bash -x ~/onboarding-doctor --json {}"
    " > /dev/null; cat ~/trace; rm ~/trace"
)
#: What begins a check, in a trace and in the doctor.
_LOOK = re.compile(r"^\+ \d+ look (\S+)", re.MULTILINE)
_LOOK_LINE = re.compile(r"^look (\S+) (?:.*\\\n)*.*\n", re.MULTILINE)
_FUNCTION = re.compile(r"^\w+\(\) [{(](?:.*[})]$|(?:.*\n)*?[})]$)", re.MULTILINE)


@dataclass(frozen=True)
class _Case:
    """A doctor before and after a change, the checks that come to it, and where to look first."""

    mutant: Mutant
    old: Block
    new: Block
    checks: frozenset[str]
    scenes: tuple[str, ...]


def verdicts(mutants: list[Mutant], most: int | None = None) -> list[Verdict]:
    """Return for each in which set-up the doctor that it changes says something else.

    Of the set-ups it looks at those that are likeliest to tell, `most` of them, or all.
    """
    killers: dict[Mutant, str] = {}
    asked: defaultdict[Mutant, list[str]] = defaultdict(list)
    parsed: set[Mutant] = set()
    cases: list[_Case] = []
    for mutant in mutants:
        try:
            cases += [_case(mutant, old, new) for old, new in pairs(mutant)]
        except GuideError as error:
            killers[mutant] = f"rendering: {error}"
            parsed.add(mutant)
    for turn in range(most or len(scenes())):
        to_see: defaultdict[str, list[_Case]] = defaultdict(list)
        for case in cases:
            if case.mutant not in killers and turn < len(case.scenes):
                to_see[case.scenes[turn]].append(case)
        for name, waiting in to_see.items():
            for case in waiting:
                asked[case.mutant].append(f"the doctor in the set-up {name}")
            noticed = _noticed(scenes()[name], waiting)
            killers |= dict.fromkeys(noticed, f"tests/actors/scenes.py::{name}")
    parsed |= {case.mutant for case in cases if refused(case.new)}
    return [Verdict(killers.get(m, ""), m in parsed, tuple(asked[m])) for m in mutants]


def _case(mutant: Mutant, old: Block, new: Block) -> _Case:
    lines = zip(old.text.split("\n"), new.text.split("\n"), strict=False)
    line = next(number for number, (a, b) in enumerate(lines, 1) if a != b)
    checks, scenes_to_see = _to_see(old, line)
    return _Case(mutant, old, new, checks, scenes_to_see)


def _noticed(scene: Scene, cases: list[_Case]) -> Iterator[Mutant]:
    """Yield those with which the doctor says something else in `scene`."""
    patient = _patient()
    with scene.made(patient):
        for case in cases:
            if _told_otherwise(scene, case.new, case.checks):
                yield case.mutant
        # What is left behind, by a mutant or by the set-up before, would make all of them seen.
        unchanged = {(case.old, case.checks) for case in cases}
        for old, checks in unchanged | {(old, frozenset()) for old, _ in unchanged}:
            if _told_otherwise(scene, old, checks):
                raise RuntimeError(f"without a mutant, the doctor differs in {scene.name}")


def _told_otherwise(scene: Scene, doctor: Block, checks: frozenset[str] = frozenset()) -> bool:
    """Return whether `doctor` says something else of `checks`, or of all, than is recorded.

    What fails in the set-up is looked at, too: a check can wait for what was found before.
    """
    failing = {check_of(line) for line in recorded().get(scene.name, []) if ": failed " in line}
    checks = checks and checks | failing
    _put(doctor, checks)
    try:
        lines = told(_patient().records(scene.place, *scene.options))
    except (AssertionError, ValueError, KeyError, TypeError):
        return True
    return differs(scene.name, scene.place, lines, checks) is not None


@cache
def _to_see(doctor: Block, line: int) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the checks that come to the function around `line`, and the set-ups to look at.

    First comes the healthy one, then those in which something else is known of these checks, and
    those that lead to other lines nearby. Connections are made where a check needs them.
    """
    here = [name for name, scene in scenes().items() if scene.place == doctor.place]
    around, looked = _around(doctor, line)
    checks = looked or {
        check for name in here for check, lines in _lines(name, doctor).items() if lines & around
    }
    usual = _all_lines(here[0], doctor)

    def rank(name: str) -> tuple[bool, int]:
        lines = _all_lines(name, doctor) ^ usual
        away = min((abs(line - other) for other in lines), default=1000)
        return (not _tells_of(name, checks), away)

    rest = [name for name in here[1:] if not scenes()[name].options or _tells_of(name, checks)]
    return frozenset(checks), (here[0], *sorted(rest, key=rank))


def _tells_of(name: str, checks: set[str]) -> bool:
    """Return whether something else than usual is known of these checks in a scene."""
    return bool(checks & set(map(check_of, recorded()[name])))


def _around(doctor: Block, line: int) -> tuple[set[int], set[str]]:
    """Return the lines of the function that has `line`, or of all, and the check that is begun."""
    for pattern in (_FUNCTION, _LOOK_LINE):
        for match in pattern.finditer(doctor.text):
            first = doctor.text.count("\n", 0, match.start()) + 1
            lines = range(first, first + match[0].rstrip("\n").count("\n") + 1)
            if line in lines:
                return set(lines), {match[1]} if pattern is _LOOK_LINE else set()
    return set(range(1, doctor.text.count("\n") + 2)), set()


def _all_lines(name: str, doctor: Block) -> set[int]:
    return set().union(*_lines(name, doctor).values())


@cache
def _lines(name: str, doctor: Block) -> dict[str, set[int]]:
    """Return the lines to which each check of `doctor` comes in a scene."""
    patient, scene = _patient(), scenes()[name]
    _put(doctor)
    with scene.made(patient):
        said = patient.run(scene.place, _TRACED.format(*scene.options or ("",)), (0, 1, 2))
    _, *told_by_check = _LOOK.split(said)
    return {
        check: {int(number) for number in re.findall(r"^\++ (\d+) ", trace, re.MULTILINE)}
        for check, trace in zip(told_by_check[::2], told_by_check[1::2], strict=True)
    }


def _put(doctor: Block, checks: frozenset[str] = frozenset()) -> None:
    """Have `doctor` in the home of its host, with `checks` alone, or with all."""
    patient = _patient()
    host = patient.journey.lab.hosts[doctor.place]
    text = patient.text(doctor.text)
    if checks:
        text = _LOOK_LINE.sub(lambda look: look[0] if look[1] in checks else "", text)
    (host.home(patient.user) / "onboarding-doctor").write_text(text, encoding="utf-8")


@cache
def _patient() -> Patient:
    return _begun.enter_context(admitted())


if __name__ == "__main__":
    with _begun:
        answer_together(partial(verdicts, most=int(sys.argv[1]) if sys.argv[1:] else None))
