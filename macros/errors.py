"""The one error of this project: what is wrong, where, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
#: Control characters but tab and the ends of lines; what ends a line for some programs only, or
#: turns the direction of text, so that it is read otherwise than it runs; the marks of `lines`; and
#: what is no character.
_UNSEEN = re.compile(
    r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ue000\ue001\ufffe\uffff]"
)


class GuideError(Exception):
    """Something that an editor or a reader wrote cannot be used.

    Takes the message and, where known, the file (relative to the project) and
    the line (1-based); prints as ``file:line: message``.
    """

    def __init__(self, message: str, path: str | Path | None = None, line: int | None = None):
        self.message, self.line = message, line
        self.path = shown(path) if path is not None else None
        super().__init__(str(self))

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.path, self.line) if part is not None)
        return f"{where}: {self.message}" if where else self.message


class GuideErrors(GuideError):
    """Several errors at once, one on each line; ``errors`` holds them."""

    def __init__(self, errors: Iterable[GuideError]):
        self.errors = list(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


def shown(path: str | Path) -> str:
    """Return `path` as messages show it: relative to the project where it lies inside."""
    path = Path(path)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def shorten(value: Any) -> str:
    """Return `value` quoted, short enough for a message, with control characters shown."""
    text = ascii(value) if not isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:56]}...{text[-1]}"


def unknown(kind: str, name: object, known: Iterable[str]) -> str:
    """Return the message for a `name` that is no `kind`, with the nearest known names."""
    names = sorted(known)
    near = get_close_matches(str(name), names, n=3, cutoff=0.5)
    hints = [f"did you mean {', '.join(near)}?"] if near else []
    if not near or len(names) <= 8:
        hints.append(f"known: {', '.join(names[:12])}")
    return f"no {kind} called {str(name)!r}; {'; '.join(hints)}"


def read_text(path: Path) -> str:
    """Return the text of `path`.

    Raises GuideError for a file that cannot be read, and for what is no plain UTF-8 with LF line
    ends: a mark of the byte order would hide a page's header, and what nobody sees is no text.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise GuideError(f"cannot be read: {error.strerror}", path) from error
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GuideError("not UTF-8; save it as UTF-8", path, line) from error
    if text.startswith("\ufeff"):
        raise GuideError("begins with a byte order mark; save it as UTF-8 without one", path, 1)
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        raise GuideError("ends its lines with CR LF; save it with LF alone", path, line)
    if unseen := _UNSEEN.search(text):
        line = text.count("\n", 0, unseen.start()) + 1
        name = f"U+{ord(unseen[0]):04X}"
        raise GuideError(f"has the character {name}, which nobody sees; remove it", path, line)
    return text
