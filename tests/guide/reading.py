"""Pages as readers see them: rendered once with slots, then filled for each profile."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sybil import Document
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

from macros import facts, front_matter, profile, whole
from macros.cases import Case
from macros.errors import ROOT, GuideError, GuideErrors, read_text, shown
from macros.lines import Origin, Rendered
from macros.profile import Profile
from macros.rendering import Guide
from macros.sabotages import Sabotage
from macros.slots import fill
from macros.snippets import PLACES
from macros.vocabulary import vocabulary
from tests.guide.profiles import readers

DOCS = ROOT / "docs"
_INFO = re.compile(r"(?P<info>[^\n]*)(?:\n|\Z)")
_ATTRIBUTE = re.compile(r'([.#][\w-]+)|([\w-]+)="([^"]*)"')
_HEADING = re.compile(r"^#{1,6} +(.+?) *#* *$", re.MULTILINE)
#: Where text for some readers begins, and where it ends.
_WHEN = re.compile(r'^<div class="when(?: chosen)?" data-when="([^"]*)"|^</div>', re.MULTILINE)
_lexer = RawFencedCodeBlockLexer(_INFO)


@dataclass(frozen=True)
class Block:
    """A code block of a page.

    `text` still has tokens where values of the reader stand; `origins` has an
    origin for each of its lines. `start` and `end` are positions in the
    rendered page, `line` is where the page says it (1-based). `around` are the
    conditions of the text that it stands in.
    """

    page: Path
    line: int
    start: int
    end: int
    info: str
    text: str
    origins: tuple[Origin, ...]
    id: str = ""
    closed: bool = True
    around: str = ""

    @property
    def classes(self) -> list[str]:
        """The classes of the info string; the first is the language."""
        if not self.info.startswith("{"):
            return self.info.split()[:1]
        return [name[1:] for name, _, _ in _ATTRIBUTE.findall(self.info) if name.startswith(".")]

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of the info string."""
        return {name: value for _, name, value in _ATTRIBUTE.findall(self.info) if name}

    @property
    def language(self) -> str:
        """The language, or nothing where the fence names none."""
        return self.classes[0] if self.classes else ""

    @property
    def place(self) -> str:
        """The place where it is used (a key of PLACES), or nothing."""
        return next((name for name in self.classes[1:] if name in PLACES), "")

    @property
    def snippet(self) -> str | None:
        """The name of the snippet that it shows, or None for a fence of the page's own."""
        return self.attributes.get("data-snippet")

    @property
    def conditions(self) -> dict[str, list[str]]:
        """The choices of the reader for whom it is meant, each with the values that do."""
        when = [*self.around.split(), *self.attributes.get("data-when", "").split()]
        pairs = (part.split("=", 1) for part in when)
        return {choice: values.split(",") for choice, values in pairs}

    def is_for(self, values: Mapping[str, str]) -> bool:
        """Return whether a reader with `values` sees this block."""
        return all(values[choice] in wanted for choice, wanted in self.conditions.items())

    def readers(self) -> Iterator[tuple[str, Profile]]:
        """Yield the profiles that see this block, with their names."""
        for name, reader in readers().items():
            if self.is_for(reader.values):
                yield name, reader

    def texts(self) -> dict[str, tuple[str, Profile]]:
        """Return each different text of the block with the first reader who sees it."""
        different: dict[str, tuple[str, Profile]] = {}
        for name, reader in self.readers():
            different.setdefault(fill(self.text, dict(reader.values)), (name, reader))
        return different

    def where(self, line: int = 1) -> str:
        """Return file:line of the block's own `line` (1-based; 0 is the fence itself)."""
        if not self.origins or line == 0:
            return f"{shown(self.page)}:{self.line}"
        origin = self.origins[min(max(line, 1), len(self.origins)) - 1]
        return f"{shown(origin.path)}:{origin.line}"


def guide(slots: bool = True) -> Guide:
    """Return the guide of the published site; without `slots`, with the sample's plain values."""
    known = facts.current()
    return Guide(known, profile.sample(known), vocabulary, slots=slots)


@cache
def sabotages() -> dict[str, Sabotage]:
    """Return the sabotages by name, with tokens for values: read once, as steps ask so often."""
    return guide().sabotages()


@cache
def cases() -> dict[str, Case]:
    """Return the cases by name, with tokens for values: read once."""
    return guide().cases()


@cache
def pages() -> list[Path]:
    """Return every page of the guide, but for the one that is made of all others."""
    return sorted(page for page in DOCS.rglob("*.md") if page != DOCS / whole.PAGE)


def address(page: str) -> str:
    """Return the address of `page`, a path under docs/, relative to the site."""
    name = page.removesuffix(".md")
    return name.removesuffix("index") if name.split("/")[-1] == "index" else f"{name}/"


def errors() -> list[GuideError]:
    """Return what is wrong with the pages: of all pages, and all of each."""
    found: list[GuideError] = []
    for page in pages():
        try:
            rendered(page)
        except GuideErrors as error:
            found += error.errors
        except GuideError as error:
            found.append(error)
    return found


_rendered: dict[Path, Rendered] = {}
_blocks: dict[Path, tuple[Block, ...]] = {}


def rendered(page: Path) -> Rendered:
    """Return `page` with tokens for values, rendered once; raises GuideErrors.

    README and the like stay as they are.
    """
    if page not in _rendered:
        _rendered[page] = _render(page)
    return _rendered[page]


def where(page: str, words: str = "") -> str:
    """Return file:line at which `page`, a path under docs/, says `words`; else its first line.

    What a macro prints is where the page, or the snippet that it shows, calls it.
    """
    path = DOCS / page
    if path != DOCS / whole.PAGE:
        found = rendered(path)
        for line, origin in zip(found.text.split("\n"), found.origins, strict=True):
            if words and words in line:
                return f"{shown(origin.path)}:{origin.line}"
    return f"{shown(path)}:1"


def _render(page: Path) -> Rendered:
    if page.is_relative_to(DOCS):
        return _site_guide().render_page(page)
    text = read_text(page)
    return Rendered(text, [Origin(page, n) for n in range(1, text.count("\n") + 2)])


def forget(page: Path) -> None:
    """Render `page` anew when it is asked for, as it or what it shows was changed."""
    _rendered.pop(page, None)
    _blocks.pop(page, None)


@cache
def _site_guide() -> Guide:
    return guide()


def used() -> set[tuple[str, str]]:
    """Return (kind, key) of the facts and snippets that the pages name."""
    return set().union(*uses().values())


def uses() -> dict[Path, set[tuple[str, str]]]:
    """Return (kind, key) of the facts and snippets that each page names."""
    for page in pages():
        rendered(page)
    return {DOCS / name: found for name, found in _site_guide().uses.items()}


def blocks(page: Path) -> tuple[Block, ...]:
    """Return the code blocks of `page` in order, with ids that outlive edits above them."""
    if page not in _blocks:
        _blocks[page] = tuple(_read_blocks(page))
    return _blocks[page]


def _read_blocks(page: Path) -> Iterator[Block]:
    page_text = rendered(page)
    found = _outermost(
        [_block(page, page_text, region) for region in _regions(page_text.text, page)]
    )
    yield from _with_ids(page_text.text, found)


def inner_blocks(page: Path, text: str) -> list[Block]:
    """Return the blocks of `text`, Markdown that `page` shows as an example."""
    plain = Rendered(text, [Origin(page, 1)] * (text.count("\n") + 1))
    return _outermost([_block(page, plain, region) for region in _regions(text, page)])


def _regions(text: str, page: Path) -> Iterator[tuple[int, int, str, str]]:
    for region in _lexer(Document(text, str(page))):
        yield region.start, region.end, region.lexemes["info"].strip(), region.lexemes["source"]


def _block(page: Path, rendered: Rendered, region: tuple[int, int, str, str]) -> Block:
    start, end, info, source = region
    first = rendered.text.count("\n", 0, start)
    origins = tuple(rendered.origins[first + 1 : first + 1 + source.count("\n")])
    line = next(
        (o.line for o in rendered.origins[first::-1] if o.path == page),
        rendered.origins[first].line,
    )
    last = rendered.text[start:end].rstrip("\n").rsplit("\n", 1)[-1]
    closed = re.fullmatch(r"[ \t>]*(`{3,}|~{3,})[ \t]*", last) is not None
    *_, mark = None, *_WHEN.finditer(rendered.text, 0, start)
    around = mark[1] or "" if mark else ""
    return Block(page, line, start, end, info, source, origins, closed=closed, around=around)


def _outermost(found: list[Block]) -> list[Block]:
    found = sorted(found, key=lambda block: (block.start, -block.end))
    kept: list[Block] = []
    for block in found:
        if not kept or block.start >= kept[-1].end:
            kept.append(block)
    return kept


def _with_ids(text: str, found: list[Block]) -> Iterator[Block]:
    numbers: Counter[str] = Counter()
    header = len(front_matter.header(text))
    for block in found:
        headings = [
            m for m in _HEADING.finditer(text, header, block.start) if not _inside(m, found)
        ]
        name = block.snippet or f"{_slug(headings[-1][1]) if headings else 'top'}-{block.language}"
        numbers[name] += 1
        yield replace(block, id=name if numbers[name] == 1 else f"{name}-{numbers[name]}")


def _inside(match: re.Match[str], found: list[Block]) -> bool:
    return any(block.start < match.start() < block.end for block in found)


def _slug(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"\{.*\}", "", heading).lower()).strip("-") or "top"


def all_blocks() -> list[Block]:
    """Return the blocks of every page of the guide."""
    return [block for page in pages() for block in blocks(page)]


def copied(page: str) -> list[str]:
    """Return the text of every block of `page`, a path under docs/, for the sample reader."""
    sample = dict(readers()["sample"].values)
    return [fill(block.text, sample) for block in blocks(DOCS / page)]


#: The pages, by their paths under docs/.
PAGES = [str(page.relative_to(DOCS)) for page in pages()]
#: The same, and the page that is made of them.
ALL_PAGES = [*PAGES, whole.PAGE]
