"""The onboarding checklist: one data file, for the Phabricator ticket and the guide's own boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, Literal

from markdown.extensions.toc import slugify
from pydantic import BaseModel, ConfigDict, Field

from macros import yaml_lines
from macros.errors import ROOT, GuideError, GuideErrors, read_text, unknown
from macros.facts import Facts
from macros.profile import fields
from macros.yaml_lines import Key

FILE = ROOT / "snippets" / "phabricator" / "checklist.yml"
DOCS = ROOT / "docs"
#: A value of the facts in the words of `takes`.
VALUE = re.compile(r"\{(\w+)\}")
_FENCE = re.compile(r"^ *(`{3,}).*?^ *\1", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} +(.+?)(?: *\{ *#([\w-]+) *\})? *$", re.MULTILINE)

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Actor = Literal["you", "manager", "team", "admin", "SRE", "Legal", "IT", "others"]


class Task(BaseModel):
    """Something to tick; the head of the data file says what each field means."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)

    id: Id
    text: str
    link: str | None = None
    only: Literal["staff", "contractor"] | None = None
    page: str | None = None
    aside: str | None = None
    who: Annotated[list[Actor], Field(min_length=1)] = ["you"]
    takes: Annotated[int, Field(ge=1, le=240)] | str | None = None
    waits_for: list[str] = []
    meanwhile: list[str] = []
    ticket: bool = True
    done: bool = False
    tasks: list[Task] = []


class Part(BaseModel):
    """A heading and its tasks; `ticket` is its place in the ticket, if it stands there."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)

    title: str
    tasks: list[Task]
    ticket: int | None = None


@dataclass(frozen=True)
class _Placed:
    """A task and where it stands in the file."""

    key: Key
    task: Task


def load(facts: Facts) -> list[Part]:
    """Return the checklist; raises GuideErrors with the line of each entry that is wrong.

    Wrong is what the models above refuse, a link, page, section, value or task that does not
    exist, an id that stands twice, and tasks that wait for one another. The same text is held
    against the same facts once, so nobody may change what comes out.
    """
    return _checked(read_text(FILE), FILE, facts)


@lru_cache(maxsize=1)
def _checked(text: str, path: Path, facts: Facts) -> list[Part]:
    document = yaml_lines.parse(text, path)
    parts = document.validated(list[Part])
    placed = [
        found
        for number, part in enumerate(parts)
        for found in _placed(part.tasks, (number, "tasks"))
    ]
    problems = [*_twice(placed, document), *_unknown(placed, facts), *_loop(placed)]
    if problems:
        raise GuideErrors(GuideError(told, path, document.line(*key)) for key, told in problems)
    return parts


def _placed(tasks: list[Task], key: Key) -> Iterator[_Placed]:
    for number, task in enumerate(tasks):
        here = (*key, number)
        yield _Placed(here, task)
        yield from _placed(task.tasks, (*here, "tasks"))


def _twice(placed: list[_Placed], document: yaml_lines.Document) -> Iterator[tuple[Key, str]]:
    first: dict[str, Key] = {}
    for each in placed:
        if each.task.id in first:
            line = document.line(*first[each.task.id])
            yield each.key, f"the id {each.task.id} stands twice, first on line {line}"
        first.setdefault(each.task.id, each.key)


def _unknown(placed: list[_Placed], facts: Facts) -> Iterator[tuple[Key, str]]:
    ids = {each.task.id for each in placed}
    for each in placed:
        task = each.task
        if task.link and task.link not in facts.links:
            yield (*each.key, "link"), f"{task.id}: {unknown('link', task.link, facts.links)}"
        for value in VALUE.findall(task.takes) if isinstance(task.takes, str) else []:
            if value not in facts.values:
                yield (*each.key, "takes"), f"{task.id}: {unknown('value', value, facts.values)}"
        for name in ("waits_for", "meanwhile"):
            for number, other in enumerate(getattr(task, name)):
                if other not in ids:
                    yield (*each.key, name, number), f"{task.id}: {unknown('task', other, ids)}"
        if task.aside and task.aside not in _can_be_put_aside(facts):
            wrong = unknown("value that can be put aside", task.aside, _can_be_put_aside(facts))
            yield (*each.key, "aside"), f"{task.id}: {wrong}"
        if task.page and (problem := _page_problem(task.page)):
            yield (*each.key, "page"), f"{task.id}: {problem}"


def _can_be_put_aside(facts: Facts) -> list[str]:
    return [name for name, field in fields(facts).items() if field.assumed]


def _page_problem(address: str) -> str | None:
    page, _, anchor = address.partition("#")
    path = DOCS / f"{page}.md"
    if not path.is_file():
        pages = {str(p.relative_to(DOCS).with_suffix("")) for p in DOCS.rglob("*.md")}
        return unknown("page", page, pages)
    sections = anchors(path.read_text(encoding="utf-8")) if anchor else {}
    return (
        unknown(f"section of {page}", anchor, sections) if anchor not in {"", *sections} else None
    )


@lru_cache(maxsize=256)
def anchors(text: str) -> set[str]:
    """Return the anchors of the headings of a page, from its Markdown `text`."""
    headings = _HEADING.findall(_FENCE.sub("", text))
    return {given or slugify(heading, "-") for heading, given in headings}


def _loop(placed: list[_Placed]) -> Iterator[tuple[Key, str]]:
    waits: Mapping[str, list[str]] = {each.task.id: each.task.waits_for for each in placed}
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        # In it, each waits for the one before; the first is repeated at the end.
        loop = error.args[1][::-1]
        key = next(each.key for each in placed if each.task.id == loop[0])
        yield (*key, "waits_for"), f"tasks that wait for one another: {' > '.join(loop)}"


def walk(tasks: list[Task]) -> list[Task]:
    """Return `tasks` and all below them, in order."""
    return [found for task in tasks for found in [task, *walk(task.tasks)]]


def every(parts: list[Part]) -> dict[str, Task]:
    """Return every task by its id, in order."""
    return {task.id: task for part in parts for task in walk(part.tasks)}


def tasks(facts: Facts) -> dict[str, Task]:
    """Return every task of the checklist by its id; raises as `load` does."""
    return every(load(facts))


def of_ticket(parts: list[Part]) -> list[Part]:
    """Return what of the checklist stands in the ticket, in the ticket's own order."""

    def theirs(tasks: list[Task]) -> list[Task]:
        return [t.model_copy(update={"tasks": theirs(t.tasks)}) for t in tasks if t.ticket]

    chosen = sorted((part for part in parts if part.ticket), key=lambda part: part.ticket or 0)
    return [part.model_copy(update={"tasks": theirs(part.tasks)}) for part in chosen]
