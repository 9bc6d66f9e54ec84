"""What day one promises of every page: a check for a step, a sabotage for a check, no gaps."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from macros import sabotages as sabotage_file
from macros import yaml_lines
from macros.errors import shown, unknown
from tests.actors import days
from tests.actors.journey import Journey, sabotages
from tests.checks import replica_queries
from tests.evidence import notes
from tests.guide import lake_queries, reading
from tests.guide.steps import CHECK, is_done, steps

_WAIVERS = Path(__file__).with_name("waivers.yml")


@cache
def waived(kind: str) -> dict[str, str]:
    found: dict[str, str] = yaml_lines.load(_WAIVERS).data[kind]
    return found


def fail_with(lines: Iterable[str]) -> None:
    """Fail if there are any `lines`: each what is wrong, with file and line."""
    if told := "\n".join(lines):
        pytest.fail(told, pytrace=False)


def place(sabotage: str) -> str:
    """Return file:line of the entry of a sabotage."""
    return f"{shown(sabotage_file.FILE)}:{yaml_lines.load(sabotage_file.FILE).line(sabotage)}"


def stale(kind: str, names: Iterable[str]) -> list[str]:
    """Return what to tell of waivers of `kind` that nothing needs."""
    line = yaml_lines.load(_WAIVERS).line
    return [f"{shown(_WAIVERS)}:{line(kind, name)}: {name}: remove it" for name in names]


def test_every_step_that_changes_something_has_a_check() -> None:
    without = {name for name, step in steps().items() if not step.check}
    wrong = [
        f"{steps()[name].where}: the step {name} has no check: put it under a heading of level 2,"
        f" and end it with `### {CHECK}`, commands that look and their output"
        for name in sorted(without - waived("without_check").keys())
    ]
    fail_with(wrong + stale("without_check", waived("without_check").keys() - without))


def test_every_check_has_a_sabotage() -> None:
    fail_with(
        f"{step.where}: nothing is known to break the step {name}: add an entry with"
        f" `step: {name}` to {shown(sabotage_file.FILE)}"
        for name, step in steps().items()
        if step.check and not sabotages(name)
    )


def test_every_sabotage_is_of_a_step() -> None:
    fail_with(
        f"{place(name)}: {name}: {unknown('step', step, steps())}"
        for name, sabotage in reading.sabotages().items()
        for step in (sabotage.step, sabotage.again or sabotage.step)
        if step not in steps()
    )


def test_every_symptom_is_shown_to_the_reader() -> None:
    fail_with(
        f"{place(name)}: docs/{sabotage.page}.md does not show the words of {name}: write"
        f' [[[ trouble("{sabotage.page}") ]]] there'
        for name, sabotage in reading.sabotages().items()
        if f"`{(sabotage.see or sabotage.misses or '').strip()}`"
        not in reading.rendered(reading.DOCS / f"{sabotage.page}.md").text
    )


def test_symptoms_of_one_step_tell_them_apart() -> None:
    for step in steps():
        seen: dict[str | None, str] = {}
        for name, sabotage in sabotages(step).items():
            other = seen.setdefault(sabotage.see or sabotage.misses, name)
            fail_with([f"{place(name)}: {name} shows the same as {other}"] if other != name else [])


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
    wrong = [
        f"{names[name].where(0)}: nothing runs the block {name}: put it into a step, or give the"
        f" reason under not_run in {shown(_WAIVERS)}"
        for name in sorted(names.keys() - waived("not_run").keys())
    ]
    fail_with(wrong + stale("not_run", waived("not_run").keys() - names.keys()))
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
