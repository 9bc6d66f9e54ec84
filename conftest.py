"""Reads the guide before there is any test; what is done with it is in tests/tools/session/."""

from __future__ import annotations

import os

import pytest

from macros import evidence, facts, plain_files, settings, snippets
from macros.errors import GuideError

try:
    settings.check()
    plain_files.check()
    facts.current()
    snippets.load()
except GuideError as error:
    # In plain words, and now: what is imported next reads them.
    raise SystemExit(f"ERROR: {error}") from None

pytest_plugins = [
    f"tests.tools.session.{name}"
    for name in (
        "collection",
        "packages",
        "recording",
        "containment",
        "telling",
        "keeping",
        "ahead",
        "annotations",
        "times",
    )
]


def pytest_configure(config: pytest.Config) -> None:
    """Stop at once, in plain words, when pages cannot be rendered: nothing else would be true.

    Else note what proves their blocks. What tests build has no evidence of an earlier run.
    """
    from tests.evidence.notes import Recording  # noqa: PLC0415 # only now, as above
    from tests.guide import reading  # noqa: PLC0415

    path = evidence.file()
    os.environ[evidence.VARIABLE] = ""
    if path and not config.getoption("--record"):
        config.pluginmanager.register(Recording(path), Recording.NAME)
    errors = reading.errors()
    if errors:
        raise pytest.UsageError("\n".join(dict.fromkeys(map(str, errors))))
