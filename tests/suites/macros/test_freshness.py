"""What is to be looked at again: which facts, and on which pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from macros import freshness, front_matter, upkeep
from macros.errors import GuideError, read_text
from macros.facts import Fact, current
from macros.freshness import TIME_TO_LIVE, Due, Report
from macros.rendering import Guide
from macros.vocabulary import vocabulary
from tests.guide import profiles, reading

TODAY = date(2026, 11, 26)


#: Facts, and a page that has each.
FACTS = [
    ("hosts", "gitlab", "access/ssh.md"),  # named by the page
    ("hosts", "stat1010", "reference/hosts.md"),  # from a loop of the page
    ("hosts", "stat1009", "access/ssh.md"),  # from a loop of a snippet
    ("values", "kerberos_realm", "access/kerberos.md"),
    ("tables", "wmf.pageview_hourly", "data/pageviews.md"),
    ("links", "idm", "access/request.md"),
]


def looked_at(days: Mapping[tuple[str, str], int]) -> Guide:
    """Return a guide in which those facts, and no others, were looked at so many days ago."""
    kinds: dict[str, Any] = {}
    for each in TIME_TO_LIVE.keys() - {"pages"}:
        known: Mapping[str, Fact] = getattr(current(), each)
        kinds[each] = {
            key: fact.model_copy(update={"verified": TODAY - timedelta(days.get((each, key), 0))})
            for key, fact in known.items()
        }
    return Guide(replace(current(), **kinds), profiles.readers()["sample"], vocabulary)


def report(guide: Guide, pages: list[Path] | None = None) -> Report:
    for page in reading.pages() if pages is None else pages:
        guide.render_page(page)
    return freshness.report(guide.facts, guide.uses, TODAY)


@pytest.fixture(scope="module")
def late() -> dict[tuple[str, str], Due]:
    """What is stale one day after the time of FACTS, by kind and key."""
    found = report(looked_at({(kind, key): TIME_TO_LIVE[kind] + 1 for kind, key, _ in FACTS}))
    return {(each.kind, each.key): each for each in found.stale}


def test_a_fact_is_not_stale_before_its_time() -> None:
    guide = looked_at({(kind, key): TIME_TO_LIVE[kind] for kind, key, _ in FACTS})
    assert report(guide, []).stale == []


@pytest.mark.slow
def test_a_fact_is_stale_after_its_time(late: dict[tuple[str, str], Due]) -> None:
    assert late.keys() == {(kind, key) for kind, key, _ in FACTS}


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "key", "page"), FACTS)
def test_a_stale_fact_is_told_with_all_its_pages(
    late: dict[tuple[str, str], Due], kind: str, key: str, page: str
) -> None:
    found = late[kind, key]
    assert page in found.pages
    line = found.path.read_text(encoding="utf-8").splitlines()[found.line - 1]
    assert line == f"{key}:"


REALM = current().values["kerberos_realm"]


@pytest.mark.parametrize(
    ("since", "years", "stale"),
    [
        (None, 3, True),
        (3, 3, True),  # it had stood for less than four years when it was read
        (5, 3, False),
        (5, 5, True),
    ],
)
def test_a_value_that_had_stood_for_long_holds_for_longer(
    since: int | None, years: int, stale: bool
) -> None:
    verified = TODAY - timedelta(years * 365)
    stood = None if since is None else str(verified - timedelta(since * 365))
    fact = REALM.model_copy(update={"verified": verified, "since": stood})
    assert freshness.is_stale("values", fact, TODAY) is stale
    assert freshness.is_stale("hosts", fact, TODAY), "machines change sooner"


@pytest.mark.parametrize(
    ("some", "settled"), [("2020", False), ("2020-06", False), ("2020-05", True), ("2019", True)]
)
def test_an_inexact_since_counts_from_its_last_day(some: str, settled: bool) -> None:
    fact = REALM.model_copy(update={"verified": date(2024, 5, 31), "since": some})
    assert freshness.is_stale("values", fact, date(2026, 8, 1)) is not settled


@pytest.mark.parametrize("update", [{"lasting": "event"}, {"release": "wmfdata_python_version"}])
def test_what_time_does_not_change_is_never_stale(update: dict[str, str]) -> None:
    old = REALM.model_copy(update={"verified": date(2015, 1, 1)})
    assert freshness.is_stale("values", old, TODAY)
    assert not freshness.is_stale("values", old.model_copy(update=update), TODAY)


def test_a_release_is_due_on_the_pages_of_what_is_in_it() -> None:
    guide = looked_at({("values", "wmfdata_r_version"): 5000})
    used = {("values", "wmfdata_r_functions")}
    assert freshness.stale_of(guide.facts, used, TODAY) == 1
    (due,) = freshness.report(guide.facts, {"a.md": used}, TODAY).stale
    assert (due.key, due.pages) == ("wmfdata_r_version", ("a.md",))


def test_a_page_counts_the_stale_facts_that_it_has() -> None:
    guide = looked_at({("values", "kerberos_realm"): 5000})
    for page in ("access/kerberos.md", "data/pageviews.md"):
        guide.render_page(reading.DOCS / page)
        assert freshness.stale_of(guide.facts, guide.uses[page], TODAY) == (
            page == "access/kerberos.md"
        )


@pytest.mark.slow
def test_what_is_gone_is_old_and_never_stale() -> None:
    found = report(looked_at({("hosts", "stat1004"): 5000}))
    assert found.stale == []
    (old,) = [each for each in found.old_names if each.key == "stat1004"]
    assert "reference/old-names.md" in old.pages
    assert "; now stat1008" in old.told(TODAY)


@pytest.mark.slow
def test_what_touches_most_pages_comes_first() -> None:
    found = report(reading.guide())
    for findings in (found.stale, found.unverified, found.old_names):
        assert len(findings) > 1
        counts = [len(each.pages) for each in findings]
        assert counts == sorted(counts, reverse=True)


@pytest.mark.slow
def test_a_page_is_stale_after_a_year() -> None:
    page = reading.DOCS / "index.md"
    written = front_matter.parse(read_text(page), page).data["verified"]
    for days, stale in ((TIME_TO_LIVE["pages"], False), (TIME_TO_LIVE["pages"] + 1, True)):
        late = freshness.report(current(), reading.guide().uses, written + timedelta(days))
        assert ("index.md" in {each.key for each in late.pages}) is stale


@pytest.mark.slow
def test_the_command_says_where_and_how_old(capsys: pytest.CaptureFixture[str]) -> None:
    assert upkeep.main() == 0
    said = capsys.readouterr().out
    for title in ("Stale facts: ", "Stale pages: ", "Old names ", "Facts without "):
        assert f"\n{title}" in f"\n{said}"
    assert "  macros/facts/groups.yml:" in said
    assert " days ago; now " in said and " pages: access/" in said


def test_the_command_tells_a_broken_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("---\ntitle: Page\n---\n# Page\n\n[[[ nothing ]]]\n")
    monkeypatch.setattr(freshness, "DOCS", tmp_path)
    assert upkeep.main() == 1
    assert f"{page}:6: no value or macro" in capsys.readouterr().err
    page.write_text("---\ntitle: Page\n---\n# Page\n")
    assert upkeep.main() == 1
    assert f"{page}:1: the page's header says no day" in capsys.readouterr().err


def test_a_kind_of_facts_that_is_none_is_told() -> None:
    with pytest.raises(GuideError, match="no kind of facts called 'host'"):
        reading.guide().listing("host")
