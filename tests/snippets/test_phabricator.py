"""The texts for Phabricator: right for staff, right for contractors, whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from macros import checklist
from macros.facts import current
from macros.snippets import load
from tests.profiles import readers
from tests.queries.recorded import difference
from tests.snippets.showing import shown, shown_to

PASTED = Path(__file__).with_name("pasted")


@pytest.mark.parametrize("reader", sorted(readers()))
def test_the_onboarding_ticket_has_every_task_of_this_reader_and_no_other(reader: str) -> None:
    ticket = shown_to("phabricator/onboarding_ticket", reader)
    kind = ticket.reader.values["kind"]
    parts = checklist.load(current())
    in_ticket = checklist.every(checklist.of_ticket(parts))
    for task in checklist.every(parts).values():
        theirs = task.only in (None, kind) and task.id in in_ticket
        assert (task.text in ticket.text) is theirs, f"{ticket.where('.')}: {task.id}"
        url = current().links[task.link].url if task.link else None
        assert not (theirs and url) or f"[[ {url} | " in ticket.text, (
            f"{ticket.where('.')}: {task.id}"
        )


def test_an_nda_is_for_contractors_and_office_wiki_for_staff() -> None:
    tasks = checklist.every(checklist.load(current()))
    assert tasks["nda-with-legal"].only == "contractor"
    assert tasks["office-wiki-and-meta"].only == "staff"


@pytest.mark.parametrize("reader", sorted(readers()))
def test_the_onboarding_ticket_has_its_parts_in_order_and_none_of_the_guide(reader: str) -> None:
    """The ticket is an agreement with others: what the guide adds for itself is not in it."""
    text = shown_to("phabricator/onboarding_ticket", reader).text
    parts = checklist.load(current())
    titles = [part.title for part in checklist.of_ticket(parts)]
    assert re.findall(r"^== (.*) ==$", text, re.MULTILINE) == titles
    assert {"While you wait", "Once you are let in"} <= {part.title for part in parts} - {*titles}
    assert len(re.findall(r"^ *\[x?\] ", text, re.MULTILINE)) >= 30


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


@pytest.mark.parametrize("reader", ["sample", "hyphens"])
@pytest.mark.parametrize("snippet", [n for n in load() if n.startswith("phabricator/")])
def test_what_is_pasted_was_looked_at(snippet: str, reader: str, recording: bool) -> None:
    """No server knows what these texts have to say, so people have: as staff, and as contractors."""
    for text in (each for each in shown(snippet) if each.name == reader):
        kind, file = text.reader.values["kind"], snippet.removeprefix("phabricator/")
        again = ".venv/bin/pytest tests/snippets/test_phabricator.py --record"
        differs = difference(PASTED / f"{file}-{kind}.txt", text.text, recording, again)
        assert not differs, f"{text.where('.')}: {differs}"
