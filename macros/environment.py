"""The environment variables that the site is built from, each declared once.

What they say ends up in HTML and in addresses, and SITE_URL in a script too, so a pattern lets
through only what is inert there. The builder reads most of them, by `mkdocs.yml`: make has them
checked before it starts (`python -m macros.environment`), and `main` where make is not used.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass

from macros.errors import GuideError, GuideErrors, shorten

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
        if not re.fullmatch(self.pattern, value):
            raise GuideError(
                f"{self.name}: {shorten(value)} is not accepted; "
                f"expected {self.expected}, such as {self.example}"
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
    Variable("GUIDE_DIRECTORY_URLS", "true|false", "true or false", "true"),
    Variable("GUIDE_PUBLISH", "1?", "1 or nothing", "1"),
    Variable("SOURCE_DATE_EPOCH", "[0-9]{1,10}", "seconds of the Unix epoch", "1700000000"),
]


def check() -> None:
    """Raise GuideErrors with one error for each variable whose value is not accepted."""
    errors = []
    for variable in VARIABLES:
        try:
            variable.check(os.environ.get(variable.name, variable.example))
        except GuideError as error:
            errors.append(error)
    if errors:
        raise GuideErrors(errors)


if __name__ == "__main__":
    try:
        check()
    except GuideErrors as refused:
        sys.exit(str(refused))
