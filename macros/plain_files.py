"""What may lie in the folders that editors write: files of their own, and under docs/ no program.

A link would show readers a file of whoever builds the site, and pytest would run a program among
the pages: a change of pages alone has to be safe to try.
"""

from __future__ import annotations

from collections.abc import Iterator

from macros.errors import ROOT, GuideError, GuideErrors

DOCS, SNIPPETS = ROOT / "docs", ROOT / "snippets"


def check() -> None:
    """Raise GuideErrors for each file that may not lie where it does."""
    errors = list(_errors())
    if errors:
        raise GuideErrors(errors)


def _errors() -> Iterator[GuideError]:
    for folder in (DOCS, SNIPPETS):
        for path in sorted(folder.rglob("*")):
            if path.is_symlink():
                yield GuideError("is a link; put the file itself here", path)
            elif not path.is_file() and not path.is_dir():
                yield GuideError("is neither a file nor a folder; remove it", path)
            elif folder == DOCS and path.suffix in (".py", ".pyc", ".so"):
                yield GuideError("is a program; under docs/ are pages and what they show", path)
