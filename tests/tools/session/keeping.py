"""Takes the place of tests whose proof is kept: none is run twice on the same content.

`make` asks for it, by --kept=use; with ALL=1 by --kept=renew, which runs all, and says which kept
proof would have hidden a failure. Without it every test runs that is asked for.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache

import pytest

from macros.evidence import NotedRun
from tests.evidence import kept
from tests.evidence.kept import Kept, Store
from tests.evidence.notes import Recording
from tests.guide import parts
from tests.tools.session import closure, reads
from tests.tools.session.telling import SCREEN

#: The code that tests the blocks of pages: they are no modules.
_OF_PAGES = "tests/tools/session/collection.py"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --kept."""
    parser.addoption(
        "--kept",
        choices=["use", "renew"],
        help="leave out tests whose proof is kept; or run all, and hold those proofs against it",
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep proofs where evidence is noted: conftest.py has begun with that."""
    recording = config.pluginmanager.get_plugin(Recording.NAME)
    if recording is None:
        return
    assert isinstance(recording, Recording)
    config.pluginmanager.register(_Keeping(recording, config.getoption("--kept")), "keeping")


@cache
def key(test: str) -> str:
    """Return the key of the test called `test`: its name, its code, and all that it reads."""
    file = test.partition("::")[0]
    code = closure.code(file if file.endswith(".py") else _OF_PAGES)
    read = [f"{part}={parts.digest(part)}" for part in reads.of(test)]
    return hashlib.sha256("\n".join([test, code, *read]).encode()).hexdigest()[:24]


class _Keeping:
    """Pytest's hooks: what is left out, what is told of it, and what is kept at the end."""

    def __init__(self, recording: Recording, way: str | None):
        self._recording = recording
        self._way = way
        self._store = kept.read() if way else Store()
        self._known: dict[str, NotedRun] = {}
        self._left: list[str] = []
        self._content = ""
        self._edited = False

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the tests whose proof is kept, if that is wanted."""
        if not self._way:
            return
        now, self._content = datetime.now(UTC), parts.digest(parts.EVERYTHING)
        for item in items:
            run = self._store.proof(item.nodeid, key(item.nodeid), now)
            if run:
                self._known[item.nodeid] = run
        if self._way == "use":
            together = _together(item.nodeid for item in items)
            broken = {group for group, names in together.items() if not names <= self._known.keys()}
            self._known = {n: run for n, run in self._known.items() if _group(n) not in broken}
            items[:] = [item for item in items if item.nodeid not in self._known]
            self._recording.keep(self._known)
        self._left = [item.nodeid for item in items]

    def pytest_report_collectionfinish(self) -> list[str]:
        """Say by name and number what is run, and what has changed."""
        if self._way != "use":
            return []
        told = [*_told(self._left, len(self._known), self._changed())]
        if screen := os.environ.get(SCREEN):
            os.write(int(screen), ("\n".join(told) + "\n").encode())
            return []
        return told

    def _changed(self) -> list[str]:
        """Return the parts that are not as they were when they were read last."""
        read = {part for test in self._left for part in reads.of(test)}
        before = self._store.parts
        return sorted(p for p in read if p in before and before[p] != parts.digest(p))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Keep what has passed; what has failed is kept no more, however it was run."""
        runs = self._recording.runs
        failed = {test for test, run in runs.items() if not run.passed}
        passed = {}
        self._edited = bool(self._way) and parts.now(parts.EVERYTHING) != self._content
        if self._way and not self._edited:
            passed = {n: Kept(key=key(n), run=run) for n, run in runs.items() if run.passed}
        if passed or failed:
            read = {part for test in passed for part in reads.of(test)}
            kept.write(passed, failed, {part: parts.digest(part) for part in read})
        nothing = session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED
        if nothing and self._known and self._way == "use":
            session.exitstatus = pytest.ExitCode.OK

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell the kept proofs that would have hidden a failure, and why none is kept."""
        if self._edited:
            terminalreporter.write_line("kept: nothing, as files were changed meanwhile")
        if self._way != "renew":
            return
        runs = self._recording.runs
        for test in self._known:
            if test in runs and not runs[test].passed:
                terminalreporter.write_line(
                    f"ERROR: {test} fails, and its proof of {self._known[test].at:%Y-%m-%d} was "
                    f"kept under the same key: something that it reads is not in "
                    f"{reads.__name__.replace('.', '/')}.py, or it hangs on chance",
                    red=True,
                )


def _group(test: str) -> tuple[str, tuple[str, ...]]:
    """Return what a test is kept with: those of its file that read the same share fixtures."""
    return test.partition("::")[0], reads.of(test)


def _together(tests: Iterable[str]) -> dict[tuple[str, tuple[str, ...]], set[str]]:
    found: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for test in tests:
        found.setdefault(_group(test), set()).add(test)
    return found


def _told(left: list[str], known: int, changed: list[str]) -> Iterator[str]:
    yield f"kept: {known} tests; to run: {len(left)}"
    if changed:
        yield f"changed: {', '.join(changed)}"
    if known:
        of_file = Counter(test.partition("::")[0] for test in left)
        yield from (f"  {number:4} {file}" for file, number in sorted(of_file.items()))
