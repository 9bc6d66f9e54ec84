"""The world that a Python fence runs in: a throw-away home, and nothing else to touch."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

from tests import scratch
from tests.pages import wmfdata

#: What Python is about to do, and which of its arguments is a path that would change.
#: https://docs.python.org/3/library/audit_events.html
_CHANGES = {
    "os.remove": 0,
    "os.rename": 1,
    "os.mkdir": 0,
    "os.rmdir": 0,
    "os.chmod": 0,
    "os.link": 1,
    "os.symlink": 1,
    "os.truncate": 0,
    "shutil.rmtree": 0,
}
_NEVER = ("socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.fork")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_home: Path | None = None


@contextmanager
def world() -> Iterator[None]:
    """Let a fence run in a home of its own, with wmfdata's stand-in; refuse all else."""
    with scratch.folder() as home:
        before = Path.cwd()
        with (
            mock.patch.dict(os.environ, {"HOME": str(home)}),
            mock.patch.dict(sys.modules, wmfdata.modules()),
            redirect_stdout(io.StringIO()),
        ):
            os.chdir(home)
            _guard(home)
            try:
                yield
            finally:
                _guard(None)
                os.chdir(before)


def _guard(home: Path | None) -> None:
    global _home  # noqa: PLW0603 # an audit hook cannot be removed, so it looks here
    _home = home.resolve() if home else None


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if _home is None:
        return
    if event in _NEVER:
        raise PermissionError(f"a fence of the guide must not use {event} {arguments!r:.60}")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING:
        _refuse_outside(arguments[0])
    elif event in _CHANGES:
        _refuse_outside(arguments[_CHANGES[event]])


def _refuse_outside(path: Any) -> None:
    if isinstance(path, int):
        return  # a file that is open already
    if not Path(os.fsdecode(path)).resolve().is_relative_to(_home or "/"):
        raise PermissionError(f"a fence of the guide must not change {os.fsdecode(path)}")


sys.addaudithook(_refuse)
