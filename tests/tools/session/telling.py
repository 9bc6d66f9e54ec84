"""Failures as compilers print them: at once, each cause once, and all again in the last lines."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from macros.errors import ROOT

#: A file to which the last lines are added, where those of others are shown with them.
LAST = "GUIDE_TOLD"
#: An open file to which failures are written as they happen, where the screen is not this one's.
SCREEN = "GUIDE_SCREEN"
#: File, line and message, as failures of the guide have them. Python's tracebacks have them too, of
#: places that are further from the fault.
_LOCATED = re.compile(r"(?<![\w./-])([\w./-]+(?<!\.py)):(\d+)(?:: (.+)|$)", re.MULTILINE)
#: The same as a whole line, which may begin with how bad it is, as in MkDocs' log.
_LINE = re.compile(r"^(?:[A-Z]+ +- +)?([\w./-]+):(\d+): (.+)$", re.MULTILINE)


#: What a message says of a name: two tests that say something of the same one mean the same fault.
_OF_NAME = re.compile(r"`?([^\s`]+)`? is ")


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: prints as ``file:line: message``."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"

    @property
    def cause(self) -> tuple[str, int, str]:
        """What it is about: a name at its place, if it begins with one, else all of it."""
        of = _OF_NAME.match(self.message)
        return self.file, self.line, of[1] if of else self.message


def faults(report: pytest.TestReport | pytest.CollectReport) -> list[Fault]:
    """Return the faults that a failed test tells of, the main one first; at least one."""
    return list(dict.fromkeys(_faults(report)))


def _faults(report: pytest.TestReport | pytest.CollectReport) -> Iterator[Fault]:
    text = report.longreprtext
    message = getattr(getattr(report.longrepr, "reprcrash", None), "message", text)
    found = False
    for file, line, said in _LOCATED.findall(text):
        if (ROOT / file).is_file():
            found = True
            yield Fault(file, int(line), said or message)
    if not found:
        file, above, name = report.location or (report.nodeid, None, report.nodeid)
        yield Fault(file, (above or 0) + 1, f"{name}: {message}")


def told(text: str) -> list[Fault]:
    """Return the faults in the lines of `text`, as errors of the guide and MkDocs print them."""
    return [Fault(f, int(n), said) for f, n, said in _LINE.findall(text) if (ROOT / f).is_file()]


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Tell failures this way in every session that reports them."""
    if reporter := config.pluginmanager.get_plugin("terminalreporter"):
        config.pluginmanager.register(_Telling(config, reporter))


class _Telling:
    def __init__(self, config: pytest.Config, reporter: pytest.TerminalReporter):
        self.config, self.reporter = config, reporter
        self.told: dict[tuple[str, int, str], Fault] = {}
        self.again = 0
        # Theirs is not that of a session which a test begins.
        self.screen, self.last = os.environ.pop(SCREEN, None), os.environ.pop(LAST, None)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell a failure as soon as it is known."""
        self._tell(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell what cannot be collected."""
        self._tell(report)

    def _tell(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if not report.failed:
            return
        new: dict[tuple[str, int, str], Fault] = {}
        for fault in faults(report):
            if fault.cause not in self.told:
                new.setdefault(fault.cause, fault)
        if not new:
            self.again += 1
            return
        self.told |= new
        self._print(f"\n{report.longreprtext.rstrip()}\n")

    def _print(self, text: str) -> None:
        if self.screen:
            os.write(int(self.screen), f"{text}\n".encode())
        else:
            self.reporter.write_line(text)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Have nothing told a second time by pytest's own summaries."""
        self.config.option.tbstyle = "no"
        self.reporter.reportchars = self.reporter.reportchars.translate(
            str.maketrans("", "", "fFE")
        )

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """End with the faults, a line each."""
        lines = [_one_line(fault) for fault in self.told.values()]
        if self.again:
            lines.append(f"{self.again} more failures are of the same causes.")
        if not lines:
            return
        if self.last:
            with open(self.last, "a", encoding="utf-8") as file:  # noqa: PTH123 # appended to
                file.write("".join(f"{line}\n" for line in lines))
        else:
            self.reporter.write_line("")
            for line in lines:
                self.reporter.write_line(line)


def _one_line(fault: Fault) -> str:
    return str(fault).split("\n", 1)[0]
