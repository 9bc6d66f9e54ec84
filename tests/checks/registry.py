"""Which check proves which block. A language without a check is a failure, never a skip."""

from __future__ import annotations

from collections.abc import Container
from functools import cache
from pathlib import Path

from macros import yaml_lines
from macros.errors import shown, unknown
from macros.snippets import PLACES
from tests.checks import (
    bash,
    data,
    git_config,
    markdown,
    output,
    project,
    r,
    remarkup,
    sql,
    ssh_config,
)
from tests.checks.subject import Check, Problem, Subject
from tests.evidence import notes, versions
from tests.guide import profiles, reading

ALL = frozenset(profiles.readers())
_HIGHLIGHTED = 12  # lines of a block that a failure shows


def checks() -> dict[tuple[str, str | None], Check]:
    """Return the checks by (language, place); a place of None stands for every place."""
    return {
        ("bash", None): bash.check,
        ("bash", "project"): project.check,
        ("ssh-config", None): ssh_config.check,
        ("ini", "stat"): git_config.check,
        ("sql", "hive"): sql.checker("hive"),
        ("sql", "spark"): sql.checker("spark"),
        ("sql", "presto"): sql.checker("presto"),
        ("sql", "replicas"): sql.checker("mysql"),
        ("r", None): r.check,
        ("remarkup", None): remarkup.check,
        ("text", "output"): output.check,
        ("markdown", "project"): markdown.checker(find),
        ("yaml", None): data.check_yaml,
        ("json", None): data.check_json,
        ("toml", None): data.check_toml,
    }


@cache
def waivers() -> list[dict[str, str]]:
    """Return the blocks that have no check: page, block and reason of each, from waivers.yml."""
    return yaml_lines.load(Path(__file__).with_name("waivers.yml")).data or []


def _waived(block: reading.Block) -> bool:
    return (shown(block.page), block.id) in {(w["page"], w["block"]) for w in waivers()}


def find(block: reading.Block) -> Check | None:
    """Return the check for `block`, or None."""
    known = checks()
    return known.get((block.language, block.place)) or known.get((block.language, None))


def failure(block: reading.Block, readers: Container[str] = ALL) -> str | None:
    """Return the text of `block`'s failure, which fits on a screen, or None where all is well.

    Of the texts that differ, those are checked that one of `readers` is the first to see.
    """
    if _waived(block):
        return None
    refusal = _refusal(block)
    if refusal:
        return report(block, "", block.text, [Problem(refusal, line=0)])
    check = find(block)
    assert check is not None
    notes.note(block, "parsed", *_readers(block), why=_why(block))
    for text, (name, reader) in block.texts().items():
        problems = check(Subject(text, block, reader)) if name in readers else []
        if problems:
            return report(block, name, text, problems)
    return None


def _why(block: reading.Block) -> str:
    """Return why nothing goes further than the check of `block`, where that is known here."""
    if block.place != "project":
        return ""
    return "it is for a checkout of this guide, and looked up there"


def _readers(block: reading.Block) -> tuple[str, ...]:
    """Return the programs that have read `block` in its check."""
    if block.place == "project":
        return (versions.named("bash"),)
    if block.language == "sql":
        return versions.named("sqlglot"), versions.named("DuckDB")
    return versions.behind(block.language, "")


def _refusal(block: reading.Block) -> str | None:
    """Return why `block` cannot be checked at all, or None."""
    if not block.closed:
        return "this fence is never closed; end it with a line of ``` alone"
    if not block.language:
        return "this fence names no language; write ``` { .bash .laptop }, or { .text .output }"
    if reading.DOCS in block.page.parents and not block.place:
        return _no_place(block)
    if find(block) is None:
        known = ", ".join(sorted({language for language, _ in checks()}))
        return (
            f"no check for a fence of {block.language!r} at {block.place!r}; "
            f"languages with a check: {known} (CONTRIBUTING.md says how to add one)"
        )
    return None if list(block.readers()) else f"no reader sees this block: {block.conditions}"


def _no_place(block: reading.Block) -> str:
    if block.classes[1:]:
        return unknown("place", block.classes[1], PLACES)
    places = ", ".join(f".{name}" for name in PLACES)
    return f"this fence names no place; add one of {places} after the language"


def report(block: reading.Block, reader: str, text: str, problems: list[Problem]) -> str:
    """Return a failure: where, what, for whom, the text around it, and how to run it again."""
    first = problems[0]
    lines = text.split("\n")
    start = max(0, min(first.line - _HIGHLIGHTED // 2, len(lines) - _HIGHLIGHTED))
    excerpt = [
        f"{'>' if n == first.line else ' '} {n:3} | {line}"
        for n, line in enumerate(lines[start : start + _HIGHLIGHTED], start + 1)
    ]
    kind = " ".join(filter(None, [block.language, block.place]))
    seen = f", as the reader {reader!r} sees it" if reader else ""
    page = shown(block.page)
    return "\n".join(
        [
            f"{block.where(first.line)}: {first.message}",
            f"  ({kind} block {block.id!r} of {page}:{block.line}{seen})",
            *excerpt,
            *(f"{block.where(p.line)}: {p.message}" for p in problems[1:5]),
            f"Run again: pytest {page} -k {block.id}",
        ]
    )
