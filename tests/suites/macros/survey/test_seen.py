"""What lines come to: verdicts, what is to be written, and the one thing that is noted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from macros import facts
from macros.sources import report, writing
from macros.sources.verdict import exit_code
from macros.survey import __main__ as program
from macros.survey import seen
from macros.surveyed import everything
from tests.suites.macros.survey.world import DAY, World, asked, line, silent

REALM = asked("values", "kerberos_realm")
OLD = asked("hosts", "bast1003")
TABLE = asked("tables", "wmf.projectview_hourly")


def told(world: World, *lines: str) -> str:
    """Return what is said of `lines` to who keeps the guide."""
    return "\n".join(report.summary(world.records(*lines).values(), seen.RING))


def test_verdicts_of_single_facts(world: World) -> None:
    group = asked("groups", "gpu-users")
    found = world.records(line(REALM, "OTHER"), line(group, None), line(OLD, None))
    verdicts = {key: record.verdict for key, record in found.items()}
    assert verdicts == {"kerberos_realm": "changed", "gpu-users": "gone", "bast1003": "holds"}
    assert exit_code(found.values()) == 1
    assert world.records(line(OLD, OLD.expected))["bast1003"].verdict == "changed"


def test_all_that_is_asked_of_a_fact_has_to_be_answered(world: World) -> None:
    alias, target = asked("sections", "s1", "alias"), asked("sections", "s1", "target")
    assert world.records(line(alias), line(target))["s1"].verdict == "holds"
    half = world.records(line(alias), silent(target))
    assert half["s1"].verdict == "unanswered" and exit_code(half.values()) == 2
    assert world.records(silent(target), line(alias), line(target))["s1"].verdict == "holds"
    assert (
        world.records(line(alias), line(target, "other.eqiad.wmnet:1"))["s1"].verdict == "changed"
    )


def test_a_survey_of_an_older_guide_says_nothing_of_a_fact_that_has_changed(world: World) -> None:
    older = line(REALM, "OLDER", expected={"value": "OLDER"}, verdict="holds")
    record = world.records(older)["kerberos_realm"]
    assert (record.verdict, record.decisive.reason) == (
        "not asked", "the fact was another one when it was asked",
    )  # fmt: skip


def test_what_changed_is_printed_as_yaml_and_not_written(world: World) -> None:
    before = world.texts()
    found = TABLE.expected.replace("project string", "project varchar").replace(
        ", view_count bigint", ""
    )
    said = told(world, line(REALM, "OTHER"), line(TABLE, found), line(OLD, OLD.expected))
    for words in (
        "value: the fact says WIKIMEDIA, the survey saw OTHER",
        f"    kerberos_realm:\n      value: OTHER\n      seen: {{day: {DAY}, from: stat}}",
        "columns: project: {type: varchar}",
        "columns: without view_count",
        "    bast1003:\n      status: current",
    ):
        assert words in said, said
    assert seen.write(world.known(), world.records(line(REALM, "OTHER")).values(), world.facts) == 0
    assert world.texts() == before


@pytest.mark.parametrize(
    ("kind", "key", "found", "words"),
    [
        ("sections", "s1", "dbstore1008.eqiad.wmnet:3399", "port: 3399"),
        ("hosts", "stat1010", "64 cores, 256 GB", "memory_gb: 256"),
        ("tables", "wmf.projectview_hourly", "view_count bigint", "columns: without project"),
    ],
)
def test_parts_are_told_by_the_names_of_the_fact(
    world: World, kind: str, key: str, found: str, words: str
) -> None:
    part = {"sections": "target", "hosts": "sizes"}.get(kind, "")
    assert words in told(world, line(asked(kind, key, part), found))


def test_another_order_of_columns_is_told(world: World) -> None:
    columns, _, partitions = TABLE.expected.partition("; ")
    turned = ", ".join(reversed(columns.split(", "))) + "; " + partitions
    record = world.records(line(TABLE, turned))[TABLE.key]
    assert record.verdict == "changed"
    assert [each.part for each in record.decisive.findings] == ["order"]


def test_what_holds_is_noted_and_nothing_else(world: World) -> None:
    every = list(dict.fromkeys(everything(world.known())))
    before = world.texts()
    file = world.file(*(line(ask) for ask in every))
    records = seen.records(world.known(), [file], world.facts)
    count = seen.write(world.known(), records, world.facts)
    assert count == len({(ask.kind, ask.key) for ask in every}) > 300
    known = world.known()
    for kind, key, fact in known.all():
        ours = facts.current().get(kind, key)
        assert fact.model_copy(update={"seen": None}) == ours
        assert bool(fact.seen) == ((kind, key) in {(ask.kind, ask.key) for ask in every})
    for name, text in world.texts().items():
        rest = [row for row in text.splitlines() if row.strip() not in _notes()]
        rest = [row.replace(f", seen: {_note()}", "") for row in rest]
        assert rest == before[name].splitlines()
    assert seen.write(known, records, world.facts) == 0


def _note() -> str:
    return f"{{day: {DAY}, from: stat}}"


def _notes() -> set[str]:
    return {f"seen: {_note()}"}


def test_a_later_day_takes_the_place_of_an_older_one_and_not_the_other_way(world: World) -> None:
    for day, wanted in ((DAY, DAY), ("2026-11-01", DAY), ("2026-12-02", "2026-12-02")):
        if date.fromisoformat(day) <= date.today():
            records = world.records(line(REALM, day=day)).values()
            seen.write(world.known(), records, world.facts)
            noted = world.known().values["kerberos_realm"].seen
            assert noted and str(noted.day) == wanted and noted.place == "stat"


@pytest.mark.parametrize(
    "written",
    [
        "seen: {day: 2026-01-01, from: laptop}",
        "seen: {day: 2026-01-01,\n    from: laptop}",
        "seen:\n    day: 2026-01-01\n    from: laptop",
    ],
)
def test_a_note_is_written_over_however_it_stands(tmp_path: Path, written: str) -> None:
    fact = "one:\n  value: a\n  {}\n  note: b\n"
    (tmp_path / "values.yml").write_text(fact.format(written))
    assert writing.put(tmp_path, "seen", {"values": {"one": _note()}}) == 1
    text = (tmp_path / "values.yml").read_text()
    assert "laptop" not in text and text.endswith("  note: b\n")
    assert text.replace("\n    {", " {") == fact.format(f"seen: {_note()}")


def test_where_one_file_cannot_be_written_none_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.texts()
    records = world.records(line(REALM), line(TABLE)).values()
    known = world.known()
    (world.facts / "values.yml").write_text("a: [")
    with pytest.raises(Exception, match=r"."):
        seen.write(known, records, world.facts)
    (world.facts / "values.yml").write_text(before["values.yml"])
    assert {k: v for k, v in world.texts().items() if not k.startswith(".")} == before


def test_who_was_not_seen_is_counted(world: World) -> None:
    done = list(world.records(line(REALM)).values())
    said = "\n".join(seen.unseen(world.known(), done, date.today()))
    number = len({a.key for a in everything(world.known()) if a.kind == "values" and not a.retired})
    assert f"values: {number - 1} never, 0 before" in said
    seen.write(world.known(), done, world.facts)
    later = "\n".join(seen.unseen(world.known(), [], date(2026, 12, 11)))
    assert f"values: {number - 1} never, 1 before; longest ago {DAY}, 10 days" in later


def test_the_command_prints_verdicts_and_json(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(world.file(line(REALM), line(OLD, OLD.expected)))
    assert program.main(["read", file]) == 1
    said = capsys.readouterr().out
    assert "holds      values kerberos_realm: macros/facts/values.yml:" in said
    assert "1 holds, 1 changed, 0 gone" in said
    assert program.main(["read", "--json", file]) == 1
    assert '"at": "macros/facts/values.yml:' in capsys.readouterr().out
    assert program.main(["read", str(world.file(silent(REALM)))]) == 2
