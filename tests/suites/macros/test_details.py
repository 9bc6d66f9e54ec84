"""What the browser is told of the profile, and which pages are for some readers only."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros import details
from macros.errors import GuideError
from macros.facts import current

_HEADER = "---\ntitle: T\ndescription: D\nowner: O\n{}verified: 2026-11-24\n---\n# T\n"


def test_some_pages_are_for_some_readers() -> None:
    assert set(details.pages_for_some(current())) == {
        ("start/windows", "system", "wsl"),
        ("query/r", "r", "show"),
        ("data/replicas", "replicas", "show"),
        ("access/other-keys", "code_review", "show"),
    }


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("for: {system: wls}\n", "no choice of system called 'wls'; did you mean wsl?"),
        ("for: {sytem: wsl}\n", "no choice of sytem called 'wsl'"),
        ("for: {shell_name: x}\n", "no choice of shell_name called 'x'"),
    ],
)
def test_a_reader_that_there_is_not_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, told: str
) -> None:
    monkeypatch.setattr(details, "DOCS", tmp_path)
    (tmp_path / "page.md").write_text(_HEADER.format(line), encoding="utf-8")
    with pytest.raises(GuideError) as error:
        list(details.pages_for_some(current()))
    assert (error.value.path, error.value.line) == (str(tmp_path / "page.md"), 5)
    assert told in error.value.message
