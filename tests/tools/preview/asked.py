"""The process that answers questions about pages, as the preview has it: kept, and replaced."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import IO, Any

from macros.errors import ROOT
from tests.tools.session import telling
from tests.tools.session.telling import Fault

#: Given each answer to the last question.
Listening = Callable[[dict[str, Any]], None]


class Asked:
    """Has a `module` of this package answer; `start` has it load the guide as it is now."""

    def __init__(self, heard: Listening, module: str):
        self._heard = heard
        self._module = module
        self._number = 0
        self._waiting = False
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Load everything, in place of a process that has loaded something else."""
        self.end()
        said = tempfile.TemporaryFile("w+")  # noqa: SIM115 # closed by the thread
        process = subprocess.Popen(
            [sys.executable, "-m", f"tests.tools.preview.{self._module}"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            start_new_session=True,  # Ctrl-C is the preview's, which ends it
        )
        self._process = process
        Thread(target=self._listen, args=[process, said], daemon=True).start()

    def take_in(self, saved: list[str]) -> None:
        """Have files that were `saved` read anew, and no answer any more to what was asked."""
        self._number, self._waiting = self._number + 1, False
        self._say(saved=saved)

    def ask(self, **question: Any) -> None:
        """Ask; see the module."""
        if self._process is None:
            self.start()
        self._number, self._waiting = self._number + 1, True
        self._say(number=self._number, **question)

    def end(self) -> None:
        """End the process, if there is one, and what it has begun."""
        process, self._process = self._process, None
        if process:
            process.terminate()
            process.wait()

    def _say(self, **what: Any) -> None:
        if self._process and self._process.stdin:
            with suppress(BrokenPipeError):  # it has ended, and `_listen` says why
                self._process.stdin.write(f"{json.dumps(what)}\n")
                self._process.stdin.flush()

    def _listen(self, process: subprocess.Popen[str], said: IO[str]) -> None:
        assert process.stdout
        with said:
            for line in process.stdout:
                answer = json.loads(line)
                if process is self._process and answer["number"] == self._number:
                    self._heard(answer)
            process.wait()
            if process is self._process:
                self._process = None
                if self._waiting:
                    self._tell_end(said)

    def _tell_end(self, said: IO[str]) -> None:
        """Say why the process has ended by itself: most often it cannot read the guide."""
        said.seek(0)
        text = said.read().strip()
        last = text.split("\n")[-1]
        for fault in telling.told(text) or [
            Fault(f"tests/tools/preview/{self._module}.py", 1, last)
        ]:
            self._heard({"fault": vars(fault), "pages": None})
        self._heard({"checks": 0, "skipped": 0, "steps": 0})
