"""Collects the pages: Python fences by pytest-markdown-docs, all others by Sybil."""

from __future__ import annotations

import gc
import os
import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from sybil import Sybil
from sybil.example import Example

from macros import evidence, facts, settings, snippets, sources
from macros.errors import ROOT, GuideError

try:
    settings.check()
    sources.check()
    facts.current()
    snippets.load()
except GuideError as error:
    # In plain words, and now: what is imported next reads them.
    raise SystemExit(f"ERROR: {error}") from None

from tests.checks.python import interpreter
from tests.checks.python.fences import PageDocument, PythonFences, parse_blocks
from tests.environments import sandbox
from tests.environments.lab import refusals
from tests.environments.sandbox import UncontainedError
from tests.evidence.notes import Recording
from tests.guide import reading
from tests.tools import ahead, annotations

#: In a module that is slow as a whole.
_SLOW = re.compile(r"^pytestmark = pytest\.mark\.slow$", re.MULTILINE)


class PageSybil(Sybil):
    """Names examples by heading, language and number: an id that outlives edits above it."""

    def identify(self, example: Example) -> str:
        """Return the block's id."""
        return str(example.parsed.id)


collect_with_sybil = PageSybil(
    parsers=[parse_blocks],
    patterns=["docs/**/*.md", "docs/*.md", "README.md", "CONTRIBUTING.md"],
    document_types={".md": PageDocument},
).pytest()


def pytest_configure(config: pytest.Config) -> None:
    """Stop at once, in plain words, when pages cannot be rendered: nothing else would be true.

    Else note what proves their blocks. What tests build has no evidence of an earlier run.
    """
    path = evidence.file()
    os.environ[evidence.VARIABLE] = ""
    if path and not config.getoption("--record"):
        config.pluginmanager.register(Recording(path))
    annotations.register(config)
    errors = reading.errors()
    if errors:
        raise pytest.UsageError("\n".join(dict.fromkeys(map(str, errors))))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --record."""
    parser.addoption(
        "--record",
        action="store_true",
        help="write the results of the guide's queries anew, instead of comparing them",
    )


@pytest.fixture(scope="session")
def recording(pytestconfig: pytest.Config) -> bool:
    """Return whether results are written instead of compared."""
    return bool(pytestconfig.getoption("--record"))


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Any, parent: Any) -> Iterator[Any]:
    """Replace what pytest-markdown-docs collects: the rendered page, and no .py files."""
    found = yield
    kept = [each for each in found if not type(each).__module__.startswith("pytest_markdown_docs")]
    if file_path.suffix == ".md":
        sybil_file = collect_with_sybil(file_path, parent)
        if sybil_file is not None:
            kept += [sybil_file, PythonFences.from_parent(parent, path=file_path)]
    return kept


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what is slow as a whole when slow tests are: its packages need not be installed."""
    if config.option.markexpr != "not slow" or collection_path.suffix != ".py":
        return None
    return bool(_SLOW.search(collection_path.read_text(encoding="utf-8"))) or None


def pytest_exception_interact(
    node: Any, call: pytest.CallInfo[Any], report: pytest.CollectReport | pytest.TestReport
) -> None:
    """Stop with one message when a module cannot be imported because its packages are missing."""
    cause = call.excinfo.value.__cause__ if call.excinfo else None
    if (
        isinstance(report, pytest.CollectReport)
        and isinstance(cause, ModuleNotFoundError)
        and not _all_installed()
    ):
        cure = (
            "A module of quick tests may import only what the set `check` of pyproject.toml has"
            if node.config.option.markexpr == "not slow"
            else "To install what all tests need: make set-up, or pip install -e '.[test]'. "
            "To run the quick tests, which do not need it: make check, or pytest -m 'not slow'"
        )
        raise pytest.UsageError(
            f"{node.nodeid} needs the package {cause.name}, which is not installed. {cure}"
        )


def _all_installed() -> bool:
    """Return whether every package is installed that the set `test` of pyproject.toml names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    installed = {re.sub(r"[-_.]+", "-", d.name).lower() for d in metadata.distributions()}
    names = [re.match(r"[\w.-]+", line) for line in project["optional-dependencies"]["test"]]
    return {name[0] for name in names if name} - {project["name"]} <= installed


def pytest_report_header() -> list[str]:
    """Say what keeps the lab and the commands of the guide apart from this machine, or why not."""
    refused = {"lab": refusals.why(), "sandbox": sandbox.missing()}
    return [f"{name}: {why or 'in namespaces of its own'}" for name, why in refused.items()]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Begin with what takes long, as soon as it is known which tests there are."""
    gc.freeze()  # what is loaded by now stays; to look for garbage in it is a tenth of all work
    if not session.config.option.collectonly and not session.testsfailed:
        ahead.start(session.items)


def pytest_sessionfinish() -> None:
    """Leave nothing behind."""
    ahead.stop()
    interpreter.end()


def _contained() -> Iterator[Any]:
    """Skip, and say so, what would run a command of the guide where there is no sandbox."""
    try:
        return (yield)
    except UncontainedError as error:
        pytest.skip(str(error))


pytest_runtest_setup = pytest.hookimpl(wrapper=True)(_contained)
pytest_runtest_call = pytest.hookimpl(wrapper=True)(_contained)
