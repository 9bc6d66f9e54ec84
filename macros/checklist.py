"""The onboarding checklist: one data file, for the Phabricator ticket and the guide's own boxes."""

from __future__ import annotations

import html
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from macros import yaml_lines
from macros.errors import ROOT, GuideError, GuideErrors, unknown
from macros.facts import Facts

FILE = ROOT / "snippets" / "phabricator" / "checklist.yml"


class Task(BaseModel):
    """Something to tick. `id` is public: a renamed one loses its tick.

    `link` is a key of links, `only` the kind of reader whom it concerns.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    text: str
    link: str | None = None
    only: Literal["staff", "contractor"] | None = None
    done: bool = False
    tasks: list[Task] = []


class Part(BaseModel):
    """A heading and its tasks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    tasks: list[Task]


class _Checklist(BaseModel):
    parts: list[Part]


def _located(error: ValidationError, document: yaml_lines.Document) -> list[GuideError]:
    return [
        GuideError(
            f"{problem['loc'][-1]}: {problem['msg']}", FILE, document.line(*problem["loc"][1:])
        )
        for problem in error.errors()
    ]


def load(facts: Facts) -> list[Part]:
    """Return the checklist; raises GuideErrors for a bad entry, an unknown link or a double id."""
    document = yaml_lines.load(FILE)
    try:
        parts = _Checklist(parts=document.data).parts
    except ValidationError as error:
        raise GuideErrors(_located(error, document)) from error
    tasks = [task for part in parts for task in walk(part.tasks)]
    errors = [
        GuideError(f"{task.id}: {unknown('link', task.link, facts.links)}", FILE)
        for task in tasks
        if task.link and task.link not in facts.links
    ]
    ids = [task.id for task in tasks]
    errors += [GuideError(f"the id {i} stands twice", FILE) for i in set(ids) if ids.count(i) > 1]
    if errors:
        raise GuideErrors(errors)
    return parts


def walk(tasks: list[Task]) -> list[Task]:
    """Return `tasks` and all below them, in order."""
    return [found for task in tasks for found in [task, *walk(task.tasks)]]


def as_html(parts: list[Part], facts: Facts, kind: str | None) -> str:
    """Return the checklist as labelled boxes, for readers of `kind` (None: for all)."""
    return "".join(
        f'<p class="checklist-title">{html.escape(part.title)}</p>{_items(part.tasks, facts, kind)}'
        for part in parts
    )


def _items(tasks: list[Task], facts: Facts, kind: str | None) -> str:
    shown = [task for task in tasks if kind is None or task.only in (None, kind)]
    if not shown:
        return ""
    items = "".join(
        f"<li{_when(task, kind)}><label>"
        f'<input type="checkbox" data-task="{task.id}"{" checked" if task.done else ""}> '
        f"{_text(task, facts)}</label>{_only(task, kind)}{_items(task.tasks, facts, kind)}</li>"
        for task in shown
    )
    return f'<ul class="checklist">{items}</ul>'


def _text(task: Task, facts: Facts) -> str:
    url = facts.links[task.link].url if task.link else None
    text = html.escape(task.text)
    return f'<a href="{html.escape(url, quote=True)}">{text}</a>' if url else text


def _when(task: Task, kind: str | None) -> str:
    return f' class="when" data-when="kind={task.only}"' if task.only and kind is None else ""


def _only(task: Task, kind: str | None) -> str:
    if not task.only or kind is not None:
        return ""
    return f' <span class="reader">{"staff" if task.only == "staff" else "contractors"} only</span>'
