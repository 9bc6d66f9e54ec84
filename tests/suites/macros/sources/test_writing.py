"""`--write` moves the day of what holds, and changes no other letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros.sources import writing
from tests.suites.macros.sources.world import EVIDENCE, LATER, World, commit

FACTS = f"""# A comment at the top
defaults:
  source: {{repository: operations/puppet, path: a.conf}}
  verified: {EVIDENCE}

# Group

own:
  value: one-value  # beside
  what: has a day of its own
  verified: {EVIDENCE}   # a day

inherits:
  value: one-value
  what: has the day of the defaults
  note: >-
    a note
    of two lines

bare: {{value: two-value, what: in one line}}
last:
  value: one-value
  what: nothing follows
changed:
  value: three-value
  what: is no longer so
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    (world.facts / "values.yml").write_text(FACTS)
    commit(world.clones / "operations-puppet", {"a.conf": "one-value and two-value\n"})
    return world


def written(world: World) -> str:
    records = world.records().values()
    writing.write(world.known(), records, world.facts)
    return (world.facts / "values.yml").read_text()


def test_only_the_days_of_what_holds_move(world: World) -> None:
    wanted = FACTS
    for before, after in (
        (f"of its own\n  verified: {EVIDENCE}", f"of its own\n  verified: {LATER}"),
        ("of the defaults\n", f"of the defaults\n  verified: {LATER}\n"),
        ("what: in one line}", f"what: in one line, verified: {LATER}}}"),
        ("nothing follows\n", f"nothing follows\n  verified: {LATER}\n"),
    ):
        assert wanted.count(before) == 1
        wanted = wanted.replace(before, after)
    assert written(world) == wanted


def test_written_twice_is_written_once_and_nothing_is_left(world: World) -> None:
    first = written(world)
    assert written(world) == first
    assert [path.name for path in world.facts.iterdir()] == ["values.yml"]
    days = {key: str(fact.verified) for key, fact in world.known().values.items()}
    assert days == dict.fromkeys(days, LATER) | {"changed": EVIDENCE}


def test_a_day_never_goes_back(world: World) -> None:
    commit(world.clones / "operations-puppet", {"a.conf": "one-value and two-value\n"}, EVIDENCE)
    assert written(world) == FACTS
