"""Facts: values of the outside world, each with source, date verified and status.

One file of `macros/facts/` for each kind. A file is a mapping of keys to
facts; the entry `defaults` holds what its other entries share (most often the
source). Pages, snippets and tests read hosts, groups, links, tables and ports
here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from macros import yaml_lines
from macros.citation import Citations, SomeDate
from macros.errors import ROOT, GuideError, GuideErrors, unknown

FOLDER = ROOT / "macros" / "facts"
Status = Literal["current", "retired", "unverified"]
HostName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*$")]
Port = Annotated[int, Field(ge=1, le=65535)]


class Seen(BaseModel):
    """That somebody who is inside has seen it: on which day, and from where (macros/survey/)."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    day: date
    place: Literal["stat", "laptop"] = Field(alias="from")

    def told(self) -> str:
        """Return it in words, for people."""
        return f"seen {SEEN_FROM[self.place]} on {self.day}"


#: What readers read of the places from which a fact is seen.
SEEN_FROM = {"stat": "on the cluster", "laptop": "from a laptop"}


class Fact(BaseModel):
    """What every fact says of itself.

    `source` is where it was read (macros/citation.py), `verified` the date of
    that evidence; `since` and `until` are dates as exact as the source gives
    them (2024, 2024-06 or 2024-06-24); `use` says what replaced a retired one.
    `lasting` is a fact that time does not change: an event of the past, or a
    numbered record, such as a task or a version of a schema. `release` is the
    value with the version of the package that the fact is about.
    """

    # Strict: of `yes`, which YAML takes for true, no 1 is made.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_min_length=1)

    source: Citations
    verified: date
    seen: Seen | None = None
    status: Status = "current"
    since: SomeDate | None = None
    until: SomeDate | None = None
    use: str | None = None
    note: str | None = None
    lasting: Literal["event", "record"] | None = None
    release: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.status == "retired" and not self.until:
            raise ValueError("a retired fact says until when it held")
        if self.lasting and self.release:
            raise ValueError("a fact is either lasting or of a release")
        return self

    def told_source(self) -> str:
        """Return where it was read in words, for people."""
        return "; ".join(citation.told() for citation in self.source)


class Link(Fact):
    """An address. `url` is null where it is private or could not be found."""

    title: str
    url: Annotated[str, Field(pattern=r"^https://[^\s\"<>]+$")] | None = None


class Host(Fact):
    """A host that a reader meets, by its full name."""

    host: HostName
    kind: Literal["bastion", "stat", "service", "cloud", "code", "replica", "other"]
    what: str | None = None
    port: Port | None = None
    site: str | None = None
    place: str | None = None
    cores: int | None = None
    memory_gb: int | None = None
    disk_tb: float | None = None
    gpu: bool | None = None
    io_rank: int | None = None

    @model_validator(mode="after")
    def _sized(self) -> Self:
        sizes = (self.cores, self.memory_gb, self.disk_tb, self.io_rank)
        if self.kind == "stat" and self.status != "retired" and None in sizes:
            raise ValueError("a stat host has cores, memory_gb, disk_tb and io_rank")
        return self


class Group(Fact):
    """A group that gives access: `posix` on the hosts, `ldap`, or `phabricator`."""

    kind: Literal["posix", "ldap", "phabricator"]
    what: str


class Tool(Fact):
    """A program or web tool; `link` is a key of links."""

    title: str
    what: str
    link: str | None = None


class MailingList(Fact):
    """A mailing list or Google group; `link` is a key of links."""

    title: str
    what: str
    link: str | None = None


class Value(Fact):
    """A single value: a realm, a lifetime, a path, a port, a program's name ..."""

    value: str | int
    what: str


def _known_type(kind: str) -> str:
    """Refuse a type with an unknown word; names of struct fields stand before a colon."""
    words = set(re.findall(r"[A-Za-z_]\w*(?![\w:])", kind))
    if words - _TYPES:
        raise ValueError(unknown("type", sorted(words - _TYPES)[0], _TYPES))
    return kind


#: Types of Hive (LanguageManual Types) and of MySQL, as far as the tables have them.
_TYPES = {"array", "map", "struct", "string", "boolean", "timestamp", "date", "decimal", "unsigned"}
_TYPES |= {"int", "bigint", "smallint", "tinyint", "float", "double"}
_TYPES |= {"binary", "varbinary", "blob", "tinyblob", "mediumblob", "tinytext"}
ColumnType = Annotated[str, AfterValidator(_known_type)]


class Column(BaseModel):
    """A column, or a field of the kind that `type` names in its table's dialect."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)

    type: ColumnType
    since: SomeDate | None = None
    note: str | None = None


class Table(Fact):
    """A table: Hive types for the Data Lake, MySQL types for the replicas.

    `partitions` maps partition columns to types. A retired name may have no
    columns when nothing but the name is known.
    """

    what: str
    engine: Literal["hive", "iceberg", "replica"]
    partitions: dict[str, ColumnType] = {}
    columns: dict[str, Column] = {}
    retention: str | None = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        if not self.columns and self.status != "retired":
            raise ValueError("a table has columns")
        return self


class Section(Fact):
    """A section of the MediaWiki replicas; `host` and `alias` are full host names."""

    port: Port
    host: HostName
    alias: HostName
    wikis: list[str] = []
    what: str


def printed(key: str, fact: Fact) -> str:
    """Return the name by which pages have `fact`: a host, address, title, value, table or group."""
    for attribute in ("alias", "host", "url", "title", "value"):
        name = getattr(fact, attribute, None)
        if name is not None:
            return str(name)
    return key.removeprefix("mediawiki.")


KINDS: dict[str, type[Fact]] = {
    "links": Link,
    "hosts": Host,
    "groups": Group,
    "tools": Tool,
    "lists": MailingList,
    "values": Value,
    "tables": Table,
    "sections": Section,
}


@dataclass(frozen=True, eq=False)
class Facts:
    """All facts, by kind and key; those of another reading are others, whatever they say."""

    links: dict[str, Link]
    hosts: dict[str, Host]
    groups: dict[str, Group]
    tools: dict[str, Tool]
    lists: dict[str, MailingList]
    values: dict[str, Value]
    tables: dict[str, Table]
    sections: dict[str, Section]

    def get(self, kind: str, key: str) -> Fact:
        """Return the fact `key` of `kind` (a name of KINDS); raises GuideError with near names."""
        facts: dict[str, Fact] = getattr(self, kind)
        if key not in facts:
            raise GuideError(unknown(f"fact in {kind}", key, facts))
        return facts[key]

    def all(self) -> Iterator[tuple[str, str, Fact]]:
        """Yield (kind, key, fact) for every fact."""
        for kind in KINDS:
            for key, fact in getattr(self, kind).items():
                yield kind, key, fact


def load(folder: Path = FOLDER) -> Facts:
    """Load and check every file of `folder`.

    Raises GuideErrors with file and line of everything that is wrong in all
    files: not the first error only.
    """
    loaded: dict[str, dict[str, Any]] = {}
    errors = [
        GuideError(unknown("kind of facts", path.stem, KINDS), path)
        for path in sorted(folder.glob("[!.]*.yml"))
        if path.stem not in KINDS
    ]
    for kind in KINDS:
        try:
            loaded[kind] = load_kind(folder, kind)
        except GuideErrors as error:
            errors += error.errors
        except GuideError as error:
            errors.append(error)
    if errors:
        raise GuideErrors(errors)
    facts = Facts(**loaded)
    _check_references(facts, folder)
    return facts


@cache
def current() -> Facts:
    """Return the project's own facts, loaded once."""
    return load()


def load_kind(folder: Path, kind: str) -> dict[str, Fact]:
    """Return the facts of one file of `folder` by key; raises GuideError or GuideErrors."""
    path, model = folder / f"{kind}.yml", KINDS[kind]
    document = yaml_lines.load(path)
    entries = dict(document.mapping())
    if not entries:
        raise GuideError("has no facts", path)
    defaults = entries.pop("defaults", {})
    if not isinstance(defaults, dict):
        message = "defaults: is a mapping of what the other entries share"
        raise GuideError(message, path, document.line("defaults"))
    facts: dict[str, Fact] = {}
    errors: list[GuideError] = []
    for key, entry in entries.items():
        try:
            facts[key] = _build(document, defaults, key, entry, model)
        except GuideErrors as error:
            errors += error.errors
    if errors:
        raise GuideErrors(errors)
    return facts


def _build(
    document: yaml_lines.Document, defaults: dict[str, Any], key: str, entry: Any, model: type[Fact]
) -> Fact:
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", key) or not isinstance(entry, dict):
        message = f"{key!r}: a key is letters, digits, '_', '.' and '-'; its fact is a mapping"
        raise GuideErrors([GuideError(message, document.path, document.line(key))])
    return document.validated(model, key, defaults=defaults)


def _check_references(facts: Facts, folder: Path) -> None:
    wrong = [
        (kind, key, "link", unknown("link", fact.link, facts.links))
        for kind, key, fact in facts.all()
        if isinstance(fact, Tool | MailingList) and fact.link and fact.link not in facts.links
    ]
    wrong += [
        (kind, key, "release", unknown("value", fact.release, facts.values))
        for kind, key, fact in facts.all()
        if fact.release and fact.release not in facts.values
    ]
    wrong += [
        ("hosts", key, "host", f"the host {host.host} is another one")
        for key, host in facts.hosts.items()
        if host.kind in ("bastion", "stat") and host.host.split(".")[0] != key
    ]
    if wrong:
        files = {kind: yaml_lines.load(folder / f"{kind}.yml") for kind, *_ in wrong}
        raise GuideErrors(
            GuideError(f"{key}: {message}", files[kind].path, files[kind].line(key, field))
            for kind, key, field, message in wrong
        )
