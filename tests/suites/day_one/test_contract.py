"""What day one promises of every page: a check for a step, a sabotage for a check, no gaps."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from macros import yaml_lines
from macros.errors import shown
from tests.actors import days
from tests.actors.journey import Journey, sabotages
from tests.checks import replica_queries
from tests.evidence import notes
from tests.guide import lake_queries, reading
from tests.guide.steps import is_done, steps

_WAIVERS = Path(__file__).with_name("waivers.yml")


@cache
def waived(kind: str) -> dict[str, str]:
    found: dict[str, str] = yaml_lines.load(_WAIVERS).data[kind]
    return found


def test_every_step_that_changes_something_has_a_check() -> None:
    without = {name for name, step in steps().items() if not step.check}
    assert without - waived("without_check").keys() == set(), "add `### Check that it worked`"
    assert waived("without_check").keys() - without == set(), "stale in waivers.yml"


def test_every_check_has_a_sabotage() -> None:
    checked = {name for name, step in steps().items() if step.check}
    assert {name for name in checked if not sabotages(name)} == set()


def test_every_sabotage_is_of_a_step() -> None:
    known = reading.sabotages()
    of = {
        name: (sabotage.step, sabotage.again or sabotage.step) for name, sabotage in known.items()
    }
    assert {name: named for name, named in of.items() if not steps().keys() >= {*named}} == {}


def test_every_symptom_is_shown_to_the_reader() -> None:
    for name, sabotage in reading.sabotages().items():
        page = reading.DOCS / f"{sabotage.page}.md"
        words = (sabotage.see or sabotage.misses or "").strip()
        assert f"`{words}`" in reading.rendered(page).text, (
            f"{name}: docs/{sabotage.page}.md does not show it; "
            f'it needs [[[ trouble("{sabotage.page}") ]]]'
        )


def test_symptoms_of_one_step_tell_them_apart() -> None:
    for name in steps():
        seen = [s.see or s.misses for s in sabotages(name).values()]
        assert len(set(seen)) == len(seen), name


def test_every_block_is_run_or_said_not_to_be() -> None:
    done = [b for step in steps().values() for b in step.todo + step.check if is_done(b)]
    run = {(block.page, block.id) for block in done}
    run |= {(q.block.page, q.block.id) for q in lake_queries.queries()}
    run |= {(q.block.page, q.block.id) for q in replica_queries.queries()}
    names = {
        f"{shown(b.page).removeprefix('docs/').removesuffix('.md')} {b.id}": b
        for b in reading.all_blocks()
        if (b.page, b.id) not in run and b.place not in ("project", "output", "notebook")
    }
    assert names.keys() - waived("not_run").keys() == set(), "nothing runs these blocks"
    assert waived("not_run").keys() - names.keys() == set(), "stale in waivers.yml"
    for name, reason in waived("not_run").items():
        notes.note(names[name], None, why=reason)


@pytest.mark.slow
def test_day_one_leaves_the_files_of_this_machine_alone() -> None:
    days.wait()
    assert days.own_files() == days.found()


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n, s in steps().items() if s.check and not s.changes])
def test_check_fails_on_a_fresh_account(fresh: Journey, name: str) -> None:
    """A step that only looks cannot fail before it is done; it fails where nothing was done."""
    fresh.must_fail(steps()[name], "on a fresh account")
