"""Output blocks of pages, written anew from what was seen where their commands ran."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import zip_longest

from macros import profile
from macros.facts import current
from macros.profile import Profile
from macros.slots import fill
from tests.checks.seen import fits
from tests.guide.reading import Block, pages

_FENCE = re.compile(r"(\s*)(`{3,}|~{3,})")
#: What a page cannot show as it is: words of its own macros, and all but tabs that is no letter.
_UNFIT = re.compile(r"\[\[[\[%#]|[\0-\x08\x0b-\x1f\x7f]")
_WORDS = re.compile(r"(\[\[\[ \w+ \]\]\]|\s+|[\w.-]+)")
_HOLE = "‹value›"
#: What somebody saw where an output stands.
Run = tuple[Profile, str]
#: What was seen in place of outputs; None where pages are not written anew.
_offered: dict[Block, list[Run]] | None = None


def begin() -> None:
    """From now on take what is offered."""
    global _offered  # noqa: PLW0603 # of the session, as the proofs in tests/evidence/notes.py
    _offered = {}


def offer(block: Block, runs: Iterable[Run]) -> bool:
    """Offer what was seen where `block` stands, each time; return whether it is taken."""
    if _offered is None or block.page not in pages():
        return False
    _offered.setdefault(block, []).extend(runs)
    return True


def write() -> list[str]:
    """Write what was taken into the pages, and return a line for each: ``file:line: words``.

    A line that still fits stays as it is, with its macros and its ‹holes›. In a new one a value of
    the reader becomes its macro, and what was not the same each time a hole.
    """
    taken = _offered or {}
    # From the last to the first, as each may change the number of lines.
    ordered = sorted(taken, key=lambda block: (block.page, block.line), reverse=True)
    return [f"{block.where(0)}: {_write(block, taken[block])}" for block in ordered][::-1]


def _write(block: Block, runs: list[Run]) -> str:
    lines = block.page.read_text(encoding="utf-8").splitlines(keepends=True)
    indent, fence = _fence(lines[block.line - 1])
    rest = range(block.line, len(lines))
    end = next((n for n in rest if lines[n].strip().startswith(fence)), None)
    before = [line.removeprefix(indent).rstrip("\n") for line in lines[block.line : end]]
    if end is None or len(before) != len(_lines(block.text)):
        return "not written: it comes from a snippet or macro; change it there"
    if unfit := next((text for _, text in runs if _UNFIT.search(text)), None):
        return f"not written: a page cannot show {unfit!r}"
    new = [f"{indent}{line}".rstrip() + "\n" for line in _merged(block, before, runs)]
    block.page.write_text("".join(lines[: block.line] + new + lines[end:]), encoding="utf-8")
    return "written; look at it with git diff"


def _fence(line: str) -> tuple[str, str]:
    found = _FENCE.match(line)
    return (found[1], found[2]) if found else ("", "```")


def _lines(text: str) -> list[str]:
    return text.rstrip("\n").split("\n") if text.strip() else []


def _merged(block: Block, before: list[str], runs: list[Run]) -> list[str]:
    """Return the new lines of the page: those of `before` that fit, and what was seen else."""
    reader, text = runs[0]
    length = len(_lines(text))
    alike = [(each, lines) for each, seen in runs if len(lines := _lines(seen)) == length]
    old = list(zip(before, _lines(fill(block.text, dict(reader.values))), strict=True))
    new = []
    for number, seen in enumerate(_lines(text)):
        fitting = next((n for n, (_, line) in enumerate(old) if fits(line, seen)), None)
        if fitting is None:
            new.append(_line([(each, lines[number]) for each, lines in alike]))
        else:
            new.append(old[fitting][0])
            old = old[fitting + 1 :]
    return new


def _line(runs: list[Run]) -> str:
    """Return one line of a page for what was seen there each time."""
    for name in _personal():
        replaced = [(reader, _with_macro(text, reader, name)) for reader, text in runs]
        if all(new != old for (_, new), (_, old) in zip(replaced, runs, strict=True)):
            runs = replaced
    rows = zip_longest(*(_WORDS.split(text) for _, text in runs), fillvalue="")
    words = [row[0] if len(set(row)) == 1 else _HOLE for row in rows]
    return re.sub(rf"{_HOLE}(\S*{_HOLE})+", _HOLE, "".join(words))


def _personal() -> list[str]:
    """Return the names of the values that are one reader's, and of what is derived from them."""
    declared = profile.fields(current()).values()
    own = [field.name for field in declared if not field.choices and field.name != "month"]
    return own + list(profile.derived(current()))


def _with_macro(text: str, reader: Profile, name: str) -> str:
    value = re.escape(reader.values[name])
    return re.sub(rf"(?<![\w\[.-]){value}(?![\w-])", f"[[[ {name} ]]]", text)
