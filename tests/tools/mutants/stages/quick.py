"""Tries mutants, one after the other, in a copy of the project: reads them from standard input.

Everything is loaded once. Each mutant gets a process of its own that begins from there, renders
what the change touches, and asks those tests that could notice, until one does: first those of the
blocks that changed and of what is seen then, first as one reader sees them; then the files of tests
that name the snippet or page; then the other blocks. Of a doctor: its block, and its tests in
sandboxes.
"""

from __future__ import annotations

import gc
import io
import json
import os
import signal
import traceback
from collections.abc import Container, Iterator
from contextlib import redirect_stdout
from dataclasses import asdict, replace
from functools import cache

import pytest

from macros import facts
from macros.errors import GuideError, shown
from tests.checks import bash, execution, prose, verified
from tests.checks.python.fences import fence_failure
from tests.checks.registry import ALL
from tests.guide import reading
from tests.guide.reading import Block
from tests.tools.mutants.corpus import DOCTORS, Mutant
from tests.tools.mutants.planting import changed, planted, refused
from tests.tools.mutants.protocol import Verdict, answer
from tests.tools.naming import naming

#: Seconds after which a mutant has made something wait for ever, which somebody would notice.
_PATIENCE = 200
#: The tests that look at every block of a material, and name none.
_OF_MATERIAL = {"Phabricator": ["tests/suites/snippets/test_phabricator.py"]}
_OF_FACTS = "tests/suites/macros/test_facts.py::test_a_fact_is_what_was_verified"
_OF_PROSE = "tests/suites/site/test_names.py::test_what_a_text_names_is_known"
_RUNNING = ("laptop", "stat")
_OPTIONS = ["-x", "-q", "-p", "no:hypothesispytest", "-W", "ignore", "-m"]


def verdict(mutant: Mutant) -> Verdict:
    """Return which quick test notices `mutant`; the project stays as it is."""
    if mutant.material in _HELD:
        with planted(mutant):
            return Verdict.first([_HELD[mutant.material](mutant)])
    _warm()
    with planted(mutant):
        reading_end, writing_end = os.pipe()
        child = os.fork()
        if not child:
            os.setsid()
            signal.alarm(_PATIENCE)
            _try(mutant, writing_end)
        os.close(writing_end)
        with os.fdopen(reading_end) as said:
            told = said.read()
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if ended == -signal.SIGALRM:
        return Verdict(slow := f"it takes more than {_PATIENCE} seconds", asked=(slow,))
    if not told:
        raise RuntimeError(f"{mutant.key}: its process ended with {ended} and no verdict")
    if "trouble" in (found := json.loads(told)):
        raise RuntimeError(f"{mutant.key}: {found['trouble']}")
    return Verdict.of_json(found)


def _try(mutant: Mutant, writing_end: int) -> None:
    """Write the verdict and end, whatever happens."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    try:
        found = asdict(_verdict(mutant))
    except BaseException:
        found = {"trouble": traceback.format_exc()}
    os.write(writing_end, json.dumps(found).encode())
    os._exit(0)


def _verdict(mutant: Mutant) -> Verdict:
    try:
        found = changed(mutant)
    except GuideError as error:
        return Verdict(f"rendering: {error}", by_parsing=True)
    new = [block for _, block in found.changed]
    doctors = mutant.part in DOCTORS
    answers = _of_doctor(new) if doctors else _answers(mutant, found.blocks, new)
    return replace(Verdict.first(answers), by_parsing=any(map(refused, new)))


def _of_fact(mutant: Mutant) -> tuple[str, str]:
    test = f"{_OF_FACTS}[{mutant.path.stem}]"
    try:
        differs = verified.difference(mutant.path.stem)
    except GuideError as error:
        return test, f"loading: {error}"
    return test, test if differs else ""


def _of_prose(mutant: Mutant) -> tuple[str, str]:
    page = mutant.path.relative_to(reading.DOCS)
    test = f"{_OF_PROSE}[{page}]"
    try:
        changed(mutant)
        return test, test if prose.problems(mutant.path) else ""
    except GuideError as error:
        return test, f"rendering: {error}"


#: Materials that one test holds against what is known, without asking anybody.
_HELD = {"facts": _of_fact, "prose": _of_prose}


def _of_doctor(new: list[Block]) -> Iterator[tuple[str, str]]:
    yield from _of_blocks(new)
    yield from _of_tests(["tests/suites/snippets/test_doctor.py"], marks="")


def _answers(mutant: Mutant, blocks: list[Block], new: list[Block]) -> Iterator[tuple[str, str]]:
    tests = _OF_MATERIAL.get(mutant.material, naming(mutant.part))
    running = any(block.place in _RUNNING for block in new)
    # What runs is run page by page: a block can spoil what comes after it.
    others = [b for b in blocks if running and b not in new]
    seen = [b for b in others if b.place == "output"]
    yield from _of_blocks([*new, *seen], readers={"sample"})
    yield from _of_blocks(new)
    yield from _of_tests(tests, marks="not slow")
    yield from _of_blocks([*seen, *(b for b in others if b.place in _RUNNING)])


def _of_blocks(blocks: list[Block], readers: Container[str] = ALL) -> Iterator[tuple[str, str]]:
    """Ask the own tests of `blocks`, as `readers` see them; yield each, and how it fails."""
    seen_by = "all readers" if readers is ALL else "one reader"
    for block in blocks:
        test = f"{shown(block.page)}::{block.id}"
        failure = fence_failure(block, readers)
        said = f"{test}: {failure.splitlines()[0][:200]}" if failure else ""
        yield f"{test} as seen by {seen_by}", said


def _of_tests(files: list[str], marks: str) -> Iterator[tuple[str, str]]:
    """Run the tests with `marks` of `files`; yield which, and the first that fails."""
    if files:
        seen = _Failures()
        pytest.main([*_OPTIONS, marks, *files], plugins=[seen])
        yield f"{', '.join(files)} ({marks or 'all tests'})", seen.first


class _Failures:
    first = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the first test that fails."""
        if report.failed:
            self.first = self.first or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note the first file that cannot be collected."""
        if report.failed:
            self.first = self.first or report.nodeid


@cache
def _warm() -> None:
    """Load and check once what every trial begins with."""
    facts.current()
    reading.uses()
    for block in reading.all_blocks():
        if block.language == "bash":
            bash.syntax(block.text)
        if block.language == "sql":
            fence_failure(block)
    execution.start(reading.pages())
    execution.wait()
    with redirect_stdout(io.StringIO()):
        pytest.main([*_OPTIONS, "not slow", "--collect-only", "tests/suites/macros/test_slots.py"])
    gc.freeze()  # else each process that begins from here copies what its collector looks at


if __name__ == "__main__":
    answer(verdict)
