"""The files that the reader's browser is given are those that were made from their sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros import bundle
from macros.errors import GuideError, shown


@pytest.mark.parametrize("name", ["guide.js", "profile.js", "guide.css"])
def test_a_file_is_what_its_sources_make(name: str) -> None:
    path, made = bundle.ASSETS / name, {path.name: text for path, text in bundle.files()}
    same = path.read_text(encoding="utf-8") == made[name]
    assert same, f"{shown(path)} is older than macros/browser/: run make assets"


def test_a_broken_script_is_refused_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [*bundle.SCRIPTS, bundle.FORM, "guide.css"]:
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "search.js").write_text("a;\nconst = b;\n", encoding="utf-8")
    monkeypatch.setattr(bundle, "SOURCES", tmp_path)
    with pytest.raises(GuideError, match=r"search.js:2: unexpected = in binding"):
        list(bundle.files())
