"""Questions: what a citation asks of its source, by which probe, and why some ask nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from macros.citation import Citation, Read
from macros.facts import Fact, Host, Link, MailingList, Table, Tool, Value, printed

#: Why citations of a form are not asked, and until when that may stay so.
SILENT = {
    "task": ("Phabricator's tasks are read by people", date(2027, 12, 1)),
    "document": ("a document that people read, at no fixed place", date(2027, 12, 1)),
    "private": ("a private place", date(2028, 12, 1)),
    "knowledge": ("general knowledge, no source to ask", date(2027, 6, 1)),
    "inference": ("inferred, no source says it", date(2027, 6, 1)),
}
#: A repository or a wiki as such, with no file or page of it.
WITHOUT_PLACE = ("names no file or page to read", date(2027, 6, 1))
WITHOUT_PROBE = ("no probe was written for it", date(2027, 6, 1))
_SIGNATURE = re.compile(r"wmfdata(\.\w+)+(\(.*\))?", re.DOTALL)


@dataclass(frozen=True)
class Question:
    """A citation of the fact `key` of `kind`, and what is to be read there."""

    kind: str
    key: str
    fact: Fact
    citation: Citation

    @property
    def retired(self) -> bool:
        """Whether the fact is right where its name is gone."""
        return self.fact.status == "retired"

    @property
    def name(self) -> str:
        """The name that the source has: host, address, value, group."""
        return printed(self.key, self.fact)

    @property
    def value(self) -> str:
        """The value, for a probe that reads one; the name for facts that have none."""
        return str(self.fact.value) if isinstance(self.fact, Value) else self.name

    @property
    def values(self) -> list[str]:
        """The value's parts, where it is a list joined with commas."""
        return [part.strip() for part in self.value.split(",")]

    @property
    def read(self) -> Read | None:
        """What is to be read: as the citation says, or as its kind, path and value have it."""
        return self.citation.read or _default(self)


def _default(question: Question) -> Read | None:
    """Return the probe that follows from the fact and the place, if one does."""
    if question.citation.wiki:
        return _of_page(question)
    path = question.citation.path
    if not path:
        return None
    if isinstance(question.fact, Value):
        return _of_value(question)
    return _of_place(question, path)


def _of_place(question: Question, path: str) -> Read | None:
    """Return what is read of a name at `path`: the file says what sort of entry it has."""
    fact = question.fact
    if isinstance(fact, Table) and PurePosixPath(path).suffix in (".hql", ".sql"):
        return Read(columns=question.key)
    if question.kind == "sections":
        return Read(section=question.key)
    if path.startswith("templates/") and isinstance(fact, Host | Link):
        return Read(record=host_of(question.name))
    if path == "manifests/site.pp" and isinstance(fact, Host):
        return Read(node=fact.host)
    if path == "modules/admin/data/data.yaml" and question.kind == "groups":
        return Read(group=question.key)
    return Read(file=path) if question.kind in ("tools", "links") else None


def _of_value(question: Question) -> Read | None:
    """Return what is read of a value: a signature, or the words of which it is made.

    A number or a short word is found in any file: of those a citation says where they stand.
    """
    if _SIGNATURE.fullmatch(question.value):
        return Read(signature=question.value)
    told = [each for each in question.values if len(each) >= 4 and not each.isdigit()]
    return Read(words=tuple(question.values)) if told == question.values else None


def _of_page(question: Question) -> Read | None:
    """Return what carries a fact on a page: its words, or of a link to it that it is there."""
    fact, own = question.fact, title_of(question)
    title = question.citation.page or own
    if not title:
        return None
    if isinstance(fact, Value):
        return _of_value(question)
    if title == own:
        return Read(file=title)
    words = fact.title if isinstance(fact, Tool | MailingList) else question.name
    return Read(words=(words,)) if question.kind != "links" or "://" in words else None


def title_of(question: Question) -> str | None:
    """Return the title in the address of a link to a wiki, as in `HTTP_proxy`."""
    url = question.fact.url if isinstance(question.fact, Link) else None
    path = urlsplit(url).path if url else ""
    return path.removeprefix("/wiki/") if path.startswith("/wiki/") else None


def host_of(name: str) -> str:
    """Return the host of an address, or `name` itself."""
    return urlsplit(name).hostname or name if "://" in name else name


def silence(question: Question) -> tuple[str, date] | None:
    """Return why nothing is asked and until when that may stay, or None where something is."""
    read = question.read
    if read and read.nothing and read.until:
        return read.nothing, read.until
    if read:
        return None
    cited = question.citation
    return SILENT.get(cited.form, WITHOUT_PROBE if cited.path or cited.page else WITHOUT_PLACE)
