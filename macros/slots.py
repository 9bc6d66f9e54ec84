"""Slots: profile values that are printed, and can do nothing else.

A page is built once for all readers. A value that differs from reader to
reader is a slot: in the Markdown it is a token of letters, which every lexer
takes for one identifier, and in the HTML a `<span data-value="...">` around the
sample. A template that does more with a slot than print it could not be
repeated for the next reader, so every such use is an error. A slot of a closed
choice may be compared in a snippet: the snippet is then rendered once for each
choice (see `Guide.variants`).
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from macros.errors import GuideError

_LETTERS = "abcdefghijklmnop"  # one for each hexadecimal digit
TOKEN = re.compile(r"qzv((?:[a-p]{2})+)vzq")
#: What is left of a token that a filter or a parser changed.
BROKEN_TOKEN = re.compile(r"qzv[a-z]*|[a-z]*vzq", re.IGNORECASE)


class SlotMisuse(GuideError):
    """A slot was used in another way than being printed."""


class NeedsVariants(Exception):
    """A template branches on a choice: it has to be rendered once for each of its values."""

    def __init__(self, name: str):
        self.name = name
        super().__init__(name)


def token(name: str) -> str:
    """Return the token that stands for the value `name` in Markdown."""
    return f"qzv{''.join(_LETTERS[b >> 4] + _LETTERS[b & 15] for b in name.encode())}vzq"


def token_name(letters: str) -> str:
    """Return the name whose token has `letters` between its marks (TOKEN's group 1)."""
    pairs = zip(letters[::2], letters[1::2], strict=True)
    return bytes(_LETTERS.index(a) << 4 | _LETTERS.index(b) for a, b in pairs).decode()


class Slot:
    """A value to be printed. `choice` names the choice that it is or hangs on, if any."""

    def __init__(self, name: str, choice: str | None = None):
        self._name, self._choice = name, choice

    @property
    def printed(self) -> str:
        """The token that stands for the value where it is printed."""
        return token(self._name)

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        if self._choice:
            raise NeedsVariants(self._choice)
        raise SlotMisuse(
            f"{self._name} is a value of the reader: print it as it is, do not compute with it"
        )

    __str__ = __repr__ = __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __len__ = __iter__ = __contains__ = __add__ = __radd__ = __mul__ = __mod__ = _refuse
    __getitem__ = __format__ = __call__ = __int__ = __html__ = _refuse
    __hash__ = None  # type: ignore[assignment] # what has no value to compare has none

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith(("__", "jinja_")):
            raise AttributeError(attribute)
        self._refuse()


def printed(value: Any) -> Any:
    """Return what a template prints for `value`: Jinja's `finalize`."""
    return value.printed if isinstance(value, Slot) else value


def fill(text: str, values: dict[str, str]) -> str:
    """Return `text` with every token replaced by its value."""
    return TOKEN.sub(lambda match: values[token_name(match[1])], text)
