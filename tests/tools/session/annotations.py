"""Annotations: each fault as a line that GitHub shows beside the file and line where it is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest

from macros.errors import ROOT

#: GitHub sets it for each of its jobs.
VARIABLE = "GITHUB_ACTIONS"
#: File, line and message, as failures of the guide have them. Python's tracebacks have them too, of
#: places that are further from the fault.
_LOCATED = re.compile(r"(?<![\w./-])([\w./-]+(?<!\.py)):(\d+)(?:: (.+)|$)", re.MULTILINE)


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
        told: dict[tuple[str, int], str] = {}
        for report in [*stats.get("failed", ()), *stats.get("error", ())]:
            for file, line, message in _places(report):
                told.setdefault((file, line), message)
        for (file, line), message in told.items():
            terminalreporter.write_line(f"::error file={file},line={line}::{_escaped(message)}")


def _places(report: pytest.TestReport | pytest.CollectReport) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and message of each place that `report` names, else of its test."""
    text = report.longreprtext
    message = getattr(getattr(report.longrepr, "reprcrash", None), "message", text)
    found = False
    for file, line, said in _LOCATED.findall(text):
        if (ROOT / file).is_file():
            found = True
            yield file, int(line), said or message
    if not found:
        file, above, name = report.location or (report.nodeid, None, report.nodeid)
        yield file, (above or 0) + 1, f"{name}: {message}"


def _escaped(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
