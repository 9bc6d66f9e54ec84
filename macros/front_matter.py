"""The YAML header of a page: title, description, owner, date verified."""

from __future__ import annotations

import re
from pathlib import Path

from macros import yaml_lines
from macros.errors import GuideError

#: What every page begins with, a line each.
EXAMPLE = "---, title: ..., description: ..., owner: Product Analytics, verified: 2026-11-24, ---"


def header(source: str) -> str:
    """Return the header of a page with its marks and the newlines after it, or nothing."""
    match = re.match(r"---\n.*?\n---\n+", source, re.DOTALL)
    return match[0] if match else ""


def parse(source: str, path: Path) -> yaml_lines.Document:
    """Return what the header of `source`, the page at `path`, says.

    Raises GuideError for a page without one, which says what to write.
    """
    if not header(source):
        begun = source.startswith("---\n")
        what = "its front matter never ends" if begun else "has no front matter"
        raise GuideError(f"{what}; begin the page with these, a line each: {EXAMPLE}", path, 1)
    return yaml_lines.parse(header(source).strip().strip("-"), path)
