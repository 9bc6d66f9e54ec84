"""Tries mutants of queries: each is asked of its engine, and the answer held against the record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache

from tests.checks import lake_answers, replica_answers, replica_queries
from tests.environments.lab.lab import Lab
from tests.guide import lake_queries
from tests.guide.reading import Block
from tests.tools.mutants.corpus import Mutant
from tests.tools.mutants.planting import pairs
from tests.tools.mutants.protocol import Verdict, answer

_OF_IDS = "tests/suites/queries/test_lake.py::test_every_recorded_result_has_a_query"
_begun = ExitStack()


def verdict(mutant: Mutant) -> Verdict:
    """Return which query of the blocks that `mutant` changes has another answer than recorded."""
    return Verdict.first(each for old, new in pairs(mutant) for each in _asked(old, new))


def _asked(old: Block, new: Block) -> Iterator[tuple[str, str]]:
    wrong = _wrong(old)
    if wrong:
        raise RuntimeError(f"without the mutant, {wrong} fails")
    which = f"which queries {new.id} has"
    try:
        yield which, _OF_IDS if _ids(new) != _ids(old) else ""
    except Exception as error:
        yield which, f"tests/suites/queries: {type(error).__name__}: {error}"
    yield from _answers(new)


def _ids(block: Block) -> list[str]:
    of_replicas = [query.id for query in replica_queries.of_block(block)]
    return [query.id for query in lake_queries.of_block(block)] + of_replicas


@cache
def _wrong(block: Block) -> str:
    """Return the first test of the queries of `block` that fails."""
    return Verdict.first(_answers(block)).killer


def _answers(block: Block) -> Iterator[tuple[str, str]]:
    for query in lake_queries.of_block(block):
        test = f"tests/suites/queries/test_lake.py::test_result[{query.id}]"
        wrong = lake_answers.wrong(query) or lake_answers.differs_elsewhere(query)
        yield test, test if wrong else ""
    for replica in replica_queries.of_block(block):
        test = f"tests/suites/queries/test_replicas.py::test_result[{replica.id}]"
        yield test, test if replica_answers.wrong(replica, _lab()) else ""


@cache
def _lab() -> Lab:
    return _begun.enter_context(replica_answers.started())


if __name__ == "__main__":
    with _begun:
        answer(verdict)
