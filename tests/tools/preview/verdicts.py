"""What is known of the pages that were saved: being checked, working, or what fails where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.tools.session.telling import Fault


@dataclass(frozen=True)
class Shown:
    """A fault as a page shows it: at the foot of which block, by its number, or None at the top."""

    fault: Fault
    block: int | None = None


@dataclass
class Verdict:
    """What is known of a page; `checks` have come to their end, `skipped` cannot be run here.

    `in_lab` tells in words of its steps in a lab, where there is one.
    """

    state: str = "checking"
    checks: int = 0
    skipped: int = 0
    seconds: float = 0.0
    in_lab: str = ""
    faults: list[Shown] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        """Return what the page's script reads."""
        return asdict(self)


class Verdicts:
    """The verdicts by the names of pages under docs/; that of a save replaces an earlier one.

    `of_guide` is that of all pages, where the guide cannot be read: then no page is checked.
    """

    def __init__(self) -> None:
        self._of: dict[str, Verdict] = {}
        self.of_guide: Verdict | None = None

    def begin(self, pages: Iterable[str]) -> None:
        """Note that `pages` are being checked."""
        self.of_guide = None
        self._of |= {page: Verdict() for page in pages}

    def add(self, page: str, shown: Shown) -> None:
        """Note a fault of `page`, as soon as it is known."""
        if shown not in self._of[page].faults:
            self._of[page].faults.append(shown)

    def end(self, pages: Iterable[str], checks: int, skipped: int, seconds: float) -> None:
        """Note that all is known of `pages`."""
        for page in pages:
            verdict = self._of[page]
            verdict.checks, verdict.skipped, verdict.seconds = checks, skipped, seconds
            verdict.state = "fails" if verdict.faults else "works"

    def tell_lab(self, pages: Iterable[str], words: str) -> None:
        """Note what is known of the steps of `pages` in a lab."""
        for page in pages:
            verdict = self._of[page]
            verdict.in_lab = words
            if verdict.faults and verdict.state == "works":
                verdict.state = "fails"

    def pages(self, *states: str) -> set[str]:
        """Return the pages whose verdict is one of `states`."""
        return {page for page, verdict in self._of.items() if verdict.state in states}

    def at(self, address: str) -> Verdict | None:
        """Return what is known of the page at `address`, relative to the site, if anything is."""
        name = address.rstrip("/")
        index = f"{name}/index.md".lstrip("/")
        return self.of_guide or self._of.get(f"{name}.md") or self._of.get(index)
