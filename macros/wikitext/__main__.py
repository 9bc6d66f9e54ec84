"""Writes the guide into `.cache/wikitext`: `python -m macros.wikitext`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from macros.errors import ROOT, GuideError, GuideErrors
from macros.wikitext import titles
from macros.wikitext.html import DOCS, Page, pages
from macros.wikitext.page import wikitext

TARGET = ROOT / ".cache" / "wikitext"
TEMPLATES = Path(__file__).parent / "templates"


def export(docs: Path = DOCS, target: Path = TARGET) -> int:
    """Write every page under `docs` into `target`, and return how many there are.

    Beside the pages stand the templates that they use, and `titles.tsv` with file
    and title of each. Raises GuideErrors with all that is wrong; `target` then
    stays as it was.
    """
    read = pages(docs)
    table = titles.table(read)
    files = _written(read, table)
    listed = {_file(page.name): table[page.name].title for page in read}
    for template in sorted(TEMPLATES.iterdir()):
        name = f"templates/{template.name}"
        files[name], listed[name] = template.read_text("utf-8"), f"Template:{template.stem}"
    files["titles.tsv"] = "".join(f"{name}\t{title}\n" for name, title in listed.items())
    _replace(target, files)
    return len(read)


def _written(read: list[Page], table: titles.Titles) -> dict[str, str]:
    files, errors = {}, []
    for page in read:
        try:
            files[_file(page.name)] = wikitext(page, table)
        except GuideError as error:
            errors.append(error)
    if errors:
        raise GuideErrors(errors)
    return files


def _file(page: str) -> str:
    return f"{page.removesuffix('.md')}.wiki"


def _replace(target: Path, files: dict[str, str]) -> None:
    """Write `files` beside `target` and move them into its place."""
    new = target.with_name(f"{target.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    for name, text in files.items():
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).write_text(text, encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)


if __name__ == "__main__":
    try:
        print(f"{export()} pages in {TARGET.relative_to(ROOT)}")
    except GuideError as error:
        sys.exit(str(error))
