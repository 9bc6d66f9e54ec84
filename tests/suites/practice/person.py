"""Somebody who practises at a terminal of the lab's laptop, and answers what is asked there."""

from __future__ import annotations

import os
import re
import sys

import pexpect

from macros.errors import ROOT
from tests.actors.newcomer import PASSPHRASE
from tests.environments import patience
from tests.environments.lab.terminal import heed_signals
from tests.guide import profiles

READER = profiles.readers()["sample"]
PROMPT = re.escape(f"{READER.values['shell_name']}@laptop:") + r"\S*\$ "
_QUESTIONS = [
    r"\(empty for no passphrase\): ",
    "same passphrase again: ",
    "passphrase for .*: ",
    "Enter new password: ",
    "Enter it again: ",
]


class Person:
    """Somebody at a terminal of the lab's laptop: the one of `make lab`, or one opened later."""

    def __init__(self, *opened: str) -> None:
        command = opened or (sys.executable, "-m", "tests.tools.practice")
        self.shell = pexpect.spawn(
            command[0],
            list(command[1:]),
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm"},
            encoding="utf-8",
            dimensions=(50, 200),
            timeout=patience.SECONDS,
            preexec_fn=heed_signals,
        )
        self.shell.expect(PROMPT)
        self.welcome = self.shell.before

    def type(self, text: str, until: str = PROMPT, password: str = "") -> str:
        """Paste `text`, answer questions; return what is seen until the prompt, or `until`.

        `password` is the one that Kerberos asks for.
        """
        self.shell.send(f"\x1b[200~{text}\x1b[201~\r")
        self.shell.expect(r"\x1b\[\?2004l")
        seen = ""
        while True:
            found = self.shell.expect([until, r"Password for \S+: ", *_QUESTIONS])
            seen += self.shell.before
            if found == 0:
                return str(seen).replace("\r\n", "\n")
            self.shell.send(f"{password if found == 1 else PASSPHRASE}\r")

    def told(self, pattern: str) -> str:
        """Return the first group of `pattern` in the welcome."""
        found = re.search(pattern, self.welcome)
        assert found, self.welcome
        return found[1]

    @property
    def notebooks(self) -> str:
        """The address at which notebooks open."""
        return self.told(r"(http://localhost:\d+)")


def save(person: Person, file: str, text: str) -> None:
    person.type(f"mkdir -p $(dirname {file}); cat > {file} << 'END'\n{text}\nEND")
