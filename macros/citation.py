"""Citations: where a fact was read, as data, and what to read there to know it again.

A fact's `source` is a citation, or a list of them, as in

    source: {repository: operations/puppet, path: manifests/site.pp}
    source: {wiki: wikitech, page: HTTP_proxy, day: undated}
    source: {task: T370424, day: '2024'}
    source: {knowledge: 'general knowledge, no source read'}

`macros/sources/` asks the repositories and wikis again. This module knows their form alone, so that
the site is built without what reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

SomeDate = Annotated[str, Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]
#: What a citation is of; the last four are words for what no machine can open.
FORMS = ("repository", "wiki", "task", "document", "private", "knowledge", "inference")
#: How names of repositories on Gerrit begin; all others are owner and name on GitHub.
GERRIT = ("operations/", "analytics/")
_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, str_min_length=1)


class Read(BaseModel):
    """What a probe reads in the cited file or page: one of these, with what it needs to know.

    `line`, `lines`: the text around `<value>` in the line, or in each of the lines, that have it;
    for a length of time `<hours>`, `<days>` ... stand in its place. `setting`: the keys that lead
    to it in YAML or JSON, with " / " between. `rows`: a column of a file of tabs, and the column
    and word that choose its rows ("code / risk / high"). `words`: what stands there word for word.
    `record`, `node`, `group`, `section`, `columns`: an entry of a DNS zone, of Puppet's hosts or
    groups, of the replicas, of a table. `signature`, `members`, `options`, `literal`: a function,
    the names of a module, the options of a program, a constant, all in Python. `exports`: variables
    that a shell function sets. `file`: that it is there. `nothing`: why there is no probe; `until`
    when that may stay so.
    """

    model_config = _STRICT

    line: str | None = None
    lines: str | None = None
    setting: str | None = None
    rows: str | None = None
    words: tuple[str, ...] | None = None
    record: str | None = None
    node: str | None = None
    group: str | None = None
    section: str | None = None
    columns: str | None = None
    signature: str | None = None
    members: str | None = None
    options: str | None = None
    literal: str | None = None
    exports: str | None = None
    file: str | None = None
    nothing: str | None = None
    until: date | None = None

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        """Take one word for a list of one."""
        if isinstance(given, dict) and isinstance(given.get("words"), str | list):
            words = given["words"]
            return {**given, "words": (words,) if isinstance(words, str) else tuple(words)}
        return given

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.given()) != 1:
            raise ValueError("say one thing to read, as in {line: 'port = <value>'}")
        if (self.nothing is None) != (self.until is None):
            raise ValueError(
                "where nothing is read, say why (nothing) and how long that may stay (until)"
            )
        return self

    def given(self) -> dict[str, Any]:
        """Return what was written, by the name of the probe."""
        return self.model_dump(exclude_none=True, exclude={"until"})

    @property
    def probe(self) -> str:
        """The probe's name."""
        return next(iter(self.given()))


class Citation(BaseModel):
    """Where a fact was read: exactly one of FORMS, and how to find the place again.

    `day` is that of what was read, as exact as it is known, or `undated`; where it is missing, the
    fact's `verified` is the day. `note` says more to people, as in "an older version".
    """

    model_config = _STRICT

    repository: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+$")] | None = None
    path: Annotated[str, Field(pattern=r"^[^/\s][^\s]*$")] | None = None
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{7,40}$")] | None = None
    wiki: Literal["wikitech", "meta", "mediawiki", "foundation"] | None = None
    page: str | None = None
    task: Annotated[str, Field(pattern=r"^T\d+$")] | None = None
    document: str | None = None
    private: str | None = None
    knowledge: str | None = None
    inference: str | None = None
    day: SomeDate | Literal["undated"] | None = None
    note: str | None = None
    read: Read | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        forms = [form for form in FORMS if getattr(self, form) is not None]
        if len(forms) != 1:
            raise ValueError(f"a source is one of {', '.join(FORMS)}")
        for part, form in (("path", "repository"), ("commit", "repository"), ("page", "wiki")):
            if getattr(self, part) is not None and forms[0] != form:
                raise ValueError(f"{part} goes with {form}, not with {forms[0]}")
        if self.read and forms[0] not in ("repository", "wiki"):
            raise ValueError("read goes with a repository or a wiki")
        return self

    @property
    def form(self) -> str:
        """Which of FORMS it is."""
        return next(form for form in FORMS if getattr(self, form) is not None)

    def told(self) -> str:
        """Return it in words, as in "operations/dns templates/wmnet, 2026-08-21"."""
        words = " ".join(self._words())
        return ", ".join(filter(None, (words, self.note, self.day)))

    def _words(self) -> Iterator[str]:
        if self.task:
            yield "Phabricator"
        yield getattr(self, self.form)
        if place := self.path or self.page:
            yield place
        if self.commit:
            yield f"at {self.commit}"


def _listed(given: Any) -> Any:
    """Take one citation for a list of one; refuse words, which no probe can follow."""
    if isinstance(given, str):
        raise ValueError(
            "a source is written as data, as in {repository: operations/puppet, path: ...},"
            " {wiki: wikitech, page: ...} or {knowledge: ...}"
        )
    return tuple(given) if isinstance(given, list) else (given,)


Citations = Annotated[tuple[Citation, ...], Field(min_length=1), BeforeValidator(_listed)]
