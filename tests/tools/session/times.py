"""Where the time went: the seconds of each suite, in the end of a session that took long."""

from __future__ import annotations

from itertools import chain

import pytest

#: Seconds after which somebody wants to know.
_LONG = 60
_SUITES = "tests/suites/"


def _suite(test: str) -> str:
    path = test.partition("::")[0]
    return path.removeprefix(_SUITES).partition("/")[0] if path.startswith(_SUITES) else "pages"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what each suite took, and its slowest test; dearest first."""
    took: dict[str, dict[str, float]] = {}
    for report in chain.from_iterable(terminalreporter.stats.values()):
        if isinstance(report, pytest.TestReport):
            tests = took.setdefault(_suite(report.nodeid), {})
            tests[report.nodeid] = tests.get(report.nodeid, 0) + report.duration
    totals = {suite: sum(tests.values()) for suite, tests in took.items()}
    if sum(totals.values()) < _LONG:
        return
    for suite in sorted(took, key=totals.__getitem__, reverse=True):
        tests = took[suite]
        slowest = max(tests, key=tests.__getitem__)
        line = (
            f"{suite}: {totals[suite]:.0f} s, {len(tests)} tests; {tests[slowest]:.0f} s {slowest}"
        )
        terminalreporter.write_line(line)
