"""One message where a module cannot be imported because packages are missing, not one for each."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from typing import Any

import pytest

from macros.errors import ROOT


def pytest_exception_interact(
    node: Any, call: pytest.CallInfo[Any], report: pytest.CollectReport | pytest.TestReport
) -> None:
    """Stop with what is missing, and what installs it."""
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
