"""Parts of the project that a test can read, each with a digest that changes with what is in it.

A part is named in words, as "blocks setup/git.md" or "step sample access/ssh#file". What says which
test reads which is `tests/tools/session/reads.py`; what it means is here.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from macros import front_matter, whole
from macros.errors import ROOT
from macros.facts import FOLDER, current
from tests.guide import reading
from tests.guide.profiles import readers
from tests.guide.steps import steps

EVERYTHING = "everything"
#: No part of the project: folders, as from its top, that tools make.
_LEFT_OUT = {".venv", ".git", "site", ".cache", ".hypothesis", ".mypy_cache", ".ruff_cache"}
_ABOUT = {"source", "verified", "note"}
_FENCE = re.compile(r"^( *)(`{3,}).*?^ *\2[^\n]*$", re.DOTALL | re.MULTILINE)
#: What of a page is no sentence: marks, code, headings, tabs, targets of links, HTML, attributes.
_BONE = re.compile(
    r"\[\[(?:\[.*?\]|%.*?%|#.*?#)\]\]|^#{1,6} [^\n]*$|^ *(?:===|!!!|\?\?\?)[^\n]*$|`[^`\n]*`"
    r"|\]\([^)\s]*\)|<[^>\n]*>|\{ [^}\n]*\}|^\|[-|: ]*$",
    re.DOTALL | re.MULTILINE,
)
_VERIFIED = re.compile(r"^verified: .*$", re.MULTILINE)
#: What other pages can lead to, with what it is made of.
_ANCHORS = re.compile(r"^#{1,6} .*$|^.*\bid=.*$|^.*\{ #.*$", re.MULTILINE)
_SHELL = ("bash", "ssh-config", "ini")
_CONFIG = "laptop/ssh_config"


@cache
def digest(part: str) -> str:
    """Return the digest of `part`; raises KeyError where nothing of that name can be read."""
    return now(part)


def now(part: str) -> str:
    """Return the digest of `part` as it is now, whatever it was when it was asked for before."""
    kind, _, name = part.partition(" ")
    return _digest(_KINDS[kind](name) if name else _WHOLE[kind]())


def _digest(pieces: Iterable[object]) -> str:
    made = hashlib.sha256()
    for piece in pieces:
        data = piece if isinstance(piece, bytes) else repr(piece).encode()
        made.update(b"%d:" % len(data) + data)
    return made.hexdigest()[:16]


def files() -> Iterator[tuple[str, Path]]:
    """Yield every file of the project with its name, as from its top, in order."""
    for folder, inside, names in os.walk(ROOT):
        left_out = _LEFT_OUT if folder == str(ROOT) else ()
        inside[:] = sorted(n for n in inside if n not in left_out and n != "__pycache__")
        for name in sorted(names):
            path = Path(folder, name)
            yield path.relative_to(ROOT).as_posix(), path


# -- the whole project, and what of it remains without some of it --------------------------------


def _everything() -> Iterator[object]:
    for name, path in files():
        yield from (name, path.read_bytes())


def _code() -> Iterator[object]:
    """Yield all that is of Python, and all of the tests."""
    for name, path in files():
        if name.startswith("tests/") or path.suffix == ".py":
            yield from (name, path.read_bytes())


def _structure() -> Iterator[object]:
    """Yield all but code, the sentences of pages, and what is said about facts."""
    yield digest("facts")
    for name, path in files():
        if name.startswith(("tests/", "macros/facts/")) or path.suffix == ".py":
            continue
        text = path.read_bytes()
        yield from (name, bones(text.decode()) if path.suffix == ".md" else text)


def bones(source: str) -> list[str]:
    """Return what is left of the page `source` without its sentences."""
    header = front_matter.header(source)
    found, done = [_VERIFIED.sub("", header)], len(header)
    for fence in _FENCE.finditer(source, done):
        found += [*_BONE.findall(source[done : fence.start()]), fence[0]]
        done = fence.end()
    return [*found, *_BONE.findall(source[done:])]


def _outline() -> Iterator[object]:
    """Yield what pages see of each other, and their frame: titles, headings, order, places."""
    yield digest("frame")
    for page in reading.pages():
        text = reading.rendered(page).text
        header = front_matter.header(text)
        yield (page.relative_to(ROOT).as_posix(), _VERIFIED.sub("", header))
        yield _ANCHORS.findall(_FENCE.sub("", text[len(header) :]))


def _frame() -> Iterator[object]:
    """Yield what every page of the site stands in: scripts, styles, theme, settings."""
    for name, path in files():
        if name.startswith(("macros/", "docs/assets/", "mkdocs.yml")) and not (
            path.suffix == ".py" or name.startswith("macros/facts/")
        ):
            yield from (name, path.read_bytes())


def _pages() -> Iterator[object]:
    """Yield every page as it is written, with the pictures."""
    for name, path in files():
        if name.startswith("docs/"):
            yield from (name, path.read_bytes())


def _facts() -> Iterator[object]:
    """Yield the facts, without where and when they were read."""
    for kind, key, fact in current().all():
        yield (kind, key, fact.model_dump_json(exclude=_ABOUT))


def _fact_files() -> Iterator[object]:
    yield from (path.read_bytes() for path in sorted(FOLDER.glob("*.yml")))


def _shell() -> Iterator[object]:
    """Yield what is done in a shell or configures a program, and what breaks and tells it."""
    yield digest("facts")
    yield from _blocks_in(lambda block: block.language in _SHELL or block.place == "output")
    yield from ((name, each.model_dump_json()) for name, each in reading.sabotages().items())
    yield from ((name, repr(each)) for name, each in reading.cases().items())


# -- one page, one step --------------------------------------------------------------------------


def _page(name: str) -> Iterator[object]:
    """Yield the page `name` as it is rendered; what is made of all pages is all of them."""
    if name == whole.PAGE:
        yield from _pages()
    else:
        yield reading.rendered(reading.DOCS / name).text


def _blocks(name: str) -> Iterator[object]:
    """Yield the blocks of the page `name`, and what their checks look at beside them."""
    page = reading.DOCS / name
    if any(block.place == "project" for block in reading.blocks(page)):
        yield digest(EVERYTHING)
    yield digest("facts")
    yield from _blocks_in(lambda block: block.page == page or block.snippet == _CONFIG)
    yield sorted(re.findall(r"http://localhost:\S*", reading.rendered(page).text))


def _blocks_in(wanted: Callable[[reading.Block], bool]) -> Iterator[object]:
    for block in reading.all_blocks():
        if wanted(block):
            yield (str(block.page.relative_to(ROOT)), block.id, block.info, block.text)
            yield (block.closed, block.around)


def _step(name: str) -> Iterator[object]:
    """Yield what "READER STEP" hangs on: all that the reader does up to it, and its sabotages."""
    reader, _, last = name.partition(" ")
    values = readers()[reader].values
    yield from (digest("frame"), digest("facts"))
    for step in steps().values():
        blocks = [block for block in step.todo + step.check if block.is_for(values)]
        yield (step.id, step.ways, step.needs, step.title)
        yield from ((block.id, block.info, block.text, block.around) for block in blocks)
        yield from (
            (name, each.model_dump_json(exclude={"cause", "cure"}))
            for name, each in reading.sabotages().items()
            if each.step == step.id
        )
        if step.id == last:
            return
    raise KeyError(name)


_WHOLE: dict[str, Callable[[], Iterable[object]]] = {
    EVERYTHING: _everything,
    "code": _code,
    "structure": _structure,
    "frame": _frame,
    "outline": _outline,
    "pages": _pages,
    "facts": _facts,
    "fact-files": _fact_files,
    "shell": _shell,
}
_KINDS: dict[str, Callable[[str], Iterable[object]]] = {
    "page": _page,
    "blocks": _blocks,
    "step": _step,
}
