"""The text of a PDF, as far as Chromium writes them.

Source of the format: ISO 32000-1, 7.3.10 (objects), 9.4.3 (showing text), 9.10.3 (ToUnicode).
"""

from __future__ import annotations

import re
import unicodedata
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_FONT_OR_TEXT = re.compile(rb"/F(\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<(\w{4})> <(\w{4})> <(\w+)>")
_CHARACTER = re.compile(rb"^<(\w{4})> <(\w+)>$", re.MULTILINE)
#: Letters that a piece of a text has at least.
_PIECE = 40


def text_of(pdf: bytes) -> str:
    """Return the letters of `pdf` in the order in which they are drawn, as `closed` gives it."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    fonts = {}
    for number, body in objects.items():
        named = re.search(rb"/ToUnicode (\d+) 0 R", body)
        if named:
            fonts[number] = _letters(_stream(objects[int(named[1])]))
    text = ""
    for body in objects.values():
        for content in re.findall(rb"BT\b.*?\bET\b", _stream(body), re.DOTALL):
            text += _drawn(content, fonts)
    return closed(text)


def stands(text: str, paper: str) -> bool:
    """Return whether `text` is on `paper`, in one piece or, where a sheet ends, in two.

    Both are as `closed` gives them.
    """
    cuts = range(_PIECE, len(text) - _PIECE + 1)
    return text in paper or any(text[:cut] in paper and text[cut:] in paper for cut in cuts)


def closed(text: str) -> str:
    """Return `text` without blanks, its ligatures taken apart."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if not found or b"FlateDecode" not in body:
        return b""
    return zlib.decompressobj().decompress(found[1])


def _letters(table: bytes) -> dict[int, str]:
    letters = {}
    for first, last, target in _RANGE.findall(table):
        for glyph in range(int(first, 16), int(last, 16) + 1):
            letters[glyph] = chr(int(target, 16) + glyph - int(first, 16))
    for glyph, target in _CHARACTER.findall(table):
        letters[int(glyph, 16)] = bytes.fromhex(target.decode()).decode("utf-16-be")
    return letters


def _drawn(content: bytes, fonts: dict[int, dict[int, str]]) -> str:
    font, text = -1, ""
    for chosen, glyphs in _FONT_OR_TEXT.findall(content):
        if chosen:
            font = int(chosen)
        else:
            codes = [int(glyphs[i : i + 4], 16) for i in range(0, len(glyphs), 4)]
            text += "".join(fonts.get(font, {}).get(code, "") for code in codes)
    return text
