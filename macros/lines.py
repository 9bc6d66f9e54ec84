"""Which line of which file a rendered line comes from.

Every line of a source is marked before it is rendered, with private-use
characters that no page has, and the marks are taken out of the result: loops,
branches and snippets keep their true lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

_MARK = re.compile("\ue000(\\d+):(\\d+)\ue001")


@dataclass(frozen=True)
class Origin:
    """Where a rendered line comes from: a file and its line (1-based)."""

    path: Path
    line: int


@dataclass(frozen=True)
class Rendered:
    """Rendered text, and the origin of each of its lines."""

    text: str
    origins: list[Origin]


@dataclass
class Lines:
    """Marks the lines of sources, and reads the marks of what was made from them."""

    files: list[Path] = field(default_factory=list)

    def mark(self, source: str, path: Path, offset: int = 0) -> str:
        """Return `source` with its lines marked; `offset` lines stand above it in the file.

        Lines that start inside a tag, or are a tag of control alone, stay as they are.
        """
        if path not in self.files:
            self.files.append(path)
        number = self.files.index(path)
        inside = _inside_tags(source)
        return "\n".join(
            line if n in inside or _is_control(line) else f"\ue000{number}:{n + offset}\ue001{line}"
            for n, line in enumerate(source.split("\n"), 1)
        )

    def read(self, text: str, page: Path, header: str) -> Rendered:
        """Return what was rendered without its marks; `header` stands above it, as in `page`."""
        height = header.count("\n")
        lines = header.split("\n")[:-1]
        origins = [Origin(page, n) for n in range(1, height + 1)]
        last = Origin(page, height + 1)
        for line in text.split("\n"):
            mark = _MARK.search(line)
            if mark:
                last = Origin(self.files[int(mark[1])], int(mark[2]))
            lines.append(_MARK.sub("", line))
            origins.append(last)
        return Rendered("\n".join(lines), origins)


def _is_control(line: str) -> bool:
    return line.lstrip().startswith("[[%") and line.rstrip().endswith("%]]")


def _inside_tags(source: str) -> set[int]:
    """Return the lines (1-based) of `source` that start inside a tag."""
    inside: set[int] = set()
    for tag in re.finditer(r"\[\[([\[%#]).*?([\]%#])\]\]", source, re.DOTALL):
        first = source.count("\n", 0, tag.start()) + 1
        inside.update(range(first + 1, first + 1 + tag[0].count("\n")))
    return inside
