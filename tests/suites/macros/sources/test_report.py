"""The report: what will be asked, both sides of a difference, the YAML to write, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from macros.facts import current
from macros.sources import __main__, report
from macros.sources.verdict import exit_code
from tests.suites.macros.sources.cases import CASES
from tests.suites.macros.sources.world import LATER, World

BY_KEY = {case.key: case for case in CASES}


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.write([BY_KEY["line"], BY_KEY["words"]], line="port = 9090\n", words="none\n")
    return world


def test_both_sides_and_what_to_write_are_told(world: World) -> None:
    records = world.records()
    changed = list(report.told(records["line"]))
    assert changed[0].startswith("changed    values line: ")
    assert "values.yml:1: operations/puppet@" in changed[0]
    assert changed[0].endswith(" kettle.conf:1")
    assert changed[1] == "    value: the fact says 8080, the source says 9090"
    written = yaml.safe_load("\n".join(changed[3:]))
    assert written == {"line": {"value": 9090, "verified": yaml.safe_load(LATER)}}
    gone = list(report.told(records["words"]))
    assert yaml.safe_load("\n".join(gone[-4:]))["words"] == {
        "status": "retired",
        "until": LATER,
        "verified": yaml.safe_load(LATER),
    }


def test_the_record_has_the_fields_of_all_rings(world: World) -> None:
    told = json.loads(world.records()["line"].as_json())
    wanted = {"kind", "key", "verdict", "expected", "found", "at", "from", "with", "day"}
    assert set(told) == wanted
    assert (told["expected"], told["found"]) == ({"value": "8080"}, {"value": "9090"})
    assert (told["with"], told["day"]) == ("line", LATER)


def test_what_changed_outweighs_what_was_unanswered(world: World) -> None:
    records = world.records()
    assert exit_code(records.values()) == 1
    with world.planted(BY_KEY["line"], None), world.planted(BY_KEY["words"], None):
        assert exit_code(world.records().values()) == 2


def test_the_command_says_what_it_asks_and_that_it_only_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert __main__.main(["--folder", str(tmp_path), "proxy_variables"]) == 2
    told = capsys.readouterr().out.splitlines()
    count = len(list(current().all()))
    assert told[0] == f"Checking 1 of {count} facts. Sources are only read:"
    assert told[1] == "  operations/puppet: 1"
    assert "Nothing is written." in told
    assert "no clone of operations/puppet" in told[-1]
    assert __main__.main(["--folder", str(tmp_path), "--json", "proxy_variables"]) == 2
    assert json.loads(capsys.readouterr().out)["verdict"] == "unanswered"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["proxy_urls"], "no fact called 'proxy_urls'; did you mean proxy_url"),
        (["--folder", "/nowhere"], "/nowhere: is no folder with clones"),
    ],
)
def test_a_wrong_argument_is_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert __main__.main(arguments) == 2
    told = capsys.readouterr()
    assert message in told.err
    assert told.err.count("\n") == 1
    assert not told.out
