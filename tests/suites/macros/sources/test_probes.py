"""Each probe says holds of what is right, and tells what changed, is gone, or cannot be asked."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from macros.citation import Read
from macros.sources.probes import PROBES
from macros.sources.verdict import exit_code
from tests.suites.macros.sources.cases import CASES
from tests.suites.macros.sources.world import EARLIER, LATER, Case, World, commit, git

#: Two commits and a round for each: too long for every save.
pytestmark = pytest.mark.slow
BY_KEY = {case.key: case for case in CASES}
#: Those whose entry is there or not, with nothing in it that could change.
CHANGING = [case for case in CASES if case.changed]
#: Of a file that is the fact, and of a list without lines, no other file tells that they are gone.
GOING = [case for case in CASES if case.gone]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world of all cases, in which all is right between two tests."""
    world = World(tmp_path_factory.mktemp("whole"))
    world.write(CASES)
    return world


def test_every_probe_has_a_name_in_citations_and_a_case() -> None:
    assert set(PROBES) == set(Read.model_fields) - {"nothing", "until"}
    asked = {case.question.read.probe for case in CASES if case.question.read}
    assert asked == set(PROBES)


def test_all_of_what_is_right_holds(whole: World) -> None:
    records = whole.records()
    assert {key: r.verdict for key, r in records.items()} == dict.fromkeys(BY_KEY, "holds")
    assert exit_code(records.values()) == 0
    for record in records.values():
        assert str(record.decisive.day) == LATER
        assert BY_KEY[record.key].path in record.decisive.place
        assert f"{BY_KEY[record.key].kind}.yml:" in record.at


@pytest.mark.parametrize("case", CHANGING, ids=lambda case: case.key)
def test_a_planted_change_is_told_by_its_fact_and_by_no_other(whole: World, case: Case) -> None:
    with whole.planted(case, case.changed):
        records = whole.records()
    changed = {key for key, record in records.items() if record.verdict != "holds"}
    assert changed == {case.key}
    record = records[case.key]
    assert record.verdict == "changed"
    assert exit_code(records.values()) == 1
    told = json.loads(record.as_json())
    assert told["kind"] == case.kind
    assert told["with"] in PROBES
    assert told["expected"] != told["found"]
    assert f" {case.path}" in told["from"]


@pytest.mark.parametrize("case", GOING, ids=lambda case: case.key)
def test_what_is_gone_is_told_as_gone(whole: World, case: Case) -> None:
    with whole.planted(case, case.gone):
        verdicts = {key: record.verdict for key, record in whole.records().items()}
    assert verdicts.pop(case.key) == "gone"
    assert set(verdicts.values()) == {"holds"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_a_missing_file_answers_nothing(whole: World, case: Case) -> None:
    with whole.planted(case, None):
        records = whole.records()
    wanted = "gone" if case.kind == "tools" else "unanswered"
    assert records[case.key].verdict == wanted
    if wanted == "unanswered":
        assert "no such file" in records[case.key].decisive.reason
        assert "gone since" in records[case.key].decisive.reason
        assert exit_code(records.values()) == 2


def test_without_clones_and_with_old_ones_nothing_is_answered(world: World) -> None:
    world.write(CASES, day=EARLIER)
    records = world.records()
    assert {record.verdict for record in records.values()} == {"unanswered"}
    assert all("older than the fact" in r.decisive.reason for r in records.values())
    shutil.rmtree(world.clones)
    world.clones.mkdir()
    records = world.records()
    assert {record.verdict for record in records.values()} == {"unanswered"}
    assert all("no clone of" in record.decisive.reason for record in records.values())


def test_a_citation_of_an_earlier_day_is_asked_of_a_clone_of_that_day(world: World) -> None:
    case = BY_KEY["line"]
    world.write([case], day=EARLIER)
    path = world.facts / "values.yml"
    path.write_text(path.read_text().replace("path:", f"day: '{EARLIER}'\n    path:"))
    record = world.records()["line"]
    assert record.verdict == "holds"
    assert str(record.decisive.day) == EARLIER


def test_a_retired_name_holds_while_it_is_away_and_is_told_when_it_is_back(world: World) -> None:
    path = world.facts / "hosts.yml"
    case = BY_KEY["tea"]
    for text, verdict in ((case.gone, "holds"), (case.right, "changed"), (None, "unanswered")):
        world.write([case], tea=text)
        path.write_text(path.read_text() + "  status: retired\n  until: '2025'\n")
        assert world.records()["tea"].verdict == verdict
    world.write([case], tea="; no record is here\n")
    assert world.records()["tea"].verdict == "unanswered"


def test_two_lines_that_contradict_each_other_are_a_change(world: World) -> None:
    world.write([BY_KEY["line"]], line="port = 8080\nport = 8081\n")
    record = world.records()["line"]
    assert record.verdict == "changed"
    assert record.decisive.findings[0].found == "8080, 8081"


def test_a_new_column_is_told(world: World) -> None:
    case = BY_KEY["kitchen.cups"]
    new = case.right.replace("    `sizes`", "    `handle` boolean,\n    `sizes`")
    world.write([case], **{case.key: new})
    (wrong,) = (
        each for each in world.records()[case.key].decisive.findings if each.found != each.expected
    )
    assert (wrong.part, wrong.expected, wrong.found) == (
        "columns.handle",
        "no such column",
        "boolean",
    )


def test_one_definition_for_several_tables_has_no_name_of_its_own(world: World) -> None:
    case = BY_KEY["kitchen.cups"]
    world.write([case], **{case.key: case.right.replace("`cups`", "`${table_name}`")})
    assert world.records()[case.key].verdict == "holds"
    world.write([case], **{case.key: case.right.replace("`cups`", "`${t}`").replace("int", "date")})
    assert world.records()[case.key].verdict == "changed"


@pytest.mark.parametrize("around", ["no hole", "<value>", "<value> and <value>"])
def test_a_probe_that_asserts_nothing_is_refused(world: World, around: str) -> None:
    case = BY_KEY["line"]
    world.write([Case(**{**vars(case), "read": {"line": around}})])
    record = world.records()["line"]
    assert record.verdict == "unanswered"
    assert "mend `read`" in record.decisive.reason


def test_both_files_of_a_section_have_to_answer(world: World) -> None:
    world.write([BY_KEY["r1"], BY_KEY["r2"]])
    path = world.facts / "sections.yml"
    one = "  source:\n    repository: operations/dns\n    path: templates/replicas\n"
    both = (
        "  source:\n  - {repository: operations/dns, path: templates/replicas}\n"
        "  - {repository: operations/mediawiki-config, path: dblists}\n"
    )
    assert one in path.read_text()
    path.write_text(path.read_text().replace(one, both))
    assert world.records()["r1"].verdict == "unanswered"


def test_where_a_moved_file_is_now_is_told(world: World) -> None:
    case = BY_KEY["words"]
    world.write([case])
    folder = world.clones / "operations-puppet"
    git(folder, "mv", "words.sh", "moved.sh")
    commit(folder, {"new/words.sh": case.right})
    assert "of that name: new/words.sh" in world.records()["words"].decisive.reason
    commit(folder, {"words.sh": "else", "other.sh": "fill_cup, empty_cup"})
    record = world.records()["words"]
    assert (record.verdict, record.decisive.reason) == ("gone", "the words are in other.sh")
