"""Writes what a ring of truth found: a day beside the facts that hold, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from macros import yaml_lines
from macros.errors import read_text
from macros.facts import FOLDER, Facts
from macros.sources.verdict import Record

#: What stands after `verified` in a fact, the first of which it is written before.
_AFTER = ("status", "since", "until", "use", "note", "retention", "partitions", "columns", "wikis")


def write(facts: Facts, records: Iterable[Record], folder: Path = FOLDER) -> int:
    """Move `verified` of what holds to the day of its source, where that is newer; return how many.

    Each file is replaced at once, with all its comments.
    """
    days: dict[str, dict[str, str]] = {}
    for record in records:
        day = record.decisive.day
        if record.verdict == "holds" and day and day > facts.get(record.kind, record.key).verified:
            days.setdefault(record.kind, {})[record.key] = str(day)
    return put(folder, "verified", days)


def put(folder: Path, field: str, values: Mapping[str, Mapping[str, str]]) -> int:
    """Write `field` of facts, by kind and key, as YAML of one line; return how many.

    All files are written before the first is put into its place.
    """
    parts = {
        folder / f"{kind}.yml": _part(folder / f"{kind}.yml", field, of_kind)
        for kind, of_kind in values.items()
    }
    for path, part in parts.items():
        part.replace(path)
    return sum(map(len, values.values()))


def _part(path: Path, field: str, values: Mapping[str, str]) -> Path:
    """Write beside the file at `path` what it is to be; return where."""
    text = read_text(path)
    lines = text.split("\n")
    node = yaml.compose(text, Loader=yaml_lines.Loader)
    assert node is not None
    for name, fact in reversed(node.value):
        if name.value in values:
            _put(lines, fact, field, values[name.value])
    part = path.with_name(f".{path.name}.part")
    part.write_text("\n".join(lines), encoding="utf-8")
    part.chmod(path.stat().st_mode)
    return part


def _put(lines: list[str], fact: yaml.MappingNode, field: str, value: str) -> None:
    """Write `value` over the fact's own `field`, or add it where the fact has none of its own."""
    fields = {key.value: (key, value) for key, value in fact.value}
    if field in fields:
        old = fields[field][1]
        row, start, end = old.start_mark.line, old.start_mark.column, old.end_mark
        block = isinstance(old, yaml.MappingNode) and not old.flow_style
        rest = "" if block else lines[end.line][end.column :]
        lines[row : _end(old) if block else end.line + 1] = [f"{lines[row][:start]}{value}{rest}"]
        return
    if fact.flow_style:
        mark = fact.end_mark
        row, end = mark.line, mark.column - 1
        lines[row] = f"{lines[row][:end].rstrip()}, {field}: {value}{lines[row][end:]}"
        return
    following = next((fields[name][0] for name in _AFTER if name in fields), None)
    first = fact.value[0][0].start_mark
    row = following.start_mark.line if following else _end(fact)
    lines.insert(row, f"{' ' * first.column}{field}: {value}")


def _end(fact: yaml.MappingNode) -> int:
    """Return the line after the last field of `fact`."""
    mark = fact.value[-1][1].end_mark
    return int(mark.line + 1 if mark.column else mark.line)
