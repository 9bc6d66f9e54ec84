"""What fails on a page, told with the file and line where an editor wrote it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.guide import reading


def fail_for(page: str, wrong: Mapping[str, str]) -> None:
    """Fail if anything is `wrong` with `page`: a line for each of its words, with what to do."""
    lines = [f"{reading.where(page, words)}: {message}" for words, message in wrong.items()]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)
