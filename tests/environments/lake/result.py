"""What an engine gives back: a result, or an error in its own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: Kinds of columns that pandas has a type for; SQL names, without what follows in parentheses.
_WHOLE = {"tinyint", "smallint", "int", "integer", "bigint", "hugeint"}
_FLOATING = {"float", "real", "double"}
#: Where in the query, with columns from 0: "line 1:7" and "SemanticException 1:7" in Hive, "line 1
#: pos 7" and "line 1, pos 7" in Spark.
_PLACE = re.compile(r"\b(?:line|SemanticException) (\d+)(?::|,? pos )(\d+)", re.IGNORECASE)


class EngineError(Exception):
    """An engine refused a query or failed at it.

    `words` are the engine's own, without the trace behind them; `line` and
    `column` are where in the query it saw the fault (from 1), if it said so.
    """

    def __init__(self, engine: str, words: str):
        self.engine, self.words = engine, words
        place = _PLACE.search(words)
        self.line = int(place[1]) if place else None
        self.column = int(place[2]) + 1 if place else None
        super().__init__(f"{engine}: {words}")


@dataclass(frozen=True)
class Result:
    """The rows of a query, with the names and the types of its columns as the engine has them."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def frame(self) -> pd.DataFrame:
        """Return it as a data frame, with numbers as numbers."""
        # The lab knows these engines too, and most of what starts it asks for no frame.
        import pandas as pd  # noqa: PLC0415

        columns = [[row[number] for row in self.rows] for number in range(len(self.columns))]
        frame = pd.DataFrame(
            {
                number: pd.Series(values, dtype=_pandas_type(kind, None in values))
                for number, (values, kind) in enumerate(zip(columns, self.types, strict=True))
            }
        )
        frame.columns = pd.Index(self.columns)
        return frame

    def lines(self) -> list[str]:
        """Return it as text: names with types, then the rows, with tabs between the columns."""
        head = (f"{name}:{kind}" for name, kind in zip(self.columns, self.types, strict=True))
        return ["\t".join(head), *("\t".join(map(text, row)) for row in self.rows)]


def text(value: Any) -> str:
    """Return a value as a command line of SQL shows it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else repr(value)
    return str(value)


def _pandas_type(kind: str, with_nulls: bool) -> Any:
    name = kind.lower().split("(")[0]
    if name in _WHOLE:
        return "Int64" if with_nulls else "int64"
    if name in _FLOATING:
        return "float64"
    if name == "boolean":
        return "boolean" if with_nulls else "bool"
    return "object"
