"""Clones that are got: once, without history, one after another, with honest words where not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from macros.facts import current
from macros.sources import clones
from macros.sources.clones import Got
from macros.sources.verdict import UnansweredError
from tests.suites.macros.sources.world import LATER, commit

NAME = "operations/puppet"


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    folder = tmp_path / "origin"
    commit(folder, {"a.conf": "one\n"}, "2026-03-03")
    commit(folder, {"a.conf": "two\n"})
    return folder


def got(tmp_path: Path, origin: Path) -> Got:
    return Got(tmp_path / "cache", {NAME: f"file://{origin}"})


def test_a_clone_is_got_once_and_without_history(
    tmp_path: Path, origin: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    clone = got(tmp_path, origin).clone(NAME)
    assert (clone.entry("a.conf").text, str(clone.day)) == ("two\n", LATER)
    assert (tmp_path / "cache" / "operations-puppet" / "shallow").exists()
    assert f"getting {NAME} from file://" in capfd.readouterr().err
    commit(origin, {"a.conf": "three\n"})
    assert got(tmp_path, origin).clone(NAME).entry("a.conf").text == "two\n"
    assert capfd.readouterr().err == ""


def test_a_clone_of_yesterday_is_got_anew_and_kept_where_that_fails(
    tmp_path: Path, origin: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    got(tmp_path, origin).clone(NAME)
    stamp = tmp_path / "cache" / "operations-puppet" / "got"
    yesterday = time.time() - (clones.FRESH_HOURS + 1) * 3600
    os.utime(stamp, (yesterday, yesterday))
    away = origin.rename(tmp_path / "away")
    assert got(tmp_path, origin).clone(NAME).entry("a.conf").text == "two\n"
    assert "could not be got anew" in capfd.readouterr().err
    away.rename(origin)
    commit(origin, {"a.conf": "three\n"})
    assert got(tmp_path, origin).clone(NAME).entry("a.conf").text == "three\n"


def test_what_a_cut_off_run_left_is_no_clone(tmp_path: Path, origin: Path) -> None:
    part = tmp_path / "cache" / "operations-puppet.part"
    part.mkdir(parents=True)
    (part / "HEAD").write_text("ref: refs/heads/half\n")
    assert got(tmp_path, origin).clone(NAME).entry("a.conf").text == "two\n"
    assert not part.exists()


def test_what_cannot_be_got_is_said_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = got(tmp_path, tmp_path / "nowhere")
    for _ in range(2):
        with pytest.raises(UnansweredError, match=r"cannot be got: .*; is there a network\?"):
            source.clone(NAME)
    assert capfd.readouterr().err.count("getting") == 1
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
