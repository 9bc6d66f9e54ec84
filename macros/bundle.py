"""What the reader's browser is given, as small as it gets: one script and one sheet of styles, and
a script for the page of the form.

They are written into docs/assets by `make assets`, and committed: every builder finds them there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import minify

from macros import details
from macros.errors import ROOT, GuideError
from macros.facts import current

SOURCES = ROOT / "macros" / "browser"
ASSETS = ROOT / "docs" / "assets"
#: In this order: values are in place before what is made from them.
SCRIPTS = ["theme.js", "search.js", "details.js", "progress.js"]
#: Loaded by the others on the page of the form.
FORM = "profile.js"
_MADE = "// Made by `make assets` from macros/browser/.\n"
_STRICT = '"use strict";\n'


def files() -> Iterator[tuple[Path, str]]:
    """Yield each file to write with its text."""
    texts = {name: (SOURCES / name).read_text(encoding="utf-8") for name in SCRIPTS}
    for name, text in texts.items():
        _packed(name, text, "application/javascript")  # so that an error has its place
    # In one block their own names are short, and what they share is found.
    all_texts = "\n".join(text.replace(_STRICT, "") for text in texts.values())
    together = f"{_STRICT}{{{details.script(current())}{all_texts}}}"
    packed = _packed(SCRIPTS[0], together, "application/javascript")
    yield ASSETS / "guide.js", f"{_MADE}{packed}\n"
    of_form = _packed(FORM, (SOURCES / FORM).read_text(encoding="utf-8"), "application/javascript")
    yield ASSETS / FORM, f"{_MADE}{of_form}\n"
    styles = _packed("guide.css", (SOURCES / "guide.css").read_text(encoding="utf-8"), "text/css")
    yield ASSETS / "guide.css", f"/* Made by `make assets` from macros/browser/. */\n{styles}\n"


def _packed(name: str, text: str, kind: str) -> str:
    try:
        return str(minify.string(kind, text))
    except minify.MinifyError as error:
        place = re.search(r" on line (\d+)", str(error))
        told = str(error).split(" on line ")[0]
        raise GuideError(told, SOURCES / name, int(place[1]) if place else None) from error


if __name__ == "__main__":
    for path, text in files():
        path.write_text(text, encoding="utf-8")
