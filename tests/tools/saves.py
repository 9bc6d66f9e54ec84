"""Measures how soon a save is on the screen, by MkDocs alone and in the preview, and its verdict.

Usage: python -m tests.tools.saves: of `make saves`. It takes two minutes, in a copy of the project.
Machines are noisy: compare the ratios.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.environments import patience
from tests.guide.reading import address
from tests.tools import figures
from tests.tools.copies import ready_copy

#: Pages with many blocks and with few, each saved with a new sentence, and the whole twice.
_PAGES = ["setup/git.md", "data/pageviews.md", "access/ssh.md", "start/way-in.md", "index.md"] * 2
_MKDOCS = [str(Path(sys.executable).parent / "mkdocs"), "serve", "--quiet", "--dev-addr"]
_PREVIEW = [sys.executable, "-m", "tests.tools.preview"]


def main() -> None:
    """Measure; print and write down the figures."""
    with tempfile.TemporaryDirectory() as folder, figures.of("make saves") as say:
        project = ready_copy(Path(folder))
        with _served(project, _MKDOCS) as get:
            before = [_on_screen(project, get, page, n) for n, page in enumerate(_PAGES)]
            say(_told("a page is on the screen, mkdocs serve", before))
        with _served(project, _PREVIEW) as get:
            _verdict(project, get, _PAGES[0], 99)  # all is loaded
            pages = [_verdict(project, get, page, 100 + n) for n, page in enumerate(_PAGES)]
            now, verdicts = ([each[part] for each in pages] for part in (0, 1))
            say(_told("a page is on the screen, make serve", now))
            say(_told("its verdict", verdicts))
        of_screens, of_verdicts = median(now) / median(before), median(verdicts) / median(now)
        say(f"ratios: screen {of_screens:.2f} of mkdocs serve, verdict {of_verdicts:.2f} of screen")


def _told(what: str, seconds: list[float]) -> str:
    return f"{what:42} median {median(seconds):5.1f} s, longest {max(seconds):5.1f} s"


def _on_screen(project: Path, get: Callable[[str], str], page: str, number: int) -> float:
    """Save `page` with another sentence; return the seconds until it is served."""
    file, words = project / "docs" / page, f"This is sentence {number}."
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\n## ", f"\n{words}\n\n## ", 1), encoding="utf-8")
    return _seconds_until(lambda: words in get(address(page)))


def _verdict(
    project: Path, get: Callable[[str], str], page: str, number: int
) -> tuple[float, float]:
    """Save `page`; return the seconds until it is served, and until all of its tests have ended."""
    started = time.monotonic()
    seconds = _on_screen(project, get, page, number)
    at = f"preview/verdict?page=/{address(page)}"
    _seconds_until(lambda: (json.loads(get(at)) or {}).get("state") in ("works", "fails"))
    return seconds, time.monotonic() - started


def _seconds_until(holds: Callable[[], bool]) -> float:
    started = time.monotonic()
    while not holds():
        if time.monotonic() - started > patience.SECONDS:
            raise TimeoutError("the save never came to the screen")
        time.sleep(0.02)
    return time.monotonic() - started


@contextmanager
def _served(project: Path, command: list[str]) -> Iterator[Callable[[str], str]]:
    """Yield what gets a page from the server that `command` starts, at an address of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"

    def get(path: str) -> str:
        with urllib.request.urlopen(f"http://{host}/{path}", timeout=patience.SECONDS) as answer:
            return str(answer.read().decode())

    def answers() -> bool:
        try:
            return bool(get(""))
        except OSError:
            return False

    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    with (project.parent / "screen").open("w") as screen:
        server = subprocess.Popen(
            [*command, host], cwd=project, env=environment, stdout=screen, stderr=screen
        )
        try:
            _seconds_until(answers)
            yield get
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
