"""What readers are told of a sabotage: how it shows, where it is, and by which name."""

from __future__ import annotations

from macros.sabotages import Sabotage, moved, table
from macros.slots import token

SEEN = Sabotage(
    step="access/ssh#file",
    place="laptop",
    see="Permission denied ",
    words=("denied", "Permission denied "),
    doctor="key-unknown",
    reported=("somewhere",),
    cause="a cause, as in [hosts](hosts.md)",
    cure="a [cure](../setup/git.md#clone)",
)
MISSED = SEEN.model_copy(update={"see": None, "words": (), "misses": "user x", "doctor": None})


def test_it_is_told_by_its_lines_each_once_and_by_the_doctor() -> None:
    assert SEEN.shown == ["`Permission denied`", "`denied`"]
    assert SEEN.seen == (
        "you see `Permission denied`, or you see `denied`, or the doctor says `key-unknown`"
    )
    assert MISSED.shown == []
    assert MISSED.seen == "there is no line `user x`"


def test_its_heading_is_what_every_reader_sees() -> None:
    assert SEEN.heading("name") == "`Permission denied `"
    assert MISSED.heading("name") == "No line `user x`"
    of_one = SEEN.model_copy(update={"see": f"{token('shell_name')}: denied"})
    assert of_one.heading("name") == "`name`"


def test_its_links_lead_to_the_same_from_another_page() -> None:
    assert moved(SEEN.cure, SEEN.page, "reference/failures.md") == (
        "a [cure](../setup/git.md#clone)"
    )
    assert "[hosts](../access/hosts.md)" in moved(SEEN.cause, SEEN.page, "reference/failures.md")


def test_a_table_has_a_line_for_each_with_symptom_cause_and_cure() -> None:
    lines = table([SEEN, MISSED]).strip().split("\n")
    assert len(lines) == 4
    assert all(text in lines[2] for text in ("`Permission denied`", SEEN.cause, SEEN.cure))
    assert "`user x`" in lines[3]


def test_a_bar_in_a_cell_is_escaped_but_in_code() -> None:
    barred = SEEN.model_copy(update={"cause": "a | b and `c | d`"})
    assert "| a \\| b and `c | d` |" in table([barred])
