"""Folders for what tests write: gone afterwards, and after the next run when a run was killed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def make() -> Path:
    """Return a new folder, called after this process, so that a later run knows whose it was."""
    return Path(tempfile.mkdtemp(prefix=f"guide-{os.getpid()}-"))


@contextmanager
def folder() -> Iterator[Path]:
    """Yield a new folder, and remove it."""
    path = make()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def remove_leftovers() -> None:
    """Remove the folders of runs that were killed."""
    for path in Path(tempfile.gettempdir()).glob("guide-*-*"):
        process = re.fullmatch(r"guide-(\d+)-.*", path.name)
        if process and not Path(f"/proc/{process[1]}").exists():
            shutil.rmtree(path, ignore_errors=True)
