"""Clones that are fetched: once, without history, one by one, with honest words where not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from macros.facts import current
from macros.sources import clones
from macros.sources.clones import Fetched
from macros.sources.verdict import UnansweredError
from tests.suites.macros.sources.world import LATER, commit

NAME = "operations/puppet"


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    folder = tmp_path / "origin"
    commit(folder, {"a.conf": "one\n"}, "2026-03-03")
    commit(folder, {"a.conf": "two\n"})
    return folder


def fetched(tmp_path: Path, origin: Path) -> Fetched:
    return Fetched(tmp_path / "cache", {NAME: f"file://{origin}"})


def test_a_clone_is_got_once_and_without_history(
    tmp_path: Path, origin: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    clone = fetched(tmp_path, origin).clone(NAME)
    assert (clone.entry("a.conf").text, str(clone.day)) == ("two\n", LATER)
    assert (tmp_path / "cache" / "operations-puppet" / "shallow").exists()
    assert f"fetching {NAME} from file://" in capfd.readouterr().err
    commit(origin, {"a.conf": "three\n"})
    assert fetched(tmp_path, origin).clone(NAME).entry("a.conf").text == "two\n"
    assert capfd.readouterr().err == ""


def test_a_clone_of_yesterday_is_got_anew_and_kept_where_that_fails(
    tmp_path: Path, origin: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fetched(tmp_path, origin).clone(NAME)
    stamp = tmp_path / "cache" / "operations-puppet" / "fetched"
    yesterday = time.time() - (clones.FRESH_HOURS + 1) * 3600
    os.utime(stamp, (yesterday, yesterday))
    away = origin.rename(tmp_path / "away")
    assert fetched(tmp_path, origin).clone(NAME).entry("a.conf").text == "two\n"
    assert "could not be fetched again" in capfd.readouterr().err
    away.rename(origin)
    commit(origin, {"a.conf": "three\n"})
    assert fetched(tmp_path, origin).clone(NAME).entry("a.conf").text == "three\n"


def test_what_a_cut_off_run_left_is_no_clone(tmp_path: Path, origin: Path) -> None:
    part = tmp_path / "cache" / "operations-puppet.part"
    part.mkdir(parents=True)
    (part / "HEAD").write_text("ref: refs/heads/half\n")
    assert fetched(tmp_path, origin).clone(NAME).entry("a.conf").text == "two\n"
    assert not part.exists()


def test_what_cannot_be_got_is_said_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = fetched(tmp_path, tmp_path / "nowhere")
    for _ in range(2):
        with pytest.raises(UnansweredError, match=r"cannot be fetched: .*; is there a network\?"):
            source.clone(NAME)
    assert capfd.readouterr().err.count("fetching") == 1
    assert not list((tmp_path / "cache").iterdir())


def test_every_cited_repository_has_an_address() -> None:
    cited = {c.repository for _, _, fact in current().all() for c in fact.source if c.repository}
    for name in cited:
        assert clones.address(name).startswith(("https://github.com/", "https://gitlab.wikimedia."))
    assert clones.address("analytics/refinery/source") == (
        "https://github.com/wikimedia/analytics-refinery-source.git"
    )
    for name in clones.MOVED:
        assert "gitlab" in clones.address(name)
