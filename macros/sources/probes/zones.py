"""DNS zone files, templates whose lines are read one by one; and the lists of wikis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from macros.facts import Host, Section
from macros.sources.clones import Clone, Entry
from macros.sources.question import Question
from macros.sources.verdict import Finding, UnansweredError

_ORIGIN = re.compile(r"\$ORIGIN\s+(\S+)")
_RECORD = re.compile(
    r"(?P<name>[\w.*@-]+)\s+(?:[\d/]+[smhdw]?\s+)?IN\s+(?P<type>[A-Z]+)\s+(?P<data>[^;]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """A record of a zone: its full `name`, its type, its data, and its line."""

    name: str
    type: str
    data: str
    line: int


@lru_cache(maxsize=32)
def _zone(entry: Entry) -> tuple[Line, ...]:
    """Return the records of a zone file; names under an origin are made whole."""
    origin = PurePosixPath(entry.path).name
    found = []
    for number, text in enumerate(entry.text.split("\n"), 1):
        if match := _ORIGIN.match(text):
            origin = match[1].rstrip(".")
        elif match := _RECORD.match(text):
            name = match["name"].lower()
            full = name.rstrip(".") if name.endswith(".") else f"{name}.{origin}"
            full = origin if name == "@" else full
            found.append(Line(full, match["type"].upper(), match["data"].strip(), number))
    if not found:
        raise UnansweredError(f"{entry.path} has no record of DNS")
    return tuple(found)


def record(question: Question, clone: Clone, name: str) -> Iterator[Finding]:
    """Yield whether a zone has a record of the full `name`, in which `*` stands for each site."""
    zone = _zone(clone.entry(question.citation.path or ""))
    if "*" in name:
        yield _aliases(question, zone, name)
        return
    found = [each for each in zone if each.name == name]
    part = "host" if isinstance(question.fact, Host) else "name"
    yield Finding(part, name, name if found else None, found[0].line if found else None)


def _aliases(question: Question, zone: tuple[Line, ...], pattern: str) -> Finding:
    """Return where the alias of each site leads ("eqiad install1005"), against the fact's list."""
    first, last = pattern.split("*", 1)
    named = [e for e in zone if e.name.startswith(first) and e.name.endswith(last)]
    told = {
        f"{e.name.removeprefix(first).removesuffix(last)} {e.data.partition('.')[0]}": e.line
        for e in named
        if e.type == "CNAME"
    }
    same = set(told) == set(question.values)
    new = [line for each, line in told.items() if each not in question.values]
    found = question.value if same else ", ".join(told) or None
    return Finding("value", question.value, found, new[0] if new else None)


def section(question: Question, clone: Clone, key: str) -> Iterator[Finding]:
    """Yield host, port and alias of a section of the replicas, or from dblists its wikis."""
    assert isinstance(question.fact, Section)
    path = question.citation.path or ""
    if path.endswith("dblists"):
        yield from _wikis(question.fact, clone, f"{path}/{key}.dblist")
        return
    zone = _zone(clone.entry(path))
    fact, domain = question.fact, question.fact.alias.partition(".")[2]
    alias = next((each for each in zone if each.name == fact.alias), None)
    yield Finding("alias", fact.alias, fact.alias if alias else None, alias.line if alias else None)
    name = f"_{key}-analytics._tcp.{domain}"
    service = next((each for each in zone if each.name == name and each.type == "SRV"), None)
    if service is None or len(service.data.split()) != 4:
        yield Finding("port", str(fact.port), None)
        return
    _, _, port, host = service.data.split()
    yield Finding("port", str(fact.port), port, service.line)
    yield Finding("host", fact.host, host.rstrip("."), service.line)
    if alias:
        yield Finding("host", fact.host, alias.data.rstrip("."), alias.line)


def _wikis(fact: Section, clone: Clone, path: str) -> Iterator[Finding]:
    """Yield the wikis of a list, or their number where the fact names that alone."""
    listed = {
        line: number
        for number, text in enumerate(clone.entry(path).text.split("\n"), 1)
        if (line := text.partition("#")[0].strip())
    }
    if count := re.search(r"\b(\d+) wikis", fact.what):
        yield Finding("wikis", count[1], str(len(listed)) if listed else None, 1)
    if fact.wikis:
        same = set(listed) == set(fact.wikis)
        told = ", ".join(fact.wikis)
        new = [number for wiki, number in listed.items() if wiki not in fact.wikis]
        yield Finding("wikis", told, told if same else ", ".join(listed), new[0] if new else 1)
