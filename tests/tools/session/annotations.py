"""Annotations: each fault as a line that GitHub shows beside the file and line where it is."""

from __future__ import annotations

import os

import pytest

from tests.tools.session import telling

#: GitHub sets it for each of its jobs.
VARIABLE = "GITHUB_ACTIONS"


def pytest_configure(config: pytest.Config) -> None:
    """Annotate the failures of this session, where GitHub reads them.

    It does not read what the tests of this session run.
    """
    if os.environ.pop(VARIABLE, None) == "true":
        config.pluginmanager.register(_Annotations())


class _Annotations:
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print an annotation, on a line of its own, for each place at which something failed.

        The format: docs.github.com, "Workflow commands", "Setting an error message".
        """
        stats = terminalreporter.stats
        lines: dict[tuple[str, int], str] = {}
        for report in [*stats.get("failed", ()), *stats.get("error", ())]:
            for fault in telling.faults(report):
                lines.setdefault((fault.file, fault.line), fault.message)
        for (file, line), message in lines.items():
            terminalreporter.write_line(f"::error file={file},line={line}::{_escaped(message)}")


def _escaped(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
