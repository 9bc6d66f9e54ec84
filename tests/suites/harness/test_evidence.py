"""What proves a block is noted once its test has passed, and gone when a test of it fails."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from macros.evidence import VARIABLE, Note, NotedRun, Proof, proofs, read
from tests.checks import registry
from tests.checks.snippet_texts import for_reader
from tests.evidence import notes, versions
from tests.evidence.notes import Recording, fingerprints, note
from tests.guide import commands
from tests.guide.reading import Block
from tests.tools.copies import copy_of_project

TEST = "tests/suites/harness/test_evidence.py::test"
OTHER = "tests/suites/snippets/test_git.py::test"


@pytest.mark.slow  # those of the lab are asked, too, which `make check` need not have
def test_every_product_says_its_version() -> None:
    """Readers are told of it at the foot of a block."""
    typed = {commands.product(program) for program in (*commands.RUNS_HERE, *commands.ELSEWHERE)}
    listed = {package.product for package in versions.packages()} - {""}
    read = {language.program for language in registry.languages().values()} - {""}
    silent = [name for name in typed | listed | read if versions.named(name) == name]
    assert not silent, f"tests/environments/packages.txt does not say how to ask {silent}"


@pytest.fixture
def block(monkeypatch: pytest.MonkeyPatch) -> Block:
    """A block of the guide, in a session whose notes are not those of this one."""
    monkeypatch.setattr(notes, "_notes", {})
    return for_reader("stat/gitconfig", "sample").block


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the evidence is written."""
    return tmp_path / "cache" / "evidence.json"


def session(
    path: Path, *notes: tuple[Block, str | None], test: str = TEST, **outcomes: str
) -> None:
    """Let `test`, whose parts end with `outcomes`, make `notes` in a session of its own."""
    recording = Recording(path)
    recording.pytest_runtest_logstart(test)
    for block, kind in notes:
        note(block, kind, "git 2.39")
    for when in ("setup", "call", "teardown"):
        outcome = outcomes.get(when, "passed")
        report = pytest.TestReport(test, ("", 0, ""), {}, outcome, None, when)  # type: ignore[arg-type]
        recording.pytest_runtest_logreport(report)
    recording.pytest_runtest_logfinish(test)
    recording.pytest_sessionfinish()


def proof(path: Path, block: Block) -> Proof | None:
    return proofs(read(path), datetime.now(UTC)).get(fingerprints(block.page)[block])


def test_a_test_that_passes_proves_its_block(path: Path, block: Block) -> None:
    before = datetime.now(UTC).date()
    session(path, (block, "lab"), (block, "parsed"))
    found = proof(path, block)
    assert found and (found.kind, found.programs) == ("lab", ("git 2.39",))
    assert before <= found.day <= datetime.now(UTC).date()


@pytest.mark.parametrize("when", ["setup", "call", "teardown"])
def test_a_test_that_fails_takes_away_what_it_and_others_said(
    path: Path, block: Block, when: str
) -> None:
    session(path, (block, "lab"), test=f"{TEST}_of_others")
    session(path, (block, "lab"))
    assert proof(path, block)
    session(path, **{when: "failed"})  # before it said what it is about
    assert proof(path, block) is None
    session(path, (block, "lab"))
    assert proof(path, block)


def test_a_test_that_only_has_to_do_with_a_block_speaks_against_it(
    path: Path, block: Block
) -> None:
    session(path, (block, "lab"))
    session(path, (block, None), test=f"{TEST}_of_others", call="failed")
    assert proof(path, block) is None


def test_a_test_that_was_skipped_says_nothing(path: Path, block: Block) -> None:
    session(path, (block, "lab"), setup="skipped")
    assert proof(path, block) is None
    session(path, (block, "lab"))
    session(path, setup="skipped")
    assert proof(path, block)


def test_a_text_that_is_no_block_of_the_guide_is_not_noted(path: Path, block: Block) -> None:
    session(path, (replace(block, text="[user]\n"), "lab"), (replace(block, page=path), "lab"))
    assert read(path).tests == {}


def test_parameters_say_which_block_a_test_is_about(
    path: Path, block: Block, request: pytest.FixtureRequest
) -> None:
    item = SimpleNamespace(callspec=SimpleNamespace(params={"query": SimpleNamespace(block=block)}))
    Recording(path).pytest_runtest_setup(item)  # type: ignore[arg-type]
    assert notes._notes == {fingerprints(block.page)[block]: Note()}
    Recording(path).pytest_runtest_setup(request.node)  # without any


@pytest.mark.parametrize("partial", [True, False])
def test_what_a_test_said_that_is_gone_is_forgotten(
    path: Path, block: Block, partial: bool
) -> None:
    for test in (TEST, OTHER):
        session(path, (block, "lab"), test=test)
    recording = Recording(path)
    config = SimpleNamespace(args=["tests"])
    items = [SimpleNamespace(nodeid=f"{TEST}_with_another_name")]
    recording.pytest_collection_finish(SimpleNamespace(items=items, config=config))  # type: ignore[arg-type]
    if partial:
        recording.pytest_deselected()
    recording.pytest_sessionfinish()
    kept = {TEST} if partial else set()
    assert read(path).tests.keys() == {OTHER} | kept


def test_what_the_tests_of_a_file_said_that_is_gone_is_forgotten(path: Path, block: Block) -> None:
    report = NotedRun(at=datetime.now(UTC), passed=False, notes={"block": Note()})
    notes.write(path, {"tests/test_gone.py::test": report}, lambda _: False)
    session(path, (block, "lab"))
    assert read(path).tests.keys() == {TEST}


def test_sessions_that_end_at_once_all_say_theirs(path: Path) -> None:
    def write(number: int) -> None:
        report = NotedRun(at=datetime.now(UTC), passed=True, notes={"block": Note(kind="lab")})
        notes.write(path, {f"test {number}": report}, lambda _: False)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(64)))
    assert len(read(path).tests) == 64
    assert {each.suffix for each in path.parent.iterdir()} == {".json", ".lock"}


def test_a_broken_file_is_written_anew(path: Path, block: Block) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\xff{")
    session(path, (block, "lab"))
    assert proof(path, block)


def test_what_is_built_for_tests_has_no_evidence_of_an_earlier_run() -> None:
    assert os.environ[VARIABLE] == ""


@pytest.mark.slow
def test_sessions_of_the_projects_own(tmp_path: Path) -> None:
    """Two side by side, then one whose test fails: in a copy, where a snippet is broken."""
    project = copy_of_project(tmp_path)
    config, rc = (for_reader(name, "sample").block for name in ("stat/gitconfig", "stat/bashrc"))
    of_config = (
        "tests/suites/snippets/test_git.py::test_the_token_is_kept_for_as_long_as_the_facts_say"
    )
    of_rc = "tests/suites/snippets/test_shell.py::test_the_file_sets_no_proxy_for_good"
    path = project / ".cache" / "evidence.json"

    def run(test: str) -> int:
        command = [str(Path(sys.executable).parent / "pytest"), "-q", test]
        environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
        done = subprocess.run(
            command, cwd=project, env=environment, capture_output=True, check=False
        )
        return done.returncode

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, [of_config, of_rc])) == [0, 0]
    assert [proof(path, config), proof(path, rc)].count(None) == 0
    snippet = project / "snippets/stat/gitconfig"
    snippet.write_text(snippet.read_text().replace("--timeout", "--time"))
    assert run(of_config) == 1
    assert proof(path, config) is None
    assert proof(path, rc)
