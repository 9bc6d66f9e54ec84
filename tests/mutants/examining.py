"""Tries mutants of the doctors: each looks at the set-ups in which it comes to the changed line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache

from tests.doctor.test_doctor import CONNECTED, SABOTAGES, Patient, admitted, differs, told
from tests.mutants.answering import Verdict, answer
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


def verdict(mutant: Mutant) -> Verdict:
    """Return in which set-up the doctor with `mutant` says something else."""
    for old, new in pairs(mutant):
        for scene in _scenes(old, _line(old, new)):
            if _told(scene, old):
                raise RuntimeError(f"without the mutant, the doctor differs in {scene}")
            if _told(scene, new):
                return Verdict(f"tests/doctor/test_doctor.py::{scene}")
    return Verdict("")


def _line(old: Block, new: Block) -> int:
    """Return the first line (from 1) in which the blocks differ."""
    lines = zip(old.text.split("\n"), new.text.split("\n"), strict=False)
    return next(number for number, (a, b) in enumerate(lines, 1) if a != b)


def _scenes(doctor: Block, line: int) -> list[str]:
    """Return the set-ups to look at: the healthy one, then those that lead to lines near `line`."""
    healthy = f"healthy-{doctor.place}"
    usual = _lines(healthy, doctor)
    near = {
        name: min((abs(line - other) for other in _lines(name, doctor) - usual), default=1000)
        for name, sabotage in SABOTAGES.items()
        if sabotage.place == doctor.place
    }
    return [healthy, *sorted(near, key=lambda name: near[name])[:_NEAREST]]


@cache
def _lines(scene: str, doctor: Block) -> set[int]:
    """Return the lines to which `doctor` comes in `scene`."""
    with _set_up(scene, doctor):
        said = _patient().run(doctor.place, _TRACED.format(_options(scene)), (0, 1, 2))
    return {int(number) for number in re.findall(r"^\++ (\d+) ", said, re.MULTILINE)}


def _told(scene: str, doctor: Block) -> bool:
    """Return whether `doctor` says something else in `scene` than is recorded."""
    with _set_up(scene, doctor):
        try:
            records = _patient().records(doctor.place, _options(scene))
            return differs(scene, doctor.place, told(records)) is not None
        except (AssertionError, ValueError, KeyError, TypeError):
            return True


@contextmanager
def _set_up(scene: str, doctor: Block) -> Iterator[None]:
    """Make the scene, with `doctor` in the home; undo it."""
    patient = _patient()
    lab, user = patient.journey.lab, patient.journey.reader.values["shell_name"]
    host = lab.hosts[doctor.place]
    lab.must(host, "cat > ~/onboarding-doctor", user, stdin=patient.text(doctor.text))
    sabotage = SABOTAGES.get(scene)
    if sabotage:
        patient.run(sabotage.place, patient.text(sabotage.apply or ""))
    try:
        yield
    finally:
        if sabotage:
            patient.run(sabotage.place, patient.text(sabotage.undo or ""))


def _options(scene: str) -> str:
    return "--connect" if scene in CONNECTED or scene not in SABOTAGES else ""


@cache
def _patient() -> Patient:
    return _begun.enter_context(admitted())


if __name__ == "__main__":
    with _begun:
        answer(verdict)
