"""The YAML header of a page: title, description, owner, date verified."""

from __future__ import annotations

import re
from pathlib import Path

from macros import yaml_lines


def header(source: str) -> str:
    """Return the header of a page with its marks and the newlines after it, or nothing."""
    match = re.match(r"---\n.*?\n---\n+", source, re.DOTALL)
    return match[0] if match else ""


def parse(source: str, path: Path) -> yaml_lines.Document:
    """Return what the header of `source`, the page at `path`, says; raises GuideError."""
    return yaml_lines.parse(header(source).strip().strip("-"), path)
