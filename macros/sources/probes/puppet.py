"""Puppet: the hosts of site.pp with their roles, and the groups of data.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from macros import facts
from macros.facts import Host, Value
from macros.sources.clones import Clone, Entry
from macros.sources.probes.settings import child, loaded
from macros.sources.question import Question
from macros.sources.verdict import Finding, UnansweredError

_NODE = re.compile(r"^\s*node\s+(?:/(?P<pattern>(?:[^/\\]|\\.)*)/|['\"](?P<name>[^'\"]+)['\"])")
_ROLE = re.compile(r"\brole\(\s*([\w:]+)\s*\)")
#: Seconds for a pattern of somebody else's on one name.
_PATIENCE = 0.2


@dataclass(frozen=True)
class Node:
    """Hosts of site.pp, by name or pattern, with their role, if they have one."""

    name: str
    pattern: str
    role: str
    line: int

    def is_of(self, host: str) -> bool:
        """Return whether `host` (a full name) is one of them."""
        if self.name:
            return self.name == host
        try:
            return regex.search(self.pattern, host, timeout=_PATIENCE) is not None
        except (regex.error, TimeoutError):
            return False


@lru_cache(maxsize=4)
def _nodes(entry: Entry) -> tuple[Node, ...]:
    found: list[Node] = []
    for number, text in enumerate(entry.text.split("\n"), 1):
        if match := _NODE.match(text):
            found.append(Node(match["name"] or "", match["pattern"] or "", "", number))
        elif (match := _ROLE.search(text)) and found and not found[-1].role:
            last = found.pop()
            found.append(Node(last.name, last.pattern, match[1], last.line))
    if not found:
        raise UnansweredError(f"{entry.path} has no node")
    return tuple(found)


def node(question: Question, clone: Clone, host: str) -> Iterator[Finding]:
    """Yield whether site.pp has the host and the role of its kind; of a value, the host's role."""
    nodes = _nodes(clone.entry(question.citation.path or ""))
    found = next((each for each in nodes if each.is_of(host)), None)
    line = found.line if found else None
    if isinstance(question.fact, Value):
        yield Finding("value", question.value, found.role if found else None, line)
        return
    yield Finding("host", host, host if found else None, line)
    role = _role_of(question.fact) if isinstance(question.fact, Host) else None
    if found and role and not question.retired:
        yield Finding("role", role, found.role or "no role", line)


def _role_of(host: Host) -> str | None:
    """Return the role by which a host of this kind is one."""
    if host.kind == "stat":
        return str(facts.current().values["stat_role"].value)
    return "bastionhost" if host.kind == "bastion" else None


def group(question: Question, clone: Clone, name: str) -> Iterator[Finding]:
    """Yield whether data.yaml has the group `name`; its members are not looked at."""
    entry = clone.entry(question.citation.path or "")
    groups = child(loaded(entry), "groups")
    if groups is None or not groups.value:
        raise UnansweredError(f"{entry.path} has no groups")
    for key, _ in groups.value:
        if key.value == name:
            yield Finding("group", name, name, key.start_mark.line + 1)
            return
    yield Finding("group", name, None)
