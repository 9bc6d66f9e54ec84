"""A terminal on a host of the lab: text is pasted into an ordinary interactive shell.

Nothing is injected into the shell, but a trap where failures count (`watch`). Bash itself says
where a command's output begins and where its prompt stands again: it turns bracketed paste off and
on there, as for any terminal.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pexpect

from tests.environments import patience

_OFF, _ON = r"\x1b\[\?2004l", r"\x1b\[\?2004h"
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\x07|\r(?!\n)")


class Stuck(AssertionError):
    """The shell did not come back: what was on the screen when patience ended."""


@dataclass(frozen=True)
class Exchange:
    """A question of a program and what was typed (shown as `typed`) in answer."""

    question: str
    typed: str


@dataclass(frozen=True)
class Seen:
    """What stood on the screen after a paste: its lines, and the questions among them."""

    text: str
    exchanges: tuple[Exchange, ...] = ()

    def without_exchanges(self) -> str:
        """Return the text without the questions and their answers."""
        text = self.text
        for exchange in self.exchanges:
            text = text.replace(f"{exchange.question}{exchange.typed}\n", "", 1)
        return text


#: Question (a regular expression that ends where the answer begins) -> what is typed in answer.
Answers = Mapping[str, Callable[[re.Match[str]], str]]


class Terminal:
    """A window with a shell in it; `answers` says what the person at it answers to questions."""

    def __init__(self, command: list[str], answers: Answers):
        self._answers = answers
        self._process = pexpect.spawn(
            command[0],
            command[1:],
            cwd="/",
            encoding="utf-8",
            codec_errors="replace",
            dimensions=(60, 240),
            timeout=patience.SECONDS,
            echo=False,
            preexec_fn=heed_signals,
        )
        self._process.delaybeforesend = None
        # Pauses for slow machines, which nobody else here waits for.
        self._process.ptyproc.delayafterclose = self._process.ptyproc.delayafterterminate = 0.01
        self._wait_for_prompt()

    def paste(self, text: str) -> Seen:
        """Paste `text`, press Enter, answer what is asked; return what is seen until the prompt."""
        self._process.send(f"\x1b[200~{text.rstrip()}\x1b[201~\r")
        self._expect([_OFF + r"\r?\n?"])
        return self._wait_for_prompt()

    def leave_running(self, text: str, is_up: Callable[[], bool]) -> None:
        """Paste `text`, whose command does not come back, and answer questions until `is_up`.

        The window then belongs to the command. Raises Stuck when it ends, or is never up.
        """
        self._process.send(f"\x1b[200~{text.rstrip()}\x1b[201~\r")
        self._expect([_OFF + r"\r?\n?"])
        questions = list(self._answers)
        until = time.monotonic() + patience.SECONDS
        while not is_up():
            found = self._process.expect([pexpect.TIMEOUT, _ON, *questions], timeout=0.1)
            if found == 1 or time.monotonic() > until:
                raise Stuck(f"it does not stay up: {_plain(self._process.before or '')}")
            if found > 1:
                self._process.send(self._answers[questions[found - 2]](self._process.match) + "\r")

    def type(self, keys: str) -> None:
        """Press `keys`, as they are."""
        self._process.send(keys)

    def watch(self) -> None:
        """Have the shell keep the exit code of a command that fails, until it is asked for."""
        self.paste("trap 'failed=$?' ERR")

    def exit_code(self) -> int:
        """Ask how the last command ended, or what has failed before it since it was last asked."""
        codes = self.paste("echo $? ${failed:-0}; unset failed").text.split()[-2:]
        return next((int(code) for code in codes if code != "0"), 0)

    def close(self) -> None:
        """Close the window, as a person does who is done with it."""
        until = time.monotonic() + patience.SECONDS
        while not self._process.closed:
            try:
                self._process.close(force=True)
            except pexpect.ExceptionPexpect:  # a busy machine takes a moment to end it
                if time.monotonic() > until:
                    raise

    def _expect(self, patterns: list[str]) -> int:
        try:
            found: int = self._process.expect(patterns)
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            screen = _plain((self._process.before or "")[-1500:])
            ended = isinstance(error, pexpect.EOF)
            how = "closed" if ended else f"is silent for {patience.SECONDS} s"
            raise Stuck(f"the terminal {how}; on its screen:\n{screen}") from None
        return found

    def _wait_for_prompt(self) -> Seen:
        questions = list(self._answers)
        text, exchanges = "", list[Exchange]()
        while True:
            found = self._expect([_ON, *questions])
            text += self._process.before
            if found == 0:
                return Seen(_plain(text).removeprefix("\n"), tuple(exchanges))
            question = self._process.match
            answer = self._answers[questions[found - 1]](question)
            asked = _plain(text + question[0]).rsplit("\n", 1)[-1]
            exchanges.append(Exchange(asked, "•" * 8))
            text += question[0] + "•" * 8
            self._process.send(answer + "\r")


def heed_signals() -> None:
    """Let what runs in the window end when it is closed, though the tests run under `nohup`."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


def _plain(text: str) -> str:
    """Return `text` as it looks: without colours and other controls, lines ending in \\n."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace(_OFF, ""))
