"""Messages: short, on one line, and with the line that is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros.errors import GuideError, read_text, shorten


def test_a_long_value_is_shortened_and_keeps_its_quotes() -> None:
    assert shorten("x" * 58) == repr("x" * 58)
    assert shorten("x" * 59) == f"'{'x' * 55}...'"
    assert shorten(["é" * 60]) == "['" + "\\xe9" * 13 + "\\x...]"


def test_what_is_no_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    for text, line in ((b"\xff", 1), (b"\n\xff", 2), (b"a\nb\n\n\xff", 4)):
        path.write_bytes(text)
        with pytest.raises(GuideError) as error:
            read_text(path)
        assert error.value.line == line
