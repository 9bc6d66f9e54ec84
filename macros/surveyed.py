"""What a survey asks of the real hosts: which facts, by which probe, and what they should say.

A survey is a script that a reader runs where only readers are (`snippets/PLACE/survey.bash`). Its
list of facts is made here, by kind and from `snippets/survey.yml`, and what comes back is held
against the same list by `macros/survey/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from macros import yaml_lines
from macros.errors import ROOT, GuideError, GuideErrors, read_text, unknown
from macros.facts import Fact, Facts, Host, Table

FILE = ROOT / "snippets" / "survey.yml"
Place = Literal["stat", "laptop"]
PLACES: tuple[Place, ...] = ("stat", "laptop")
_WIDTH = re.compile(r"int\(\d+\)")
_TEXT = re.compile(r"text(?=,|$)")
_TABLES = {"hive": "table", "iceberg": "iceberg", "replica": "replica"}


@dataclass(frozen=True)
class Ask:
    """One thing that is asked: a part of the fact `key` of `kind`, and what it should be.

    `probe` may end in a colon and what the probe has to know besides.
    """

    kind: str
    key: str
    retired: bool
    probe: str
    part: str
    expected: str

    @property
    def status(self) -> str:
        """What is to be there: `current`, or `retired` where nothing has the name any more."""
        return "retired" if self.retired else "current"


class Declared(BaseModel):
    """What FILE says of a place; see there."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)

    probes: dict[str, str]
    values: dict[str, str]


def declared(facts: Facts, place: Place) -> Declared:
    """Return what FILE says of `place`; raises GuideErrors for what names no fact or no probe."""
    document = yaml_lines.parse(read_text(FILE), FILE)
    return _declared(document.path, read_text(FILE), place, facts)


@lru_cache(maxsize=8)
def _declared(path: Path, text: str, place: Place, facts: Facts) -> Declared:
    document = yaml_lines.parse(text, path)
    said: Declared = document.validated(Declared, place)
    errors = []
    for key, probe in said.values.items():
        line = document.line(place, "values", key)
        if key not in facts.values:
            errors.append(GuideError(unknown("fact in values", key, facts.values), path, line))
        if probe.partition(":")[0] not in said.probes:
            errors.append(GuideError(unknown("probe", probe, said.probes), path, line))
    if errors:
        raise GuideErrors(errors)
    return said


def asks(facts: Facts, place: Place) -> list[Ask]:
    """Return all that a survey asks at `place`, in its order; raises GuideErrors."""
    values = declared(facts, place).values
    of_kind = _of_stat if place == "stat" else _of_laptop
    listed = list(of_kind(facts))
    tables = [ask for ask in listed if ask.kind == "tables"]
    listed = [ask for ask in listed if ask.kind != "tables"]
    for key, probe in values.items():
        fact = facts.values[key]
        listed.append(_ask("values", key, fact, probe, ("value", str(fact.value))))
    return listed + tables


def _ask(kind: str, key: str, fact: Fact, probe: str, wanted: tuple[str, str]) -> Ask:
    """Return what is asked of a fact: `wanted` is a part of it, and what that should be."""
    part, expected = wanted
    return Ask(kind, key, fact.status == "retired", probe, part, " ".join(expected.split()))


def _of_stat(facts: Facts) -> Iterator[Ask]:
    for key, host in facts.hosts.items():
        yield _ask("hosts", key, host, "name", ("host", host.host))
        yield from _more_of(key, host)
    for key, group in facts.groups.items():
        if group.kind == "posix":
            yield _ask("groups", key, group, "group", ("group", key))
    for key, section in facts.sections.items():
        yield _ask("sections", key, section, "name", ("alias", section.alias))
        wiki = section.wikis[0] if section.wikis else key if key in ("x1", "staging") else None
        if wiki:
            target = f"{section.host}:{section.port}"
            yield _ask("sections", key, section, f"section:{wiki}", ("target", target))
    for key, table in facts.tables.items():
        if table.status == "retired":
            yield _ask("tables", key, table, "table:name", ("table", key))
        else:
            yield _ask("tables", key, table, _TABLES[table.engine], ("columns", described(table)))


def _more_of(key: str, host: Host) -> Iterator[Ask]:
    """Yield what is asked of a current host besides its name."""
    if host.status == "retired":
        return
    if host.kind == "stat":
        sizes = f"{host.cores} cores, {host.memory_gb} GB"
        yield _ask("hosts", key, host, f"sizes:{host.host}", ("sizes", sizes))
    if host.kind == "service" and host.port:
        yield _ask("hosts", key, host, "port", ("address", f"{host.host}:{host.port}"))


def _of_laptop(facts: Facts) -> Iterator[Ask]:
    for key, host in facts.hosts.items():
        if host.status == "retired":
            continue
        if host.kind == "bastion":
            yield _ask("hosts", key, host, "bastion", ("host_key", f"{host.host} as published"))
        elif host.kind in ("code", "cloud") and host.port:
            yield _ask("hosts", key, host, "banner", ("address", f"{host.host}:{host.port}"))


def described(table: Table) -> str:
    """Return the columns of `table` in one line, and after a semicolon its partitions.

    The replicas are asked for no widths of integers, which newer servers do not keep, and have
    blobs for texts: their databases have the character set binary.
    """
    columns = ", ".join(f"{name} {column.type}" for name, column in table.columns.items())
    if table.engine == "replica":
        return _WIDTH.sub("int", _TEXT.sub("blob", columns))
    partitions = ", ".join(f"{name} {kind}" for name, kind in table.partitions.items())
    return f"{columns}; {partitions}" if partitions else columns


def links(facts: Facts) -> Iterator[Ask]:
    """Yield what `make links` asks: addresses, and the tools that are at one."""
    for key, link in facts.links.items():
        if link.url and link.status != "retired":
            yield _ask("links", key, link, "link", ("url", link.url))
    for key, tool in facts.tools.items():
        url = facts.links[tool.link].url if tool.link else None
        if url and tool.status != "retired":
            yield _ask("tools", key, tool, "link", ("url", url))


def everything(facts: Facts) -> list[Ask]:
    """Return all that is asked anywhere."""
    scripts = [ask for place in PLACES for ask in asks(facts, place)]
    return [*scripts, *links(facts)]
