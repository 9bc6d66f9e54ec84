"""Tries mutants of the doctors: each looks at the set-ups in which it comes to the changed line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

from macros.errors import GuideError
from tests.doctor.patient import Patient, admitted, differs, told
from tests.doctor.scenes import Scene, healthy, scenes
from tests.mutants import parsing
from tests.mutants.answering import Verdict, answer_together
from tests.mutants.corpus import Mutant
from tests.mutants.planting import pairs
from tests.reading import Block

_begun = ExitStack()

#: As many set-ups are looked at in which the doctor goes another way than usual nearby.
_NEAREST = 8
#: Bash says which lines it comes to, past what the doctor does to its output.
_TRACED = (
    "exec 9> ~/trace; BASH_XTRACEFD=9 PS4='+ $LINENO ' bash -x ~/onboarding-doctor --json {}"
    " > /dev/null; cat ~/trace; rm ~/trace"
)


@dataclass(frozen=True)
class _Case:
    """A doctor before and after a change, and the set-ups to look at, the likeliest first."""

    mutant: Mutant
    old: Block
    new: Block
    scenes: tuple[str, ...]


def verdicts(mutants: list[Mutant]) -> list[Verdict]:
    """Return for each in which set-up the doctor that it changes says something else."""
    killers: dict[Mutant, str] = {}
    parsed: set[Mutant] = set()
    cases: list[_Case] = []
    for mutant in mutants:
        try:
            cases += [_Case(mutant, o, n, _scenes(o, _line(o, n))) for o, n in pairs(mutant)]
        except GuideError as error:
            killers[mutant] = f"rendering: {error}"
            parsed.add(mutant)
    for turn in range(_NEAREST + 1):
        to_see: defaultdict[str, list[_Case]] = defaultdict(list)
        for case in cases:
            if case.mutant not in killers and turn < len(case.scenes):
                to_see[case.scenes[turn]].append(case)
        for name, waiting in to_see.items():
            noticed = _noticed(scenes()[name], waiting)
            killers |= dict.fromkeys(noticed, f"tests/doctor/test_doctor.py::{name}")
    parsed |= {case.mutant for case in cases if parsing.refuses(case.new)}
    return [Verdict(killers.get(mutant, ""), mutant in parsed) for mutant in mutants]


def _line(old: Block, new: Block) -> int:
    """Return the first line (from 1) in which the blocks differ."""
    lines = zip(old.text.split("\n"), new.text.split("\n"), strict=False)
    return next(number for number, (a, b) in enumerate(lines, 1) if a != b)


def _noticed(scene: Scene, cases: list[_Case]) -> Iterator[Mutant]:
    """Yield those with which the doctor says something else in `scene`."""
    patient = _patient()
    with scene.made(patient):
        for case in cases:
            if _told_otherwise(scene, case.new):
                yield case.mutant
        # What is left behind, by a mutant or by the set-up before, would make all of them seen.
        for old in {case.old for case in cases}:
            if _told_otherwise(scene, old):
                raise RuntimeError(f"without a mutant, the doctor differs in {scene.name}")


def _told_otherwise(scene: Scene, doctor: Block) -> bool:
    """Return whether `doctor` says something else in `scene` than is recorded."""
    _put(doctor)
    try:
        records = _patient().records(scene.place, *scene.options)
        return differs(scene.name, scene.place, told(records)) is not None
    except (AssertionError, ValueError, KeyError, TypeError):
        return True


@cache
def _scenes(doctor: Block, line: int) -> tuple[str, ...]:
    """Return the set-ups to look at: the healthy one, then those that lead to lines near `line`."""
    first = next(scene.name for scene in healthy() if scene.place == doctor.place)
    usual = _lines(first, doctor)
    near = {
        name: min((abs(line - other) for other in _lines(name, doctor) - usual), default=1000)
        for name, scene in scenes().items()
        if scene.place == doctor.place and name != first
    }
    return (first, *sorted(near, key=lambda name: near[name])[:_NEAREST])


@cache
def _lines(name: str, doctor: Block) -> frozenset[int]:
    """Return the lines to which `doctor` comes in a scene."""
    patient, scene = _patient(), scenes()[name]
    _put(doctor)
    with scene.made(patient):
        said = patient.run(scene.place, _TRACED.format(*scene.options or ("",)), (0, 1, 2))
    return frozenset(int(number) for number in re.findall(r"^\++ (\d+) ", said, re.MULTILINE))


def _put(doctor: Block) -> None:
    """Have `doctor` in the home of its host."""
    patient = _patient()
    host = patient.journey.lab.hosts[doctor.place]
    (host.home(patient.user) / "onboarding-doctor").write_text(
        patient.text(doctor.text), encoding="utf-8"
    )


@cache
def _patient() -> Patient:
    return _begun.enter_context(admitted())


if __name__ == "__main__":
    with _begun:
        answer_together(verdicts)
