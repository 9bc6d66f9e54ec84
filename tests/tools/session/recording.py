"""Writes what was seen into its place, where --record asks for that."""

from __future__ import annotations

import pytest

from tests.checks import output_blocks


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --record."""
    parser.addoption(
        "--record",
        action="store_true",
        help="write what is seen into records and pages, instead of comparing it with them",
    )


@pytest.fixture(scope="session")
def recording(pytestconfig: pytest.Config) -> bool:
    """Return whether results are written instead of compared."""
    return bool(pytestconfig.getoption("--record"))


def pytest_configure(config: pytest.Config) -> None:
    """Have outputs of pages taken."""
    if config.getoption("--record"):
        output_blocks.begin()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write them, and say where."""
    for line in output_blocks.write():
        terminalreporter.write_line(line)
