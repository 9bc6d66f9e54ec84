"""The steps of day one, taken from the rendered pages: a step is a section with something to do.

What a section tells its reader to do is the solution; what stands under its *Check that it worked*
is the check. There is no second copy of either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from macros import front_matter, whole
from macros.errors import shown
from macros.profile import Profile
from tests.guide import reading
from tests.guide.reading import Block

CHECK = "Check that it worked"
#: The step after which the reader is on the stat host: what is done there waits for it.
CONNECT = "access/host-keys#connect"
_HEADING = re.compile(r"^(#{2,3}) +(.+?) *(?:\{ *#([\w-]+) *\})? *$", re.MULTILINE)
_TAB = re.compile(r'^( *)=== "([^"]+)"$', re.MULTILINE)
_PLACES = ("laptop", "stat")


class PageSection(NamedTuple):
    """An h2 section of a page: its anchor and its heading."""

    anchor: str
    heading: str


@dataclass(frozen=True)
class Step:
    """A section of a page: what its reader does, and how they see that it worked.

    `ways` are alternative ways to do it, titles of tabs; `needs` are ids of steps.
    """

    id: str
    title: str
    page: Path
    todo: tuple[Block, ...]
    check: tuple[Block, ...]
    ways: tuple[str, ...]
    needs: tuple[str, ...]

    def blocks(self, way: str | None = None) -> list[Block]:
        """Return what to do, in order; of its ways only the one called `way`."""
        return [block for block in self.todo if _tab(block) in (None, way)]

    def is_for(self, reader: Profile) -> bool:
        """Return whether there is anything in it for `reader`."""
        return any(block.is_for(reader.values) for block in self.todo + self.check)

    @property
    def changes(self) -> bool:
        """Whether there is anything to do, beside looking."""
        return any(is_done(block) for block in self.todo)

    @property
    def always(self) -> bool:
        """Whether every reader does it, not only those for whom something is so: "When ..."."""
        return ": When " not in self.title

    @property
    def where(self) -> str:
        """The page and line where the step begins."""
        return (self.todo + self.check)[0].where(0)


def is_done(block: Block) -> bool:
    """Return whether a reader does something with `block` on the laptop or the stat host."""
    ticket = block.snippet == "phabricator/access_request"
    return ticket or saved_at(block) is not None or is_typed(block)


def is_typed(block: Block) -> bool:
    """Return whether `block` is typed into a shell."""
    return block.language == "bash" and block.place in _PLACES and saved_at(block) is None


def saved_at(block: Block) -> str | None:
    """Return the place where `block` is saved as a file, or None where it is not."""
    if not block.attributes.get("title", "").startswith("~/"):
        return None
    return "laptop" if block.place == "laptop" else "stat"


@cache
def steps() -> dict[str, Step]:
    """Return every step by its id, in an order in which all of them can be done."""
    found = [step for page in _pages() for step in _of_page(page)]
    known = {step.id: step for step in found}
    ordered: dict[str, Step] = {}
    while len(ordered) < len(known):
        ready = [s for s in found if s.id not in ordered and set(s.needs) <= set(ordered)]
        if not ready:
            waiting = ", ".join(s.id for s in found if s.id not in ordered)
            raise AssertionError(f"these steps wait for each other: {waiting}")
        ordered[ready[0].id] = ready[0]
    return ordered


def forget() -> None:
    """Take the steps from the pages as they are now, when they are asked for."""
    steps.cache_clear()
    _tab.cache_clear()


def _pages() -> list[Path]:
    """Return the pages in the order of the site."""
    return [reading.DOCS / page for page in whole.names()]


def _of_page(page: Path) -> list[Step]:
    rendered = reading.rendered(page).text
    name = shown(page).removeprefix("docs/").removesuffix(".md")
    needed = _needed_pages(rendered)
    sections: dict[PageSection, tuple[list[Block], list[Block]]] = {}
    for block in reading.blocks(page):
        section, within_check = _section(rendered, block)
        sections.setdefault(section, ([], []))[within_check].append(block)
    found: list[Step] = []
    for section, (todo, check) in sections.items():
        if any(map(is_done, todo + check)):
            there = any("stat" in (block.place, saved_at(block)) for block in todo + check)
            needs = [*needed, *([CONNECT] if there else [])]
            needs += [step.id for step in found if _comes_first(step)]
            ways = dict.fromkeys(way for way in map(_tab, todo) if way)
            name_of_step = f"{name}#{section.anchor}"
            found.append(
                Step(
                    name_of_step,
                    f"{_title(rendered)}: {section.heading}",
                    page,
                    tuple(todo),
                    tuple(check),
                    tuple(ways),
                    tuple(dict.fromkeys(needs)),
                )
            )
    return found


def _needed_pages(rendered: str) -> list[str]:
    """Return the steps that the page's front matter says have to be done before."""
    return [
        step.id
        for name in _header(rendered).get("needs", [])
        for step in _of_page(reading.DOCS / f"{name}.md")
        if _comes_first(step)
    ]


def _comes_first(step: Step) -> bool:
    """Return whether other steps wait for `step`, and not only where it happens to apply."""
    return step.always and (bool(step.check) or step.changes)


def _header(rendered: str) -> dict[str, Any]:
    header: dict[str, Any] = front_matter.parse(rendered, Path("front matter")).data
    return header


def _title(rendered: str) -> str:
    return str(_header(rendered)["title"])


def _section(rendered: str, block: Block) -> tuple[PageSection, bool]:
    """Return the section that `block` is in, and whether it belongs to the section's check."""
    section, within_check = PageSection("top", "the beginning"), False
    for heading in _headings(rendered, block):
        if heading[1] == "##":
            section = PageSection(heading[3] or _slug(heading[2]), heading[2])
            within_check = False
        else:
            within_check = heading[2] == CHECK
    return section, within_check


def _headings(rendered: str, block: Block) -> Iterator[re.Match[str]]:
    inside = [(other.start, other.end) for other in reading.blocks(block.page)]
    for heading in _HEADING.finditer(rendered, 0, block.start):
        if not any(start < heading.start() < end for start, end in inside):
            yield heading


def _slug(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


@cache
def _tab(block: Block) -> str | None:
    """Return the title of the tab that `block` is in, or None."""
    rendered = reading.rendered(block.page).text
    line = rendered[rendered.rfind("\n", 0, block.start) + 1 :]
    depth = len(line) - len(line.lstrip(" "))
    for tab in reversed(list(_TAB.finditer(rendered, 0, block.start))):
        between = rendered[tab.end() : block.start].split("\n")
        if len(tab[1]) < depth and all(
            not line.strip() or line.startswith(" " * (len(tab[1]) + 4)) for line in between[:-1]
        ):
            return tab[2]
    return None
