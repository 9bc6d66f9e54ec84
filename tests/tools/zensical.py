"""Builds the guide with Zensical too, and tells what differs: `make zensical`.

For information: it is what may follow Material, and no gate. Zensical is given as its program,
which lives in an environment of its own; it writes beside its configuration, so it gets a copy.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from macros import settings
from macros.errors import ROOT
from macros.evidence import VARIABLE
from tests.environments import built_site, scratch
from tests.evidence import notes

#: What a build reads.
SOURCES = ["docs", "macros", "snippets", "mkdocs.yml"]


def main(program: Path) -> int:
    """Print what is the same and what is not; return 1 where there is nothing to compare."""
    with scratch.folder() as folder:
        for name in SOURCES:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, folder / name)
        _name_extensions(folder / "mkdocs.yml")
        notes.made_up(folder / "evidence.json")  # as the other builder has it
        ended = subprocess.run(
            [program.absolute(), "build", "--config-file", "mkdocs.yml", "--clean"],
            cwd=folder,
            env={
                **os.environ,
                "GUIDE_PUBLISH": "1",
                "PYTHONPATH": str(folder),
                VARIABLE: str(folder / "evidence.json"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        reference = built_site.by()
        try:
            if ended.returncode or reference.code:
                print(f"Not built:\n{ended.stdout}{ended.stderr}\n{reference.log}"[-2000:])
                return 1
            _compare(reference.folder, folder / "site")
        finally:
            built_site.end()
    return 0


def _name_extensions(configuration: Path) -> None:
    """Add our own Markdown extensions: Zensical asks `main.py` for nothing but macros."""
    head = "markdown_extensions:\n"
    names = "".join(f"  - {name}\n" for name in settings.MARKDOWN_EXTENSIONS)
    text = configuration.read_text(encoding="utf-8")
    configuration.write_text(text.replace(head, head + names, 1), encoding="utf-8")


def _compare(ours: Path, theirs: Path) -> None:
    pages = sorted(str(page.relative_to(ours)) for page in ours.rglob("index.html"))
    built = [page for page in pages if (theirs / page).is_file()]
    both = {page: (_read(ours / page), _read(theirs / page)) for page in built}
    code = [page for page, (a, b) in both.items() if _code(a) != _code(b)]
    text = [page for page, (a, b) in both.items() if _text(a) != _text(b)]
    print(f"pages built: {len(built)} of {len(pages)}{_named(set(pages) - set(built))}")
    print(f"all code blocks the same: {len(built) - len(code)} of {len(built)}{_named(code)}")
    print(f"all of the text the same: {len(built) - len(text)} of {len(built)}{_named(text)}")
    for page in text[:3]:
        print(_first_difference(page, *map(_text, both[page])))


def _named(pages: list[str] | set[str]) -> str:
    return f"; not: {', '.join(sorted(pages))}" if pages else ""


def _read(page: Path) -> LexborHTMLParser:
    return LexborHTMLParser(page.read_text(encoding="utf-8"))


def _code(page: LexborHTMLParser) -> list[str]:
    return [block.text() for block in page.css("article pre > code")]


def _text(page: LexborHTMLParser) -> list[str]:
    """Return the words of the article; the date of the build is known to MkDocs alone."""
    for line in page.css(".page-facts"):  # what it says of its build and of stale facts
        line.decompose()
    article = page.css_first("article")
    return re.findall(r"\S+", article.text(separator=" ")) if article else []


def _first_difference(page: str, ours: list[str], theirs: list[str]) -> str:
    """Return the words at which two texts part."""
    pairs = zip(ours, theirs, strict=False)
    at = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(ours), len(theirs)))
    here, there = (" ".join(words[max(0, at - 3) : at + 6]) for words in (ours, theirs))
    return f"{page}:\n  MkDocs:   {here}\n  Zensical: {there}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
