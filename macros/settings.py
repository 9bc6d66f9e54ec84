"""What the builder is told: `mkdocs.yml`, and the environment variables, each declared once.

What the variables say ends up in HTML and in addresses, so a pattern lets through only what is
inert there. It never ends up in the text of a block, as a proof of a block holds for its very text.
The builder reads all of it before it asks anybody: make has it checked first (`python -m
macros.settings`), and `main` does so where make is not used.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass

import yaml

from macros import yaml_lines
from macros.errors import ROOT, GuideError, GuideErrors, shorten

FILE = ROOT / "mkdocs.yml"
LONGEST = 200
#: Python-Markdown's extensions of our own. They come after those of `mkdocs.yml`.
MARKDOWN_EXTENSIONS = ["macros.extension", "macros.proof", "macros.whole"]

_ADDRESS = r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%+@-]+)*"


@dataclass(frozen=True)
class Variable:
    """A variable: the regular expression for its whole value, the same in words, and an example."""

    name: str
    pattern: str
    expected: str
    example: str

    def check(self, value: str) -> None:
        """Raise GuideError, with the reason and an example, for a `value` that is not accepted."""
        if len(value) > LONGEST or not re.fullmatch(self.pattern, value):
            raise GuideError(
                f"{self.name}: {shorten(value)} is not accepted; "
                f"expected {self.expected}, of {LONGEST} characters at most, such as {self.example}"
            )


VARIABLES = [
    Variable(
        "SITE_URL",
        f"{_ADDRESS}/",
        "the web address of the first page, with a slash at its end",
        "https://example.org/guide/",
    ),
    Variable(
        "REPO_URL",
        f"(?:{_ADDRESS}/?)?",
        "the web address of the repository",
        "https://gitlab.example.org/team/guide",
    ),
    Variable(
        "EDIT_URI",
        r"(?!//)[A-Za-z0-9._~%+@/?=-]*",
        "what leads from the repository to the form that edits docs/",
        "-/edit/main/docs/",
    ),
    Variable(
        "GUIDE_COMMIT",
        r"(?:(?:[a-z]+ )?[A-Za-z0-9][A-Za-z0-9._-]{0,59})?",
        "the name of a commit",
        "commit 0123456789",
    ),
    Variable(
        "GUIDE_HOMEPAGE",
        r"[A-Za-z0-9._-]+",
        "the file or folder of the first page",
        "index.html",
    ),
    Variable("GUIDE_DIRECTORY_URLS", "true|false", "true or false", "false"),
    Variable("GUIDE_PUBLISH", "1?", "1 or nothing", "1"),
    Variable("SOURCE_DATE_EPOCH", "[0-9]{1,10}", "seconds of the Unix epoch", "1700000000"),
]


class _Loader(yaml.SafeLoader):
    """Leaves out what the builder alone knows: `!ENV`."""


_Loader.add_multi_constructor("!", lambda *_: None)


def load() -> yaml_lines.Document:
    """Return what is in `mkdocs.yml`; raises GuideError with file and line."""
    return yaml_lines.load(FILE, _Loader)


@dataclass(frozen=True)
class NavPart:
    """A part of the guide: its title, and its pages under docs/ in the order of reading."""

    title: str
    pages: list[str]


def parts() -> list[NavPart]:
    """Return the parts of the guide, as the navigation has them; raises GuideError."""
    document = load()
    found = []
    for number, entry in enumerate(document.mapping().get("nav") or []):
        title, pages = next(iter(entry.items())) if isinstance(entry, dict) else ("", None)
        if not isinstance(pages, list) or not all(isinstance(page, str) for page in pages):
            message = "nav: an entry is the title of a part with a list of its pages below"
            raise GuideError(message, FILE, document.line("nav", number))
        found.append(NavPart(title, pages))
    if not found:
        raise GuideError("nav: there are no pages", FILE, document.line("nav"))
    return found


def _check_variables() -> None:
    errors = []
    for variable in VARIABLES:
        try:
            variable.check(os.environ.get(variable.name, variable.example))
        except GuideError as error:
            errors.append(error)
    if errors:
        raise GuideErrors(errors)


def check() -> None:
    """Raise GuideErrors for what is wrong in the file, and each variable that is not accepted."""
    errors = []
    for look in (parts, _check_variables):
        try:
            look()
        except GuideError as error:
            errors.append(error)
    if errors:
        raise GuideErrors(errors)


if __name__ == "__main__":
    try:
        check()
    except GuideErrors as refused:
        sys.exit(str(refused))
