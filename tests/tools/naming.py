"""Which files of quick tests name a snippet or a page, and so have something to say of it."""

from __future__ import annotations

import re
from functools import cache

from macros.errors import ROOT, shown


@cache
def naming(part: str) -> list[str]:
    """Return the files that name the snippet or page `part`, first those that do so most often."""
    name = part.removeprefix("docs/").removesuffix(".md")
    files = sorted((ROOT / "tests/suites/snippets").glob("test_*.py"))
    words = re.compile(rf'["/]{re.escape(name)}["./]')
    named = {shown(file): len(words.findall(file.read_text(encoding="utf-8"))) for file in files}
    return sorted((file for file, times in named.items() if times), key=lambda file: -named[file])
