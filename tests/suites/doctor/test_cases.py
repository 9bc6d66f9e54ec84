"""The doctor before what people have: each case gets its verdict in the lab."""

from __future__ import annotations

import pytest

from macros import cases as case_file
from macros.cases import UNKNOWN, WORKS, Case
from macros.errors import shown
from tests.actors import cases
from tests.actors.patient import Patient
from tests.guide import reading


@pytest.mark.slow
@pytest.mark.parametrize("name", reading.cases())
def test_the_answer_to_a_case_is_as_good_as_its_file_says(patient: Patient, name: str) -> None:
    case = reading.cases()[name]
    with cases.made(patient, case):
        told = cases.told(patient, case)
    verdicts = {option: case.judge(names) for option, names in told.items()}
    worst = max(verdicts.values(), key=list(case_file.VERDICTS).index)
    assert worst == case.verdict, f"{_where(name)}: {verdicts}, as it tells {told}"


def test_few_answers_fall_short_and_none_is_wrong() -> None:
    """Nine in ten are right, and three at most say nothing."""
    verdicts = [case.verdict for case in reading.cases().values()]
    assert "wrong" not in verdicts
    assert verdicts.count("missed") <= 3
    assert verdicts.count("right") >= 0.9 * len(verdicts)


def test_each_rule_has_a_neighbour_of_which_it_does_not_speak() -> None:
    known = reading.cases()
    besides = {n: c.beside for n, c in known.items() if c.beside}
    lost = [f"{_where(n)}: no case is called {b}" for n, b in besides.items() if b not in known]
    assert not lost, "\n".join(lost)
    alike = [
        f"{_where(name)}: it has an answer of {beside}"
        for name, beside in besides.items()
        if {*known[name].answer} & {*known[beside].answer}
    ]
    assert not alike, "\n".join(alike)
    silent = [c for c in known.values() if c.answer == (WORKS,)]
    assert len(silent) > len(known) / 4


def test_each_answer_is_a_name_that_the_doctor_of_that_place_knows() -> None:
    known = reading.sabotages().values()
    names = {place: {s.doctor for s in known if s.place == place} for place in ("laptop", "stat")}
    wrong = [
        f"{_where(name)}: no failure is called {answer}"
        for name, case in reading.cases().items()
        for answer in set(case.answer) - names[case.place] - {WORKS, UNKNOWN}
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("answer", "told", "verdict"),
    [
        (("a",), {"a"}, "right"),
        (("a", "b"), {"b", "a"}, "right"),
        (("works",), set(), "right"),
        (("unknown",), {"unknown"}, "right"),
        (("a",), {"unknown"}, "honest"),
        (("a",), {"a", "unknown"}, "honest"),
        (("works",), {"unknown"}, "honest"),
        (("a",), set(), "missed"),
        (("a", "b"), {"a"}, "missed"),
        (("unknown",), set(), "missed"),
        (("a",), {"b"}, "wrong"),
        (("a",), {"a", "b"}, "wrong"),
        (("works",), {"a"}, "wrong"),
        (("works",), {"a", "unknown"}, "wrong"),
    ],
)
def test_verdicts(answer: tuple[str, ...], told: set[str], verdict: str) -> None:
    case = Case(what="x", place="stat", apply=":", answer=answer)
    assert case.judge(told) == verdict


def _where(name: str) -> str:
    return f"{shown(case_file.FILE)}:{case_file.load()[name][1]}: {name}"
