"""Proofs kept by content hide nothing: what was changed is run again, and what fails stays red."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from macros.errors import ROOT
from macros.evidence import VARIABLE, NotedRun
from tests.evidence.kept import DAYS, Kept, Store
from tests.guide import parts, reading
from tests.tools.copies import copy_of_project, plant, run_pytest
from tests.tools.session import closure, reads

NOW = datetime(2026, 11, 24, tzinfo=UTC)
#: Quick tests of blocks, snippets, facts, sabotages, code and texts, none of which wants the site.
CHOSEN = (
    "docs/access/ssh.md",
    "docs/setup/git.md",
    "tests/suites/snippets/test_git.py",
    "tests/suites/macros/test_facts.py",
    "tests/suites/macros/test_slots.py",
    "tests/suites/day_one/test_contract.py",
    "tests/suites/site/test_names.py::test_what_a_text_names_is_known",
)
#: Of each kind of fault: the file, what stands there, what is planted, and which test fails.
FAULTS = {
    "block": ("docs/access/ssh.md", "' | sort\n", "' | sotr\n", "docs/access/ssh.md::"),
    "snippet": ("snippets/stat/gitconfig", "insteadOf", "pushInsteadOf", "snippets/test_git.py::"),
    "fact": ("macros/facts/values.yml", "value: 8880", "value: 8881", "macros/test_facts.py::"),
    "sabotage": (
        "snippets/sabotages.yml",
        "step: setup/git#clone",
        "step: setup/git#clown",
        "day_one/test_contract.py::test_every_sabotage_is_of_a_step",
    ),
    "macro": ("macros/slots.py", "__mul__ = __mod__", "__mod__", "macros/test_slots.py::"),
    "check": ("tests/checks/bash.py", "not in commands.RUNS", "in commands.RUNS", "git.md::"),
    "text": (
        "docs/access/ssh.md",
        "`ForwardAgent no`",
        "`ForwardAgent yes`",
        "test_what_a_text_names_is_known[access/ssh.md]",
    ),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the project, with the proofs of the chosen tests."""
    copied = copy_of_project(tmp_path_factory.mktemp("kept"))
    before = os.environ.pop(VARIABLE, None)  # this session's own notes go elsewhere
    first = _run(copied)
    assert "kept: 0 tests" in first and " failed" not in first, first[-3000:]
    yield copied
    if before is not None:
        os.environ[VARIABLE] = before


def _run(project: Path, *more: str, way: str = "use") -> str:
    return run_pytest(project, f"--kept={way}", "-vv", "-m", "not slow", *CHOSEN, *more)


@contextmanager
def _planted(project: Path, file: str, old: str, new: str) -> Iterator[None]:
    """Have something else in a file for a while; what is kept meanwhile is forgotten."""
    paths = (project / file, project / ".cache" / "kept.json")
    before = [path.read_text(encoding="utf-8") for path in paths]
    plant(project, file, old, new)
    try:
        yield
    finally:
        for path, text in zip(paths, before, strict=True):
            path.write_text(text, encoding="utf-8")


def _left(said: str) -> int:
    return int(re.findall(r"^kept: \d+ tests; to run: (\d+)$", said, re.MULTILINE)[0])


@pytest.mark.slow
def test_what_has_not_changed_is_taken_from_what_was_kept(project: Path) -> None:
    (project / ".cache" / "evidence.json").unlink()
    said = _run(project)
    assert re.search(r"^kept: [1-9]\d+ tests; to run: 0$", said, re.MULTILINE), said[-3000:]
    runs = json.loads((project / ".cache" / "evidence.json").read_text())["tests"]
    kept = json.loads((project / ".cache" / "kept.json").read_text())["tests"]
    assert runs and all(run == kept[name]["run"] for name, run in runs.items())


@pytest.mark.slow
@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_found_though_the_test_had_passed_before(project: Path, kind: str) -> None:
    file, old, new, test = FAULTS[kind]
    with _planted(project, file, old, new):
        said = _run(project)
    assert re.search(rf"{re.escape(test)}.* FAILED", said), said[-3000:]


@pytest.mark.slow
def test_what_has_failed_is_not_kept(project: Path) -> None:
    file, old, new, _ = FAULTS["fact"]
    with _planted(project, file, old, new):
        for _ in "12":
            said = _run(project)
            assert re.search("macros/test_facts.py::.* FAILED", said), said[-3000:]
    assert 0 < _left(said) < len(CHOSEN) * 100


@pytest.mark.slow
def test_a_line_of_a_lock_file_is_behind_every_test(project: Path) -> None:
    with _planted(project, "requirements-docs.lock", "--hash", "--hash "):
        assert "kept: 0 tests" in _run(project, "--collect-only")


@pytest.mark.slow
def test_a_sentence_begins_none_of_the_other_tests(project: Path) -> None:
    with _planted(project, "docs/access/ssh.md", "Production never", "No host ever"):
        said = _run(project)
    assert _left(said) == 1, said
    assert "changed: page access/ssh.md\n" in said
    assert re.search(r"^ +1 tests/suites/site/test_names.py$", said, re.MULTILINE)


@pytest.mark.slow
def test_a_kept_proof_that_would_have_hidden_a_failure_is_an_error_of_its_own(
    project: Path, tmp_path: Path
) -> None:
    test = "tests/suites/macros/test_chance.py"
    (project / test).write_text(
        "from pathlib import Path\n\n\n"
        f"def test_chance() -> None:\n    assert not Path({str(tmp_path / 'there')!r}).exists()\n"
    )
    assert " failed" not in _run(project, test)
    (tmp_path / "there").touch()
    assert " failed" not in _run(project, test)
    said = _run(project, test, way="renew")
    (project / test).unlink()
    assert "::test_chance FAILED" in said, said[-3000:]
    assert f"ERROR: {test}::test_chance fails, and its proof of " in said
    assert said.count("ERROR: ") == 1


@pytest.mark.slow
def test_what_was_edited_while_the_tests_ran_is_no_proof(project: Path) -> None:
    test = "tests/suites/macros/test_edit.py"
    (project / test).write_text(
        "from macros.errors import ROOT\n\n\ndef test_edit() -> None:\n"
        '    (ROOT / "docs" / "new.txt").touch()\n'
    )
    said = run_pytest(project, "--kept=use", test)
    for path in (test, "docs/new.txt"):
        (project / path).unlink()
    assert "kept: nothing, as files were changed meanwhile" in said
    assert "test_edit" not in (project / ".cache" / "kept.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("key", "age", "passed"),
    [
        ("a", timedelta(days=DAYS), True),
        ("a", timedelta(days=DAYS, seconds=1), False),
        ("a", timedelta(seconds=-1), False),
        ("b", timedelta(), False),
    ],
)
def test_a_proof_holds_for_its_key_and_a_while(key: str, age: timedelta, passed: bool) -> None:
    run = NotedRun(at=NOW - age, passed=True, notes={})
    store = Store(tests={"test": Kept(key="a", run=run)})
    assert (store.proof("test", key, NOW) == run) is passed
    assert store.proof("other", key, NOW) is None


@pytest.mark.parametrize(
    ("test", "behind"),
    [
        ("browser/test_pages.py", ["macros/main.py", "tests/suites/browser/conftest.py"]),
        ("day_one/test_day_one.py", ["tests/environments/lab/programs/hdfs.py"]),
        ("day_one/test_contract.py", ["tests/suites/day_one/waivers.yml", "pyproject.toml"]),
        ("doctor/test_doctor.py", ["tests/actors/told.yml", "tests/environments/packages.txt"]),
        ("macros/test_facts.py", ["tests/checks/verified.tsv", "requirements-check.lock"]),
        ("queries/test_lake.py", ["tests/checks/results/hive/daily_views.tsv"]),
        ("site/test_names.py", ["tests/checks/prose.yml", "conftest.py"]),
    ],
)
def test_behind_a_test_is_its_code_with_its_data(test: str, behind: list[str]) -> None:
    assert {f"tests/suites/{test}", *behind} <= {*closure.behind(f"tests/suites/{test}")}


def test_tests_of_the_site_have_no_lab_behind_them() -> None:
    behind = closure.behind("tests/suites/site/test_contract.py")
    assert not [name for name in behind if name.startswith("tests/environments/lab/")]


def test_every_line_of_what_is_read_is_of_a_test() -> None:
    names = [*reads.READS]
    assert names == sorted(names)
    assert not [name for name in names if not (ROOT / name.partition("::")[0]).exists()]
    assert reads.of("tests/suites/new/test_new.py::test_it") == (parts.EVERYTHING,)
    for parts_of in reads.READS.values():
        assert not [p for p in parts_of if "{" not in p and not parts.digest(p)]


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("Production never asks", "Production does not ask", True),
        ("verified: 2026", "verified: 2025", True),
        ("`ForwardAgent no`", "`ForwardAgent yes`", False),
        ("(host-keys.md)", "(host-key.md)", False),
        ("## Cloud VPS", "## Cloud", False),
        ("ssh -G bast", "ssh -G bats", False),
        ('[[[ host("stat1008") ]]]', '[[[ host("stat1009") ]]]', False),
        ("title: ", "title: The ", False),
    ],
)
def test_a_page_without_its_sentences_has_all_else(old: str, new: str, same: bool) -> None:
    source = (reading.DOCS / "access/ssh.md").read_text(encoding="utf-8")
    assert old in source
    assert (parts.bones(source) == parts.bones(source.replace(old, new, 1))) is same
