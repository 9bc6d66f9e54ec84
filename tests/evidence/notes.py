"""Notes of what proves the blocks of the guide: a test makes them, and they count once it passed.

At the end of a session they go to the file that builds read (`macros/evidence.py`), beside what
other sessions have written there, and in the place of what the same tests have said before.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from macros import evidence
from macros.errors import ROOT
from macros.evidence import Evidence, Note, NotedRun
from tests.guide import reading
from tests.guide.reading import Block

#: When made-up evidence says that it was seen.
MADE_UP = datetime(2026, 1, 2, tzinfo=UTC)
#: What the test that runs has said of blocks, by their fingerprints.
_notes: dict[str, Note] = {}


def note(block: Block, kind: str | None, *programs: str, why: str = "") -> None:
    """Note that the test which runs proves `block`, by `programs`; `kind` is a key of KINDS.

    To be called before what can fail: a test that fails takes the proofs of its blocks away. `why`
    tells readers why the proof goes no further.
    """
    known = fingerprints(block.page).get(block)
    if known is None:
        return  # of no page of the guide, or not as it stands there
    said = Note(kind=kind, programs=programs, why=why)
    before = _notes.get(known, said)
    stronger = max(before, said, key=lambda each: each.rank)
    _notes[known] = stronger.model_copy(update={"why": said.why or before.why})


def concerns(blocks: Iterable[Block]) -> None:
    """Note that the test which runs has to do with `blocks`, and by itself proves none."""
    for block in blocks:
        note(block, None)


@cache
def fingerprints(page: Path) -> dict[Block, str]:
    """Return the fingerprints of the blocks of `page`; none where it is no page of the guide."""
    if page not in reading.pages():
        return {}
    blocks = [block for block in reading.blocks(page) if block.place]
    name = page.relative_to(reading.DOCS).as_posix()
    found = evidence.fingerprints(name, [(block.place, block.text) for block in blocks])
    return dict(zip(blocks, found, strict=True))


class Recording:
    """Pytest's hooks: whose notes are made, how each test ends, and what is written at the end."""

    NAME = "recording"

    def __init__(self, path: Path):
        self._path = path
        self._reports: dict[str, NotedRun] = {}
        self._ended: dict[str, str] = {}
        self._collected: set[str] = set()
        self._kept: dict[str, NotedRun] = {}
        self._partial = False

    @property
    def runs(self) -> dict[str, NotedRun]:
        """How the tests of this session have ended, by their names."""
        return self._reports

    def keep(self, runs: dict[str, NotedRun]) -> None:
        """Take the place of tests that are not run again: they say what they said before."""
        self._kept = runs

    def pytest_deselected(self) -> None:
        """Note that of some files not all tests are run."""
        self._partial = True

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note which tests there are."""
        self._collected = {item.nodeid for item in session.items} | self._kept.keys()
        self._partial |= any("::" in argument for argument in session.config.args)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Begin with no notes."""
        _notes.clear()
        self._ended[nodeid] = "passed"

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Note which blocks a test has to do with, where its parameters say so."""
        parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
        named = [getattr(each, "block", each) for each in parameters]
        concerns(each for each in named if isinstance(each, Block))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a part of a test has ended: one failure counts, whatever else went well."""
        if report.failed or (report.skipped and self._ended[report.nodeid] == "passed"):
            self._ended[report.nodeid] = report.outcome

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Take the notes of a test that has ended; one that was skipped says nothing."""
        if self._ended[nodeid] != "skipped":
            now = datetime.now(UTC).replace(microsecond=0)
            passed = self._ended[nodeid] == "passed"
            self._reports[nodeid] = NotedRun(at=now, passed=passed, notes=dict(_notes))

    def pytest_sessionfinish(self) -> None:
        """Write down what was noted."""
        write(self._path, {**self._kept, **self._reports}, self._is_gone)

    def _is_gone(self, nodeid: str) -> bool:
        """Return whether there is no such test any more, as far as this session can tell."""
        if nodeid in self._collected:
            return False
        whole = set() if self._partial else {_file(each) for each in self._collected}
        return _file(nodeid) in whole or not (ROOT / _file(nodeid)).exists()


def _file(nodeid: str) -> str:
    return nodeid.split("::", maxsplit=1)[0]


def write(path: Path, reports: dict[str, NotedRun], is_gone: Callable[[str], bool]) -> None:
    """Write `reports`, by the names of their tests, into the evidence at `path`.

    What other tests have said stays, but for those of which `is_gone` says that they are no more.
    A test that fails before it has said what it is about, has to do with what it said before.
    """
    with locked(path):
        tests = {k: v for k, v in evidence.read(path).tests.items() if not is_gone(k)}
        for name, report in reports.items():
            before = tests.pop(name, None)
            kept = {} if report.passed or before is None else before.notes
            if kept or report.notes:
                tests[name] = report.model_copy(update={"notes": {**kept, **report.notes}})
        said = Evidence(tests=dict(sorted(tests.items())))
        replaced(path, said.model_dump_json(indent=1))


def replaced(path: Path, text: str) -> None:
    """Write `text` to `path`, whole or not at all."""
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Be the only one who writes to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made_up(path: Path) -> dict[Block, Note | None]:
    """Write evidence of all kinds, none of it true; return what it says of each block."""
    kinds = [*evidence.KINDS, None]
    said: dict[Block, Note | None] = {}
    blocks = [block for block in reading.all_blocks() if block in fingerprints(block.page)]
    for block in blocks:
        # By its fingerprint: a new block changes nothing on the pages after it.
        kind = kinds[int(fingerprints(block.page)[block], 16) % len(kinds)]
        said[block] = Note(kind=kind, programs=("bash 1.2",), why="") if kind else None
    notes = {fingerprints(b.page)[b]: note for b, note in said.items() if note}
    write(
        path,
        {"tests/evidence/notes.py::made_up": NotedRun(at=MADE_UP, passed=True, notes=notes)},
        lambda _: False,
    )
    return said
