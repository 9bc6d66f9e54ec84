"""YAML that remembers its lines, and refuses a key that stands twice.

PyYAML keeps the last of two equal keys without a word, and forgets the lines:
both matter in files that people edit by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from macros.errors import GuideError, read_text

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """A loaded file: its `data`, and the line of every key path in it."""

    path: Path
    data: Any
    lines: dict[tuple[str | int, ...], int]

    def line(self, *key_path: str | int) -> int:
        """Return the line (1-based) of `key_path`, or of its nearest parent in the file."""
        while key_path and key_path not in self.lines:
            key_path = key_path[:-1]
        return self.lines.get(key_path, 1)


def load(path: Path) -> Document:
    """Read the YAML file at `path`.

    Raises GuideError with file and line when the file is no UTF-8, no YAML, or
    has the same key twice in one mapping.
    """
    return parse(read_text(path), path)


@lru_cache(maxsize=32)
def parse(text: str, path: Path) -> Document:
    """Return the YAML `text`, which stands in `path`; raises GuideError like `load`.

    The same text is read once, so nobody may change what comes out.
    """
    try:
        loader = Loader(text)
        node = loader.get_single_node()
        lines = dict(_lines(node, (), path)) if node else {}
        data = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise GuideError(f"not valid YAML: {error.problem or error.context}", path, line) from error
    except yaml.YAMLError as error:
        raise GuideError(f"not valid YAML: {error}", path) from error
    return Document(path, data, lines)


def _lines(
    node: yaml.Node, at: tuple[str | int, ...], path: Path
) -> Iterator[tuple[tuple[str | int, ...], int]]:
    yield at, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                raise GuideError(
                    f"the key {key.value!r} stands twice, first on line {seen[key.value]}; "
                    "remove one of them",
                    path,
                    line,
                )
            seen[key.value] = line
            yield from _lines(value, (*at, key.value), path)
            yield (*at, key.value), line
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*at, index), path)
