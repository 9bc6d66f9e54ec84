"""The texts for Phabricator: right for staff, right for contractors, whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from macros import checklist
from macros.facts import current
from macros.slots import fill
from tests.checks.recorded import difference
from tests.checks.snippet_texts import for_reader
from tests.guide import reading
from tests.guide.profiles import readers
from tests.guide.reading import Block

PASTED = Path(__file__).with_name("pasted")


@pytest.mark.parametrize("reader", sorted(readers()))
def test_the_onboarding_ticket_has_every_task_of_this_reader_and_no_other(reader: str) -> None:
    ticket = for_reader("phabricator/onboarding_ticket", reader)
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
    text = for_reader("phabricator/onboarding_ticket", reader).text
    parts = checklist.load(current())
    titles = [part.title for part in checklist.of_ticket(parts)]
    assert re.findall(r"^== (.*) ==$", text, re.MULTILINE) == titles
    assert {"While you wait", "Once you are let in"} <= {part.title for part in parts} - {*titles}
    assert len(re.findall(r"^ *\[x?\] ", text, re.MULTILINE)) >= 30


@pytest.mark.parametrize("reader", sorted(readers()))
def test_the_access_request_says_all_that_it_has_to(reader: str) -> None:
    request = for_reader("phabricator/access_request", reader)
    values = request.reader.values
    needed = [values[name] for name in ("shell_name", "wiki_name", "email", "manager", "team")]
    needed += ["analytics-privatedata-users", "analytics-product-users", "with SSH and Kerberos"]
    if values["kind"] == "contractor":
        needed += ["nda", "L3"]
    for text in needed:
        assert text in request.text, f"{request.where('.')}: {text!r} is missing"
    other = "contractor" if values["kind"] == "staff" else "staff"
    assert other not in request.text.lower(), request.where(other)


TEXTS = [block for block in reading.all_blocks() if block.language == "remarkup"]


@pytest.mark.parametrize("reader", ["sample", "hyphens"])
@pytest.mark.parametrize("block", TEXTS, ids=lambda block: block.id)
def test_what_is_pasted_was_looked_at(block: Block, reader: str, recording: bool) -> None:
    """No server knows what these texts have to say, so people looked: staff, and contractors."""
    values = dict(block.readers()).get(reader)
    if values is None:
        return  # they see another text in its place
    name = block.snippet or f"{block.page.stem}/{block.id}"
    file = PASTED / f"{name.removeprefix('phabricator/')}-{values.values['kind']}.txt"
    again = ".venv/bin/pytest tests/suites/snippets/test_phabricator.py --record"
    differs = difference(file, fill(block.text, dict(values.values)), recording, again)
    assert not differs, f"{block.where()}: {differs}"
