"""Folders for what tests write: gone afterwards, however the run ends."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

#: Waits until this process is gone, however it ends, and removes what it has left. What it had
#: started may still write for a moment, and `rm` does not empty a folder that fills up again.
CLEANER = """
read -r _
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf "$0"*
    set -- "$0"*
    [ -e "$1" ] || exit
    sleep 0.5
done
"""


def new_folder() -> Path:
    """Return a new folder, called after this process, so that its heir knows whose it was."""
    prefix = f"guide-{os.getpid()}-"
    _leave_to_heir(str(Path(tempfile.gettempdir()) / prefix))
    return Path(tempfile.mkdtemp(prefix=prefix))


@cache
def _leave_to_heir(prefix: str) -> None:
    reading, _ = os.pipe()  # what writes to it is ours alone, and is closed when we are gone
    nothing = (os.devnull, os.O_WRONLY, 0)
    os.posix_spawn(
        "/bin/sh",
        ["sh", "-c", CLEANER, prefix],
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_DUP2, reading, 0),
            (os.POSIX_SPAWN_OPEN, 1, *nothing),
            (os.POSIX_SPAWN_OPEN, 2, *nothing),
        ],
        setsid=True,
    )
    os.close(reading)


def remove(path: Path) -> None:
    """Remove a folder that `new_folder` has made."""
    shutil.rmtree(path, ignore_errors=True)


@contextmanager
def folder() -> Iterator[Path]:
    """Yield a new folder, and remove it."""
    path = new_folder()
    try:
        yield path
    finally:
        remove(path)
