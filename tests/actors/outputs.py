"""The outputs of a cell, as text that is seen below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

#: What a kernel says of the line of a cell in which an error came up.
_PLACE = re.compile(r"Cell In\[\d+\], line (\d+)")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
#: nbformat's outputs of one cell.
Outputs = Sequence[dict[str, Any]]


class CellError(Exception):
    """A cell has ended with an error: its words, and the line of the cell (1-based)."""

    def __init__(self, output: dict[str, Any]):
        super().__init__(f"{output['ename']}: {output['evalue']}")
        places = _PLACE.findall(_COLOUR.sub("", "\n".join(output["traceback"])))
        self.line = int(places[0]) if places else 1


def seen(outputs: Outputs) -> str:
    """Return what is printed and shown, tables with tabs; raises CellError."""
    return "".join(_seen(outputs))


def _seen(outputs: Outputs) -> Iterator[str]:
    for output in outputs:
        if output["output_type"] == "error":
            raise CellError(output)
        if output["output_type"] == "stream":
            yield output["text"]
        elif "text/html" in output["data"]:
            yield from (f"{line}\n" for line in table(output["data"]["text/html"]))
        else:
            yield f"{output['data']['text/plain']}\n"


def table(html: str) -> list[str]:
    """Return the rows of the table in `html`, with tabs between the cells.

    Numbers of rows are left out: an index that has no name. They say in which order the rows came,
    and many a query leaves that to the engine.
    """
    parser = _Table()
    parser.feed(html)
    named = parser.header_rows > 1
    return ["\t".join(row if named else row[1:]) for row in parser.rows]


class _Table(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.header_rows = 0
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False
        elif tag == "thead":
            self.header_rows = len(self.rows)

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data
