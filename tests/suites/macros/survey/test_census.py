"""The census over both outer rings: each current fact on a page is asked, or says why not."""

from __future__ import annotations

import re

import pytest

from macros import surveyed
from macros.errors import GuideErrors
from macros.facts import KINDS, current
from macros.freshness import today
from macros.rendering import Guide
from macros.sources.question import silence
from macros.sources.records import questions
from macros.survey import asking
from macros.surveyed import PLACES, Place, asks, declared, everything
from macros.vocabulary import vocabulary
from tests.checks.snippet_texts import for_reader
from tests.guide import profiles, reading

#: So many facts can be surveyed on the hosts and from a laptop at least, links apart.
SURVEYED = 150


def test_each_current_fact_on_a_page_has_a_probe_or_a_reason() -> None:
    shown = {each for used in reading.uses().values() for each in used if each[0] in KINDS}
    surveyed_facts = {(ask.kind, ask.key) for ask in everything(current())}
    in_sources, excused = set(), set()
    for question in questions(current()):
        fact, quiet = (question.kind, question.key), silence(question)
        if quiet is None:
            in_sources.add(fact)
        elif len(quiet[0]) > 10 and quiet[1] >= today():
            excused.add(fact)
    without = shown - surveyed_facts - in_sources - excused
    assert {key for key in without if current().get(*key).status == "current"} == set()


def test_enough_facts_can_be_surveyed() -> None:
    on_hosts = {(ask.kind, ask.key) for place in PLACES for ask in asks(current(), place)}
    assert len(on_hosts) >= SURVEYED


@pytest.mark.parametrize("place", PLACES)
def test_each_probe_is_a_function_of_the_script_and_used(place: Place) -> None:
    guide = Guide(current(), profiles.readers()["sample"], vocabulary, slots=False)
    script = asking.script(guide, place)
    functions = set(re.findall(r"^probe-([a-z-]+)\(\)", script, re.MULTILINE))
    named = {ask.probe.partition(":")[0] for ask in asks(current(), place)}
    assert functions == named == set(declared(current(), place).probes)


@pytest.mark.parametrize("place", PLACES)
def test_what_a_page_shows_is_what_make_survey_runs(place: Place) -> None:
    guide = Guide(current(), profiles.readers()["long"], vocabulary, slots=False)
    assert for_reader(f"{place}/survey", "sample").text == asking.script(guide, place)


def test_the_script_is_read_in_five_minutes() -> None:
    """A line of code a second; what it says first is read as it runs, and the list asks nothing."""
    text = for_reader("stat/survey", "sample").text
    lines = [line.strip() for line in text[: text.index("facts() {")].splitlines()]
    code = [line for line in lines if line and not line.startswith(("#", 'echo "  '))]
    assert len(code) <= 300


def test_a_declaration_of_no_fact_or_no_probe_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    text = surveyed.FILE.read_text()
    for old, new, words in (
        ("    stat_domain: domain", "    stat_domian: domain", "did you mean stat_domain"),
        ("    stat_domain: domain", "    stat_domain: domian", "no probe called 'domian'"),
    ):
        wrong = text.replace(old, new)
        number = text[: text.index(old)].count("\n") + 1
        monkeypatch.setattr(surveyed, "read_text", lambda _, wrong=wrong: wrong)
        with pytest.raises(GuideErrors, match=rf"snippets/survey.yml:{number}: .*{words}"):
            asks(current(), "stat")
