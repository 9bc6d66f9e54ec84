"""The examples of CONTRIBUTING.md, put where they say: together they are a page that works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks import example
from tests.guide import reading
from tests.tools.copies import copy_of_project, plant, run_pytest

pytestmark = pytest.mark.slow
#: Those that a page, step, snippet, fact or query can break without servers.
_TESTS = [
    "tests/suites/snippets/test_notes.py",
    *(f"tests/suites/macros/test_{name}.py" for name in ("facts", "sabotages", "snippets")),
    *(f"tests/suites/site/test_{name}.py" for name in ("census", "contract", "names")),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with all examples in it."""
    copied = copy_of_project(tmp_path_factory.mktemp("examples"))
    for block in filter(example.is_one, reading.blocks(example.PAGE)):
        file = copied / block.attributes["title"]
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        file.write_text(before + block.text, encoding="utf-8")
    plant(
        copied,
        "mkdocs.yml",
        "      - setup/files.md\n",
        "      - setup/files.md\n      - setup/notes.md\n",
    )
    return copied


def test_they_pass_their_tests(project: Path) -> None:
    said = run_pytest(project, "tests/suites/macros/test_facts.py", "--record")
    assert _passed(said), said
    said = run_pytest(project, "-m", "not slow", "docs/setup/notes.md", *_TESTS)
    assert _passed(said), said


def _passed(said: str) -> bool:
    return " passed" in said and "failed" not in said and "error" not in said
