"""The text of a PDF."""

from __future__ import annotations

import io
import re
import unicodedata

from pypdf import PdfReader

#: Letters that a piece of a text has at least: two lines, of which fewer never stand alone.
_PIECE = 20


def text_of(pdf: bytes) -> str:
    """Return the letters of `pdf` in the order in which they are drawn, as `closed` gives it."""
    return closed("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def stands(text: str, paper: str) -> bool:
    """Return whether `text` is on `paper`, in one piece or, where a sheet ends, in two.

    Both are as `closed` gives them.
    """
    cuts = range(_PIECE, len(text) - _PIECE + 1)
    return text in paper or any(text[:cut] in paper and text[cut:] in paper for cut in cuts)


def closed(text: str) -> str:
    """Return `text` without blanks, its ligatures taken apart."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
