"""Which files of the guide have been saved since somebody looked last."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path

from macros.errors import ROOT, shown


class Saved:
    """Looks at the files in `folders` of the project, and at single ones."""

    def __init__(self, folders: list[Path]):
        self.folders = folders
        self._seen = dict(self._times())

    def since(self) -> list[str]:
        """Return the files that are others, new or gone since the last look, as messages show."""
        before, self._seen = self._seen, dict(self._times())
        names = before.keys() | self._seen.keys()
        return sorted(shown(file) for file in names if before.get(file) != self._seen.get(file))

    def _times(self) -> Iterator[tuple[Path, int]]:
        for folder in self.folders:
            for file in folder.rglob("*") if folder.is_dir() else [folder]:
                if not _is_passing(file) and file.is_file():
                    yield file, file.stat().st_mtime_ns


def _is_passing(file: Path) -> bool:
    """Return whether editors or Python leave `file` beside others, for themselves."""
    return file.name.startswith((".", "#")) or file.name.endswith("~") or file.suffix == ".pyc"


def only_text(files: list[str]) -> bool:
    """Return whether `files` are all text of the guide: pages, snippets, facts."""
    return all(file.startswith(("docs/", "snippets/", "macros/facts/")) for file in files)


def are_read_anew(files: list[str], pages: Container[str]) -> bool:
    """Return whether who has loaded the guide with its `pages` takes in `files` by reading them.

    Facts, macros, and the lists of pages, snippets and words are in too many places by then.
    """
    return all(
        file.endswith(".md") and file.removeprefix("docs/") in pages and (ROOT / file).is_file()
        if file.startswith("docs/")
        else file.startswith("snippets/") and not file.endswith(".yml")
        for file in files
    )
