"""The world that a Python fence runs in: a throw-away home, and nothing else to touch."""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any, TypeVar

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
_thread = 0
T = TypeVar("T")


@contextmanager
def world() -> Iterator[None]:
    """Let a fence run in a home of its own, with wmfdata's stand-in; refuse all else."""
    with scratch.folder() as home:
        before = Path.cwd()
        with (
            replaced(os.environ, {"HOME": str(home)}),
            replaced(sys.modules, wmfdata.modules()),
            redirect_stdout(io.StringIO()),
        ):
            os.chdir(home)
            _guard(home)
            try:
                yield
            finally:
                _guard(None)
                os.chdir(before)


@contextmanager
def replaced(names: MutableMapping[str, T], values: Mapping[str, T]) -> Iterator[None]:
    """Let `names` have `values` for a while, and touch no other: threads beside may use them."""
    before = {name: names[name] for name in values if name in names}
    names.update(values)
    try:
        yield
    finally:
        for name in values:
            if name in before:
                names[name] = before[name]
            else:
                del names[name]


def _guard(home: Path | None) -> None:
    global _home, _thread  # an audit hook cannot be removed, so it looks here
    _home, _thread = home.resolve() if home else None, threading.get_ident()


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if _home is None or threading.get_ident() != _thread:
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
