"""The reader's details in the browser: the declaration of the profile as a script and as a form."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator
from typing import Any

from macros import checklist, front_matter
from macros.checklist import DOCS
from macros.errors import GuideError, read_text, unknown
from macros.facts import Facts
from macros.profile import (
    PRIVATE_KEY,
    PRODUCTION_KEYS,
    TIMES,
    Field,
    Profile,
    dated,
    derived,
    fields,
)


def script(facts: Facts) -> str:
    """Return what the browser has to know of the profile, as a script."""
    declared: dict[str, Any] = {
        name: {"sample": field.sample}
        | ({"assumed": 1} if field.assumed else {})
        | ({"choices": list(field.choices)} if field.choices else {"pattern": field.pattern})
        for name, field in fields(facts).items()
    }
    tables = {v.name: {"choice": v.choice, "table": dict(v.table)} for v in derived(facts).values()}
    months = {"month": ["month", 0, 0, "Y-M"]}
    months |= {d.name: [d.of, d.months, d.days, d.form] for d in dated(facts).values()}
    data = {
        "fields": declared,
        "derived": tables,
        "months": months,
        "apart": PRODUCTION_KEYS,
        "private": PRIVATE_KEY,
        "pages": _tasks_of_pages(facts),
        "only": {page: f"{name}={values}" for page, name, values in pages_for_some(facts)},
    }
    return f"const guideProfile = {json.dumps(data, ensure_ascii=False, separators=(',', ':'))};\n"


def _tasks_of_pages(facts: Facts) -> str:
    """Return a line for each page with the ids of the tasks that all readers do there."""
    found: dict[str, list[str]] = {}
    for task in checklist.tasks(facts).values():
        if task.page and not task.only and not task.aside:
            found.setdefault(task.page.partition("#")[0], []).append(task.id)
    return "\n".join(" ".join([page, *ids]) for page, ids in found.items())


def pages_for_some(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Yield each page that is not for all readers, with a choice and the values that see it.

    Its header says so: `for: {system: wsl}`. Raises GuideError with file and line.
    """
    choices = {name: field.choices for name, field in fields(facts).items() if field.choices}
    for path in sorted(DOCS.rglob("*.md")):
        document = front_matter.parse(read_text(path), path)
        for name, value in dict(document.mapping().get("for") or {}).items():
            if value not in choices.get(name, ()):
                told = unknown(f"choice of {name}", str(value), choices.get(name) or choices)
                raise GuideError(f"for: {told}", path, document.line("for"))
            yield path.relative_to(DOCS).with_suffix("").as_posix(), name, value


def form(facts: Facts, profile: Profile) -> str:
    """Return the form for the values that `profile` leaves open, as HTML on one line."""
    open_fields = [field for name, field in fields(facts).items() if name not in profile.own]
    groups = "".join(
        f"<fieldset><legend>{title}</legend>{rows}</fieldset>"
        for when, title in TIMES.items()
        if (rows := "".join(_row(field) for field in open_fields if field.when == when))
    )
    return (
        f'<form class="details" id="details" autocomplete="off" hidden>{groups}'
        '<p class="details-files"><button type="button" class="md-button" data-export>'
        "Save as profile.yml</button> "
        '<label class="md-button">Load a profile.yml'
        '<input type="file" accept=".yml,.yaml" data-import></label> '
        '<button type="button" class="md-button" data-forget>Forget my details</button></p>'
        '<p role="status" data-status></p></form>'
    )


def ask(facts: Facts, profile: Profile, names: Iterable[str]) -> str:
    """Return a form for those of the values `names` that `profile` leaves open, for their page.

    Raises GuideError for a name of no value.
    """
    declared = fields(facts)
    for name in names:
        if name not in declared:
            raise GuideError(unknown("value of the profile", name, declared))
    rows = "".join(_row(declared[name]) for name in names if name not in profile.own)
    opening = '<form class="details ask" autocomplete="off" hidden>'
    return f'{opening}{rows}<p role="status" data-status></p></form>' if rows else ""


def _row(field: Field) -> str:
    name, label = field.name, html.escape(field.label)
    describes = f'aria-describedby="{name}-help {name}-error"'
    if field.choices:
        options = "".join(
            f'<option value="{value}">{html.escape(text)}</option>'
            for value, text in field.choices.items()
            if not (field.assumed and value == field.sample)
        )
        unchosen = field.choices[field.sample] if field.assumed else "not chosen yet"
        control = (
            f'<select id="details-{name}" name="{name}" {describes}>'
            f'<option value="">{unchosen}</option>{options}</select>'
        )
    else:
        control = (
            f'<input type="{"email" if name == "email" else "text"}" '
            f'id="details-{name}" name="{name}" {describes} maxlength="5000" '
            f'placeholder="{html.escape(field.sample)}" autocapitalize="none" spellcheck="false">'
        )
    expected = html.escape(f"{field.expected}.") if field.expected else ""
    if expected:
        expected = f' Allowed: <span class="expected">{expected}</span>'
    return (
        f'<div><label for="details-{name}">{label}</label>{control}'
        f'<small id="{name}-help">{html.escape(field.help)}{expected}</small>'
        f'<strong id="{name}-error" class="details-error" role="alert"></strong></div>'
    )
