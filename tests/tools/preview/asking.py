"""The quick tests of pages, asked in a process that has everything loaded.

Run as a program, it reads lines from standard input, each a JSON object. One with `saved`, files as
messages show them, has it read those pages anew. A question has a `number`, the `pages` that were
saved or show something else than before, what else was `saved`, the folder of the built `site`, and
what its builder said in `log`. It is answered by a process that begins from here, and ends when the
next line comes. Answers are lines of JSON, too, with the question's `number`: a `fault` with the
`pages` that show it, each with the number of its block; at last the number of `checks`, and of
those that were `skipped`.

The guide is loaded as it is when the program starts: of later changes it takes in those of pages,
and of the text of snippets.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, TextIO

import pytest

from macros import evidence
from macros.errors import ROOT, GuideError, shown
from tests.checks import bash, replica_queries
from tests.environments import built_site
from tests.environments.built_site import Site
from tests.guide import lake_queries, reading, steps
from tests.guide.reading import DOCS
from tests.tools.naming import naming
from tests.tools.session import telling
from tests.tools.session.telling import Fault

#: Tests with the page as their parameter `page`, and of the guide as a whole.
_OF_PAGES = [
    *(f"tests/suites/site/test_{name}.py" for name in ("contract", "names", "origins", "census")),
    "tests/suites/day_one/test_contract.py",
]
_OF_FACTS = "tests/suites/macros/test_facts.py::test_a_fact_is_what_was_verified"
#: Not of a page: of the dates of all, and of the checks themselves.
_LEFT_OUT = [
    "tests/suites/site/test_contract.py::test_what_is_stale_is_said_on_its_pages_and_to_editors",
    "tests/suites/site/test_names.py::test_what_is_wrong_in_a_text_is_told",
]
_LOADED = "ignore::pytest.PytestAssertRewriteWarning"
_OPTIONS = ["-q", "-m", "not slow", "-p", "no:hypothesispytest", "-W", _LOADED]
_OPTIONS += [f"--deselect={test}" for test in _LEFT_OUT]


@dataclass(frozen=True)
class Question:
    """What is asked; see above."""

    number: int
    pages: list[str]
    saved: list[str]
    site: str
    log: str

    def tests(self) -> list[str]:
        """Return the tests that may have something to say."""
        found = [f"docs/{page}" for page in self.pages] + _OF_PAGES
        if any(file.startswith("macros/facts/") for file in self.saved):
            found.insert(0, _OF_FACTS)
        snippets = [file for file in self.saved if file.startswith("snippets/")]
        return found + [test for file in snippets for test in naming(file[len("snippets/") :])]


def main() -> None:
    """Load everything, then answer until there are no more questions."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    child = 0

    def end(*_: object) -> NoReturn:
        _end(child)
        os._exit(0)  # pytest would take an exception for one of its tests

    signal.signal(signal.SIGTERM, end)
    _load()
    for line in sys.stdin:
        _end(child)
        child, asked = 0, json.loads(line)
        if "number" not in asked:
            take_in(asked["saved"])
        elif not (child := os.fork()):
            os.setsid()
            _answer(Question(**asked), answers)
    end()


def _load() -> None:
    os.environ[evidence.VARIABLE] = ""
    if errors := reading.errors():
        sys.exit("\n".join(map(str, errors)))
    _warm()
    with tempfile.TemporaryFile("w") as nowhere, redirect_stdout(nowhere):
        pytest.main([*_OPTIONS, "--collect-only", *_OF_PAGES])
    gc.freeze()  # else each process that begins from here copies what its collector looks at


def take_in(saved: list[str]) -> None:
    """Read the pages that were `saved` once more, and all if a snippet was that they may show."""
    all_of_them = any(file.startswith("snippets/") for file in saved)
    for page in reading.pages():
        if all_of_them or shown(page) in saved:
            reading.forget(page)
    steps.forget()
    lake_queries.queries.cache_clear()
    replica_queries.queries.cache_clear()
    with suppress(Exception):  # what is wrong is told by who is asked
        _warm()


def _warm() -> None:
    """Make what many tests look at, beside the building of pages."""
    for block in reading.all_blocks():
        if block.language == "bash":
            bash.syntax(block.text)
    steps.steps()
    lake_queries.queries()
    replica_queries.queries()


def _end(child: int) -> None:
    """End the process `child`, and what it has started."""
    if child:
        try:
            os.killpg(child, signal.SIGKILL)
        except ProcessLookupError:  # it has no group yet
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _answer(question: Question, answers: TextIO) -> NoReturn:
    """Run the tests; end this process, whatever happens."""

    def say(**what: Any) -> None:
        answers.write(json.dumps({"number": question.number, **what}) + "\n")
        answers.flush()

    asked = _Asked(question, say)
    try:
        asked.run()
    except BaseException as error:
        say(fault=asdict(Fault(shown(Path(__file__)), 1, repr(error))), pages=None)
    finally:
        say(checks=asked.checks, skipped=asked.skipped)
        os._exit(0)


class _Asked:
    """Chooses the tests that concern a question, runs them, and tells what fails."""

    def __init__(self, question: Question, say: Any):
        self.question, self.say = question, say
        self.checks = self.skipped = 0
        self.told: set[Fault] = set()

    def run(self) -> None:
        """Run the tests; raises RuntimeError where pytest cannot."""
        built_site.take(Site(Path(self.question.site), 0, self.question.log))
        if errors := reading.errors():
            self._tell(telling.told("\n".join(map(str, errors))))
            return
        with tempfile.TemporaryFile("w+") as said, redirect_stdout(said), redirect_stderr(said):
            code = pytest.main([*_OPTIONS, *self.question.tests()], plugins=[self])
            if not (self.told or code == pytest.ExitCode.OK):
                said.seek(0)
                raise RuntimeError(said.read()[-1000:])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests of facts and pages, and after them those that are of more."""
        of_more = [item for item in items if _page(item) is None and not self._is_own(item)]
        items[:] = [item for item in items if self._is_own(item)] + of_more

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """End before those that are of more if something failed: they would say the same again."""
        done = yield
        if self.told and nextitem and not self._is_own(nextitem):
            item.session.shouldstop = True
        return done

    def _is_own(self, item: pytest.Item) -> bool:
        return item.nodeid.startswith(_OF_FACTS) or _page(item) in self.question.pages

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell what has failed, each fault once."""
        self.checks += report.when == "call" and not report.skipped
        self.skipped += report.skipped
        if report.failed:
            self._tell(telling.faults(report))

    def _tell(self, faults: list[Fault]) -> None:
        first_lines = [replace(fault, message=fault.message.split("\n")[0]) for fault in faults]
        for fault in dict.fromkeys(first_lines):
            if fault not in self.told:
                self.told.add(fault)
                self.say(fault=asdict(fault), pages=dict(self._places(fault)))

    def _places(self, fault: Fault) -> Iterator[tuple[str, int | None]]:
        """Yield the pages that show `fault`, each with the number of the block that it is of.

        One that is of no page that was asked for is shown on all of those.
        """
        pages = self.question.pages
        own = fault.file.removeprefix("docs/")
        of_blocks = [(page, n) for page in pages if (n := block_at(page, fault)) is not None]
        yield from of_blocks or ((page, None) for page in ([own] if own in pages else pages))


def _page(item: pytest.Item) -> str | None:
    """Return the page that `item` tests, if it is one's own."""
    if item.path.is_relative_to(DOCS):
        return item.path.relative_to(DOCS).as_posix()
    page = getattr(getattr(item, "callspec", None), "params", {}).get("page")
    return page if isinstance(page, str) else None


def block_at(page: str, fault: Fault) -> int | None:
    """Return the number of the block of `page`, from 0, that shows the line of `fault`, or None."""
    try:
        blocks = reading.blocks(DOCS / page)
    except GuideError:  # the fault is that there are none
        return None
    for number, block in enumerate(blocks):
        lines = {(shown(origin.path), origin.line) for origin in block.origins}
        lines.add((shown(block.page), block.line))
        if (fault.file, fault.line) in lines:
            return number
    return None


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
