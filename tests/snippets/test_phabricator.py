"""The texts for Phabricator: right for staff, right for contractors, whole."""

from __future__ import annotations

import pytest

from macros import checklist
from macros.facts import current
from tests.profiles import readers
from tests.snippets.showing import shown_to


@pytest.mark.parametrize("reader", sorted(readers()))
def test_the_onboarding_ticket_has_every_task_of_this_reader_and_no_other(reader: str) -> None:
    ticket = shown_to("phabricator/onboarding_ticket", reader)
    kind = ticket.reader.values["kind"]
    parts = checklist.load(current())
    for task in [task for part in parts for task in checklist.walk(part.tasks)]:
        theirs = task.only in (None, kind)
        assert (task.text in ticket.text) is theirs, f"{ticket.where('.')}: {task.id}"
        url = current().links[task.link].url if task.link else None
        assert not (theirs and url) or f"[[ {url} | " in ticket.text, (
            f"{ticket.where('.')}: {task.id}"
        )


def test_an_nda_is_for_contractors_and_office_wiki_for_staff() -> None:
    tasks = {t.id: t for part in checklist.load(current()) for t in checklist.walk(part.tasks)}
    assert tasks["nda-with-legal"].only == "contractor"
    assert tasks["office-wiki-and-meta"].only == "staff"


def test_ids_of_tasks_are_words() -> None:
    tasks = [t for part in checklist.load(current()) for t in checklist.walk(part.tasks)]
    assert len(tasks) >= 30
    assert all(task.id.replace("-", "").isalnum() and task.id.islower() for task in tasks)


@pytest.mark.parametrize("reader", sorted(readers()))
def test_the_access_request_says_all_that_it_has_to(reader: str) -> None:
    request = shown_to("phabricator/access_request", reader)
    values = request.reader.values
    needed = [values[name] for name in ("shell_name", "wiki_name", "email", "manager", "team")]
    needed += ["analytics-privatedata-users", "analytics-product-users", "with SSH and Kerberos"]
    if values["kind"] == "contractor":
        needed += ["nda", "L3"]
    for text in needed:
        assert text in request.text, f"{request.where('.')}: {text!r} is missing"
    other = "contractor" if values["kind"] == "staff" else "staff"
    assert other not in request.text.lower(), request.where(other)
