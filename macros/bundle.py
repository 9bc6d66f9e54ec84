"""What the reader's browser is given, as small as it gets: one script and one sheet of styles.

They are written into docs/assets by `make assets`, and committed: every builder finds them there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import rcssmin
import rjsmin

from macros import details
from macros.errors import ROOT, GuideError
from macros.facts import current

SOURCES = ROOT / "macros" / "browser"
ASSETS = ROOT / "docs" / "assets"
#: In this order: values are in place before what is made from them.
SCRIPTS = ["theme.js", "search.js", "details.js", "progress.js"]


def files() -> Iterator[tuple[Path, str]]:
    """Yield each file to write with its text."""
    texts = {name: (SOURCES / name).read_text(encoding="utf-8") for name in SCRIPTS}
    texts["details.js"] = details.script(current()) + texts["details.js"]
    packed = "\n".join(_packed(name, text) for name, text in texts.items())
    yield ASSETS / "guide.js", f"// Made by `make assets` from macros/browser/.\n{packed}\n"
    styles = rcssmin.cssmin((SOURCES / "guide.css").read_text(encoding="utf-8"))
    yield ASSETS / "guide.css", f"/* Made by `make assets` from macros/browser/. */\n{styles}\n"


def _packed(name: str, text: str) -> str:
    nested = re.search(r"\$\{[^}\n]*`", text)
    if nested:  # rjsmin would take the blanks out of the inner one
        line = text.count("\n", 0, nested.start()) + 1
        raise GuideError("a template within a template: join them with +", SOURCES / name, line)
    return str(rjsmin.jsmin(text))


if __name__ == "__main__":
    for path, text in files():
        path.write_text(text, encoding="utf-8")
