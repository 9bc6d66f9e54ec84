"""Every query of the guide gives the result that is recorded for it, row by row."""

from __future__ import annotations

import subprocess

import pytest

from macros.errors import shown
from tests.checks.lake_answers import (
    ENGINES,
    answered,
    differs_elsewhere,
    plain,
    recorded,
    wrong,
)
from tests.checks.recorded import RESULTS
from tests.environments.lake import jvm, warehouse
from tests.evidence import notes, versions
from tests.guide.lake_queries import LakeQuery, queries

pytestmark = pytest.mark.slow

#: A question that the page on engines asks in three ways.
_THREE_WAYS = "popular_pages_by_day"

every_query = pytest.mark.parametrize("query", queries(), ids=lambda query: query.id)


def note(query: LakeQuery) -> None:
    """Note what proves the block of `query`; where it is more than SQL, its own place does."""
    if query.block.language != "sql":
        return
    if query.engine == "presto":
        why = "no server of Presto could be had, so DuckDB answered, and Presto never saw it"
        notes.note(query.block, "stand-in", versions.named("DuckDB"), why=why)
    else:
        notes.note(query.block, "rows", versions.named(ENGINES[query.engine]))


@every_query
def test_result(query: LakeQuery, recording: bool) -> None:
    note(query)
    if problem := wrong(query, recording):
        pytest.fail(problem, pytrace=False)


def test_every_recorded_result_has_a_query() -> None:
    known = {recorded(query) for query in queries()}
    stale = sorted(shown(file) for file in RESULTS.rglob("*.tsv") if file not in known)
    assert not stale, f"no query of the guide has these results; remove them: {', '.join(stale)}"


def test_one_question_has_one_answer_in_three_engines() -> None:
    ways = [query for query in queries() if query.id.endswith(f"/{_THREE_WAYS}")]
    assert {query.engine for query in ways} == set(ENGINES)
    answers = {query.where(): (answered(query).columns, plain(answered(query))) for query in ways}
    first = next(iter(answers.values()))
    others = [where for where, answer in answers.items() if answer != first]
    assert not others, f"another answer than {next(iter(answers))}: {', '.join(others)}"


def test_java_starts_out_of_the_archive_of_its_classes() -> None:
    """Elsewhere it does without one that does not fit, and says nothing."""
    command = jvm.command(warehouse.lake().classes, {}, conf="/etc")
    done = subprocess.run([*command, "-Xshare:on", "-version"], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-1000:].decode()


@every_query
def test_another_engine_agrees(query: LakeQuery) -> None:
    """Hive and Spark give what DuckDB gives for the same query, translated."""
    if problem := differs_elsewhere(query):
        pytest.fail(problem, pytrace=False)
