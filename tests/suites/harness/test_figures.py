"""What a command has measured stands in its own part of FIGURES.md, with day and machine."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.tools import figures


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of figures of our own."""
    path = tmp_path / "FIGURES.md"
    monkeypatch.setattr(figures, "FILE", path)
    return path


def measure(command: str, *lines: str) -> None:
    with figures.of(command) as say:
        for line in lines:
            say(line)


def test_each_command_writes_its_own_part_anew(file: Path) -> None:
    measure("make speed", "2 s", "ratio 1.5")
    measure("make benchmark", "3 s")
    measure("make speed", "1 s")
    text = file.read_text(encoding="utf-8")
    assert text.count("## make speed\n") == text.count("## make benchmark\n") == 1
    assert "```\n1 s\n```" in text and "3 s" in text and "2 s" not in text
    assert text.count(str(date.today())) == 2 and " cores (" in text
    assert text.startswith("# Figures\n")


def test_a_command_that_fails_leaves_its_part_as_it_was(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measure("make speed", "2 s")
    before = file.read_text(encoding="utf-8")
    with pytest.raises(RuntimeError), figures.of("make speed") as say:
        say("half")
        raise RuntimeError
    assert file.read_text(encoding="utf-8") == before
    assert capsys.readouterr().out == "2 s\nhalf\n"
