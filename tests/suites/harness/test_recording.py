"""With --record, what was seen is written into the outputs of a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tools.copies import HEADER, copy_of_project, run_pytest

pytestmark = pytest.mark.slow
_COMMANDS = """\
echo "a line that fits"
echo "[[[ shell_name ]]] works with [[[ production_key ]]].pub"
date +%N
printf 'a\\tb\\n'"""
_SEEN = """\
a ‹word› that fits
[[[ shell_name ]]] works with [[[ production_key ]]].pub
‹value›
a\tb"""


def _page(*outputs: str, commands: str = _COMMANDS) -> str:
    blocks = [
        f"``` {{ .bash .laptop }}\n{commands}\n```\n\n``` {{ .text .output }}\n{output}```\n"
        for output in outputs
    ]
    return HEADER + "\n" + "\n".join(blocks)


def _recorded(folder: Path, page: str) -> tuple[str, str]:
    """Return what is printed, and the page as it is then."""
    project = copy_of_project(folder)
    file = project / "docs" / "planted.md"
    file.write_text(page, encoding="utf-8")
    said = run_pytest(project, "docs/planted.md", "--record")
    return said, file.read_text(encoding="utf-8")


def test_outputs_are_written_and_what_fits_stays(tmp_path: Path) -> None:
    wrong = "a ‹word› that fits\nan old line\n[[[ shell_name ]]] works\n"
    said, page = _recorded(tmp_path, _page("", wrong, _SEEN + "\n"))
    assert page == _page(*[_SEEN.replace("‹word›", "line") + "\n", _SEEN + "\n", _SEEN + "\n"])
    assert re.findall(r"docs/planted.md:\d+: written", said) == [
        f"docs/planted.md:{line}: written" for line in (16, 26)
    ], said


def test_what_a_page_cannot_show_is_not_written(tmp_path: Path) -> None:
    before = _page("", commands="printf '\\133\\133\\133 x\\n'")
    said, page = _recorded(tmp_path, before)
    assert "docs/planted.md:13: not written: a page cannot show '[[[ x\\n'" in said
    assert page == before
