"""`make wikitext`: all or nothing, and the same each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros.errors import GuideErrors
from macros.wikitext.__main__ import export

HEAD = "---\ntitle: {0}\nowner: The team\nverified: 2026-11-24\n---\n# {0}\n\n"


def guide(folder: Path, **pages: str) -> Path:
    """Return a folder with a page for each of `pages`: its first heading and what follows."""
    folder.mkdir()
    for name, text in pages.items():
        title, _, rest = text.partition("|")
        (folder / f"{name}.md").write_text(HEAD.format(title) + f"{rest}\n", encoding="utf-8")
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_pages_templates_and_titles_are_written(tmp_path: Path) -> None:
    docs = guide(tmp_path / "docs", a="First|See [b](b.md#x).", b="Second|## X")
    assert export(docs, tmp_path / "wiki") == 2
    written = contents(tmp_path / "wiki")
    assert written["titles.tsv"].splitlines()[:2] == [
        "a.wiki\tProduct Analytics/Onboarding/First",
        "b.wiki\tProduct Analytics/Onboarding/Second",
    ]
    assert "See [[Product Analytics/Onboarding/Second#X|b]]." in written["a.wiki"]
    assert written["b.wiki"].endswith(
        "\n\n== X ==\n\n<small>Last verified against its sources on 2026-11-24; "
        "a single fact can be older. Kept by The team.</small>\n"
    )
    assert {name for name in written if name.startswith("templates/")} == {
        "templates/Onboarding note.wiki",
        "templates/Onboarding sample.wiki",
    }


def test_what_is_gone_from_the_guide_is_gone_from_the_export(tmp_path: Path) -> None:
    export(guide(tmp_path / "docs", a="First|", b="Second|"), tmp_path / "wiki")
    first = contents(tmp_path / "wiki")
    (tmp_path / "docs" / "b.md").unlink()
    export(tmp_path / "docs", tmp_path / "wiki")
    second = contents(tmp_path / "wiki")
    assert set(first) - set(second) == {"b.wiki"}
    assert second["a.wiki"] == first["a.wiki"]


def test_a_broken_page_is_told_with_its_line_and_leaves_the_old_export_whole(
    tmp_path: Path,
) -> None:
    docs = guide(tmp_path / "docs", a="First|", b="Second|")
    export(docs, tmp_path / "wiki")
    before = contents(tmp_path / "wiki")
    guide(tmp_path / "bad", a="First|See\n[b](gone.md).", b="Second|x\n\n> quoted")
    for page in ("a.md", "b.md"):
        (docs / page).write_text((tmp_path / "bad" / page).read_text("utf-8"), encoding="utf-8")
    with pytest.raises(GuideErrors) as error:
        export(docs, tmp_path / "wiki")
    first, second = str(error.value).splitlines()
    assert first.startswith(f"{docs / 'a.md'}:9: no page of the guide called 'gone.md'")
    assert second.startswith(f"{docs / 'b.md'}:10: <blockquote> has no form on the wiki yet")
    assert contents(tmp_path / "wiki") == before
    assert [path.name for path in tmp_path.glob("wiki*")] == ["wiki"]


FAULTS = {
    "macro": ("A|[[[ nothing ]]]", "a.md:8: no value or macro called 'nothing'"),
    "no title": ("A|# B", "a.md:1: a page has one first heading"),
    "title": ("A [b]|", "a.md:6: a title on the wiki cannot hold '['"),
    "same title": ("Second|", "b.md:6: another page has the same first heading"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_whole_page_is_told(tmp_path: Path, fault: str) -> None:
    text, said = FAULTS[fault]
    with pytest.raises(Exception, match=said.replace("[", r"\[")) as error:
        export(guide(tmp_path / "docs", a=text, b="Second|"), tmp_path / "wiki")
    assert str(error.value).count("\n") == 0
    assert not (tmp_path / "wiki").exists()


@pytest.mark.slow
def test_values_are_samples_whatever_the_profile_of_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The export is for all readers; it knows nothing of a `profile.yml`."""
    profile = tmp_path / "profile.yml"
    profile.write_text("shell_name: somebody\n", encoding="utf-8")
    monkeypatch.setenv("GUIDE_PROFILE", str(profile))
    export(guide(tmp_path / "docs", a="First|[[[ shell_name ]]]"), tmp_path / "wiki")
    assert "\n\n{{Onboarding sample|1=jdoe}}\n\n" in contents(tmp_path / "wiki")["a.wiki"]


@pytest.mark.slow
def test_the_export_is_the_same_each_time(exported: Path, tmp_path: Path) -> None:
    export(target=tmp_path / "again")
    assert contents(tmp_path / "again") == contents(exported)
