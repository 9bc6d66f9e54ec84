"""YAML that remembers its lines, and refuses a key that stands twice, and aliases.

PyYAML keeps the last of two equal keys without a word, forgets the lines, and follows aliases
however far they lead: all three matter in files that people edit by hand.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import groupby
from operator import getitem
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from macros.errors import GuideError, GuideErrors, read_text

Key = tuple[str | int, ...]
T = TypeVar("T")
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNREAD = (ValueError, KeyError, AttributeError)


@dataclass(frozen=True)
class Document:
    """A loaded file: its `data`, and the line of every key path in it."""

    path: Path
    data: Any
    lines: dict[Key, int]

    def line(self, *key_path: str | int) -> int:
        """Return the line (1-based) of `key_path`, or of its nearest parent in the file."""
        while key_path and key_path not in self.lines:
            key_path = key_path[:-1]
        return self.lines.get(key_path, 1)

    def validated(
        self, model: type[T], *key: str | int, defaults: Mapping[str, Any] | None = None
    ) -> T:
        """Return the `model` of what stands at `key`; `defaults` are fields that it may lack.

        Raises GuideErrors: for each field that is wrong one, with its line.
        """
        data = reduce(getitem, key, self.data)
        try:
            given = {**defaults, **data} if defaults else data
            return TypeAdapter(model).validate_python(given)
        except ValidationError as error:
            # What can be of two types is wrong in two ways: the first is told. What has something
            # wrong in it is said to be wrong as a whole, too.
            problems = {self._field(key, each): each for each in reversed(error.errors())}
            wholes = {field[:end] for field in problems for end in range(len(field))}
            raise GuideErrors(
                GuideError(_message(key, field, problem), self.path, self.line(*field))
                for field, problem in reversed(problems.items())
                if field not in wholes
            ) from error

    def _field(self, key: Key, problem: ErrorDetails) -> Key:
        """Return the key path of what is wrong, without what pydantic adds to it.

        It adds the type that was tried, and an index where one thing was taken for a list.
        """
        field = key
        for part in problem["loc"]:
            added = field in self.lines and field != key and problem["type"] != "missing"
            if (*field, part) in self.lines or not (added or isinstance(part, int)):
                field = (*field, part)
        return field

    def mapping(self) -> dict[str, Any]:
        """Return the data of a file that is a mapping, or empty; raises GuideError."""
        if not isinstance(self.data, dict | None):
            message = "is no mapping; begin each entry with its name and a colon"
            raise GuideError(message, self.path, 1)
        return self.data or {}


def _message(key: Key, field: Key, problem: ErrorDetails) -> str:
    """Return what is said of `field`, in that at `key`: its names, as lines tell of indexes."""
    runs = groupby(field[len(key) :], lambda part: isinstance(part, str))
    names = [".".join(map(str, run)) for is_name, run in runs if is_name]
    told = problem["msg"].removeprefix("Value error, ")
    return ": ".join([*map(str, key), *names[-1:], told])


def load(path: Path, loader: Hashable = Loader) -> Document:
    """Read the YAML file at `path` by the class `loader`.

    Raises GuideError with file and line when the file is no plain text, no YAML, or has the same
    key twice in one mapping, an alias, or a value that is none, such as a 45th of May.
    """
    return parse(read_text(path), path, loader)


@lru_cache(maxsize=128)
def parse(text: str, path: Path, loader: Any = Loader) -> Document:
    """Return the YAML `text`, which stands in `path`; raises GuideError like `load`.

    The same text is read once, so nobody may change what comes out.
    """
    try:
        reading = loader(text)
        node = reading.get_single_node()
        lines = dict(_lines(node, (), path, set())) if node else {}
        data = _constructed(reading, node, path) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise GuideError(f"not valid YAML: {error.problem or error.context}", path, line) from error
    return Document(path, data, lines)


def _lines(
    node: yaml.Node, at: Key, path: Path, met: set[int], line: int = 1
) -> Iterator[tuple[Key, int]]:
    """Yield every key path at and below `node` with its line; keys become text as they stand.

    `met` are the nodes so far: one that comes again stands there by an alias, which could make a
    small file endless, and it stands on `line`, or in what begins there.
    """
    if id(node) in met:
        raise GuideError(f"{_told(at)} is an alias (*); write out what it stands for", path, line)
    met.add(id(node))
    yield at, (line := node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            name, line = _name(key, path), key.start_mark.line + 1
            if name in seen:
                raise GuideError(
                    f"the key {name!r} stands twice, first on line {seen[name]}; "
                    "remove one of them",
                    path,
                    line,
                )
            seen[name] = line
            yield from _lines(value, (*at, name), path, met, line)
            yield (*at, name), line
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*at, index), path, met, line)


def _name(key: yaml.Node, path: Path) -> str:
    """Return the text of `key`, as which it is read too: `no` and `1` are names, `<<` is one."""
    if not isinstance(key, yaml.ScalarNode):
        raise GuideError("a key is one word, and no list or mapping", path, key.start_mark.line + 1)
    key.tag = "tag:yaml.org,2002:str"
    return str(key.value)


def _told(at: Key) -> str:
    return ".".join(map(str, at)) or "the whole"


def _constructed(loader: Any, node: yaml.Node, path: Path) -> Any:
    """Return the data of `node`; PyYAML lets out what Python says of 2026-13-45 or `!!bool x`."""
    try:
        return loader.construct_document(node)
    except _UNREAD as error:
        scalar = next(each for each in _scalars(node) if not _is_read(each))
        message = f"{scalar.value[:40]!r} cannot be read: {error}; write text in quotes"
        raise GuideError(message, path, scalar.start_mark.line + 1) from error


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            yield from _scalars(pair[1])
    else:
        for each in node.value:
            yield from _scalars(each)


def _is_read(node: yaml.ScalarNode) -> bool:
    try:
        Loader("").construct_object(node)
    except _UNREAD:
        return False
    return True
