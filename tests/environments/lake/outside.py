"""Rows just outside of what a query asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]


def outside(row: Row, **changes: Any) -> Iterator[Row]:
    """Yield `row` once for each change, with that change alone; a list has several values."""
    for column, values in changes.items():
        for value in values if isinstance(values, list) else [values]:
            yield row | {column: value}
