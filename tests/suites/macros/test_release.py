"""The zip of the site: what a reader of files has a use for, and nothing that only a server has."""

from __future__ import annotations

import zipfile
from pathlib import Path

from macros import release, twins


def test_the_zip_has_the_files_of_the_site_and_their_licence(tmp_path: Path) -> None:
    site = tmp_path / "site"
    files = {"index.html": "a", "setup/git/index.html": "b", "search/search_index.json": "{}"}
    for name, text in {**files, "404.html": "c", f"index.md{twins.TEMPLATE}": "d"}.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with zipfile.ZipFile(release.pack(site, tmp_path, "1", 0)) as packed:
        folder = f"{release.NAME}-1/"
        assert {name.removeprefix(folder) for name in packed.namelist()} == {
            "LICENSE",
            "index.html",
            "search/search_index.js",
            "setup/git/index.html",
        }
        assert packed.read(f"{folder}search/search_index.js") == b"var __index = {}"
