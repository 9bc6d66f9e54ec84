"""Snippets: configs, queries, scripts and templates that a reader uses whole.

Each is a file of its own under `snippets/`, in a folder named after the place
where it is used; that folder's `snippets.yml` says of each what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from macros import yaml_lines
from macros.errors import ROOT, GuideError, GuideErrors, read_text, shown, unknown

FOLDER = ROOT / "snippets"
#: What stands in quotes in the info string of a fence.
OneLine = Annotated[str, Field(pattern=r'^[^"\n]+$')]
#: The places where something is typed or pasted, and how the reader sees them named.
PLACES = {
    "laptop": "On your laptop",
    "stat": "On the stat host",
    "hive": "Hive",
    "spark": "Spark SQL",
    "presto": "Presto",
    "replicas": "MediaWiki replicas",
    "notebook": "In a notebook",
    "r": "In R",
    "phabricator": "Phabricator",
    "project": "In your checkout of this guide",
    "output": "What you see",
}
#: Where a query for each engine is pasted, as its label has it.
PASTED = {
    "presto": 'paste into SQL Lab, or into presto.run("""…""") in a notebook',
    "spark": 'paste into spark.run("""…""") in a notebook',
    "hive": "paste into hive or beeline on the stat host",
    "replicas": "paste into analytics-mysql on the stat host",
}

#: What stands beside the places, and is no snippet.
ROOT_FILES = {"cases.yml", "exam.yml", "records.bash", "sabotages.yml", "survey.bash", "survey.yml"}


class Description(BaseModel):
    """What `snippets.yml` says of a snippet.

    `file` is where the reader saves it; `title` stands above the block where
    there is no file. `what` is one line for editors.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)

    language: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
    what: str
    file: OneLine | None = None
    title: OneLine | None = None


@dataclass(frozen=True)
class Snippet:
    """A snippet: its `name` is its path under `snippets/`, without the ending."""

    name: str
    path: Path
    description: Description

    @property
    def place(self) -> str:
        """The place (a key of PLACES) where the snippet is used."""
        return self.name.split("/")[0]

    @property
    def title(self) -> str | None:
        """What stands above the block."""
        return self.description.file or self.description.title

    @property
    def source(self) -> str:
        """The template's text."""
        return read_text(self.path)


def load(folder: Path = FOLDER) -> dict[str, Snippet]:
    """Return every snippet of `folder` by name.

    Raises GuideErrors for a file without description, a description without
    file, two files of one name, what is in no place or in a folder of one, and a file that does
    not end in exactly one newline (the page would show it with one).
    """
    errors: list[GuideError] = []
    snippets: dict[str, Snippet] = {}
    for place in _visible(folder):
        try:
            if place.name in ROOT_FILES:
                continue
            if place.name not in PLACES:
                raise GuideError(unknown("place", place.name, PLACES), place)
            snippets |= _load_place(place, errors)
        except GuideError as error:
            errors.append(error)
    if errors:
        raise GuideErrors(errors)
    return snippets


def _load_place(place: Path, errors: list[GuideError]) -> dict[str, Snippet]:
    document = yaml_lines.load(place / "snippets.yml")
    described = document.mapping()
    files: dict[str, Path] = {}
    for path in _visible(place):
        if path.suffix == ".yml":
            continue
        if path.is_dir():
            errors.append(GuideError("a place has files only; move them up", path))
        elif path.stem in files:
            errors.append(GuideError(f"is called as {files[path.stem].name} is; rename one", path))
        elif path.stem not in described:
            message = f"describe {path.stem} in {shown(document.path)}, or remove the file"
            errors.append(GuideError(message, path))
        else:
            files[path.stem] = path
    snippets = {}
    for name in described:
        try:
            snippet = _described(document, place.name, name, files)
            snippets[snippet.name] = snippet
        except GuideErrors as error:
            errors += error.errors
        except GuideError as error:
            at = (error.path, error.line) if error.path else (document.path, document.line(name))
            errors.append(GuideError(error.message, *at))
    return snippets


def _visible(folder: Path) -> list[Path]:
    """Return what is in `folder`, without what editors and systems leave there while they work."""
    return [p for p in sorted(folder.iterdir()) if not p.name.startswith(".") and p.name[-1] != "~"]


def _described(
    document: yaml_lines.Document, place: str, name: str, files: dict[str, Path]
) -> Snippet:
    if name not in files:
        raise GuideError(unknown("snippet file", name, files))
    path = files[name]
    snippet = Snippet(f"{place}/{name}", path, document.validated(Description, name))
    text = snippet.source
    if not text.endswith("\n") or text.endswith("\n\n") or text.startswith("\n"):
        raise GuideError("must end in exactly one newline, and start with none", path)
    return snippet
