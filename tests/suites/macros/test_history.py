"""A page's `verified` is not older than the last change of its text, or the page says why."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from macros import freshness, history

PAGE = "---\ntitle: T\nverified: {}\n{}---\n# T\n\n{}\n"


def commit(folder: Path, day: str) -> None:
    """Commit all of `folder`, written on `day` and committed a month later, as after a rebase."""
    dates = {"GIT_AUTHOR_DATE": f"{day}T12:00Z", "GIT_COMMITTER_DATE": "2026-12-31T12:00Z"}
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for words in (["add", "-A"], [*who, "commit", "-q", "-m", "x", "--allow-empty"]):
        subprocess.run(
            ["git", "-C", str(folder), *words], check=True, env={"PATH": "/usr/bin:/bin", **dates}
        )


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A page that was written on the first, and in which one word changed on the tenth."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "page.md").write_text(PAGE.format("2026-11-01", "", "One."))
    commit(tmp_path, "2026-11-01")
    (folder / "page.md").write_text(PAGE.format("2026-11-01", "", "Two."))
    commit(tmp_path, "2026-11-10")
    return folder


@pytest.mark.parametrize(
    ("verified", "more", "told"),
    [
        ("2026-11-01", "", True),
        ("2026-11-09", "", True),
        ("2026-11-10", "", False),
        ("2026-11-01", "changed: {until: 2026-11-10, why: words}\n", False),
        ("2026-11-01", "changed: {until: 2026-11-09, why: words}\n", True),
    ],
)
def test_a_page_that_changed_after_it_was_verified_is_told(
    docs: Path, verified: str, more: str, told: bool
) -> None:
    (docs / "page.md").write_text(PAGE.format(verified, more, "Two."))
    commit(docs, "2026-11-20")  # of the header alone, which is no change of the text
    found = [each.told() for each in history.after_verified(docs)]
    assert len(found) == told
    for line in found:
        assert f"{docs}/page.md:3: its text changed on 2026-11-10, after it was verified" in line


def test_what_is_not_committed_does_not_count(docs: Path) -> None:
    (docs / "page.md").write_text(PAGE.format("2026-11-10", "", "Three."))
    (docs / "new.md").write_text(PAGE.format("2026-01-01", "", "New."))
    assert list(history.after_verified(docs)) == []


def test_without_history_nothing_is_said(docs: Path, tmp_path: Path) -> None:
    assert history.missing(docs) is None
    copy = tmp_path / "copy"
    url = f"file://{docs.parent}"
    subprocess.run(["git", "clone", "-q", "--depth=1", url, str(copy)], check=True)
    assert "git fetch --unshallow" in (history.missing(copy / "docs") or "")


def test_a_folder_that_is_no_clone_is_told(tmp_path: Path) -> None:
    assert "no clone" in (history.missing(tmp_path) or "")


def test_no_page_changed_after_it_was_verified() -> None:
    if why := history.missing(freshness.DOCS):
        pytest.skip(why)
    assert [each.told() for each in history.after_verified(freshness.DOCS)] == []


def test_the_day_is_that_of_the_author(docs: Path) -> None:
    assert history.changed(docs / "page.md") == date(2026, 11, 10)
