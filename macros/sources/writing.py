"""Writes what was read again: moves `verified` of the facts that hold, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
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
    days: dict[str, dict[str, date]] = {}
    for record in records:
        day = record.decisive.day
        if record.verdict == "holds" and day and day > facts.get(record.kind, record.key).verified:
            days.setdefault(record.kind, {})[record.key] = day
    for kind, moved in days.items():
        _replace(folder / f"{kind}.yml", moved)
    return sum(len(moved) for moved in days.values())


def _replace(path: Path, days: dict[str, date]) -> None:
    text = read_text(path)
    lines = text.split("\n")
    node = yaml.compose(text, Loader=yaml_lines.Loader)
    assert node is not None
    for name, fact in reversed(node.value):
        if name.value in days:
            _move(lines, fact, days[name.value])
    part = path.with_name(f".{path.name}.part")
    part.write_text("\n".join(lines), encoding="utf-8")
    part.chmod(path.stat().st_mode)
    part.replace(path)


def _move(lines: list[str], fact: yaml.MappingNode, day: date) -> None:
    """Write `day` over the fact's own `verified`, or add one where it has that of the defaults."""
    fields = {key.value: (key, value) for key, value in fact.value}
    if "verified" in fields:
        value = fields["verified"][1]
        row, start, end = value.start_mark.line, value.start_mark.column, value.end_mark.column
        lines[row] = f"{lines[row][:start]}{day}{lines[row][end:]}"
        return
    if fact.flow_style:
        mark = fact.end_mark
        row, end = mark.line, mark.column - 1
        lines[row] = f"{lines[row][:end].rstrip()}, verified: {day}{lines[row][end:]}"
        return
    following = next((fields[name][0] for name in _AFTER if name in fields), None)
    first = fact.value[0][0].start_mark
    row = following.start_mark.line if following else _end(fact)
    lines.insert(row, f"{' ' * first.column}verified: {day}")


def _end(fact: yaml.MappingNode) -> int:
    """Return the line after the last field of `fact`."""
    mark = fact.value[-1][1].end_mark
    return int(mark.line + 1 if mark.column else mark.line)
