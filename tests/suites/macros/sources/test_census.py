"""The census of the project's own facts: how many have a probe, and why the others have none."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from macros.citation import FORMS
from macros.facts import current
from macros.freshness import today
from macros.sources.clones import Fetched
from macros.sources.question import SILENT, WITHOUT_PLACE, WITHOUT_PROBE, silence
from macros.sources.records import Sources, answer, questions
from macros.sources.wikis import Wikis

#: So many facts were asked of the repositories at least when the ring was built.
ASKED = 300


def test_most_facts_have_a_probe_of_a_repository() -> None:
    asked = {(q.kind, q.key) for q in questions(current()) if q.citation.repository and q.read}
    silent = {(q.kind, q.key) for q in questions(current()) if q.read and q.read.nothing}
    assert len(asked - silent) >= ASKED


def test_what_has_no_probe_says_why_and_how_long_that_may_stay() -> None:
    reasons: Counter[str] = Counter()
    for question in questions(current()):
        if quiet := silence(question):
            why, until = quiet
            assert len(why) > 10, question.key
            assert today() <= until <= date(2028, 12, 1), (question.key, until)
            reasons[why] += 1
    assert set(SILENT) == set(FORMS) - {"repository", "wiki"}
    # These two are the excuses that are to become rarer.
    assert reasons[WITHOUT_PLACE[0]] + reasons[WITHOUT_PROBE[0]] <= 25, reasons


def test_an_excuse_that_has_run_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    question = next(q for q in questions(current()) if q.citation.form == "knowledge")
    sources = Sources(Fetched(), Wikis())
    assert answer(question, sources).verdict == "not asked"
    monkeypatch.setitem(SILENT, "knowledge", ("general knowledge", date(2020, 1, 1)))
    told = answer(question, sources)
    assert (told.verdict, told.reason) == (
        "unanswered", "not asked until 2020-01-01, as general knowledge",
    )  # fmt: skip


def test_no_probe_by_default_looks_for_a_word_that_is_everywhere() -> None:
    """A number or a short word stands in any file: there the source says where it stands."""
    for question in questions(current()):
        if question.citation.repository and not question.citation.read and question.read:
            words = question.read.words or ()
            assert all(len(word) >= 4 and not word.isdigit() for word in words), question.key
