"""The languages of blocks. One that is not here, without a check, is a failure and never a skip."""

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
    example,
    git_config,
    markdown,
    output,
    project,
    r,
    remarkup,
    sql,
    ssh_config,
)
from tests.checks.subject import Check, Language, Problem, Subject
from tests.evidence import notes, versions
from tests.guide import profiles, reading

ALL = frozenset(profiles.readers())
_HIGHLIGHTED = 12  # lines of a block that a failure shows


def languages() -> dict[tuple[str, str | None], Language]:
    """Return the languages of blocks by name and place; a place of None stands for every place."""
    return {
        ("bash", None): Language(bash.check, bash.syntax, "bash"),
        ("bash", "project"): Language(project.check, bash.syntax, "bash"),
        ("ssh-config", None): Language(ssh_config.check, ssh_config.syntax, "OpenSSH", "ssh"),
        ("ini", "stat"): Language(git_config.check, git_config.syntax, "git", "git"),
        ("sql", "hive"): _sql("hive"),
        ("sql", "spark"): _sql("spark"),
        ("sql", "presto"): _sql("presto"),
        ("sql", "replicas"): _sql("mysql"),
        ("python", None): Language(None, data.python, "Python", "Python"),
        ("r", None): Language(r.check, r.syntax, "R", "R"),
        ("remarkup", None): Language(remarkup.check, material="Phabricator"),
        ("text", "output"): Language(output.check, material="output"),
        ("markdown", "project"): Language(markdown.checker(find)),
        ("yaml", None): Language.parsed(data.yaml, "PyYAML"),
        ("json", None): Language.parsed(data.json, "Python"),
        ("toml", None): Language.parsed(data.toml, "Python"),
    }


def _sql(dialect: str) -> Language:
    return Language(sql.checker(dialect), sql.parser(dialect), material="SQL")


def language(block: reading.Block) -> Language | None:
    """Return the language of `block` at its place, or None."""
    known = languages()
    return known.get((block.language, block.place)) or known.get((block.language, None))


def program(block: reading.Block) -> tuple[str, ...]:
    """Return the program that reads `block` for its users, with its version, if it is known."""
    known = language(block)
    return (versions.named(known.program),) if known and known.program else ()


def material(name: str) -> str:
    """Return what mutants call that which is written in the language `name`."""
    return next((each.material for (n, _), each in languages().items() if n == name), "") or name


@cache
def waivers() -> list[dict[str, str]]:
    """Return the blocks that have no check: page, block and reason of each, from waivers.yml."""
    return yaml_lines.load(Path(__file__).with_name("waivers.yml")).data or []


def _waived(block: reading.Block) -> bool:
    return (shown(block.page), block.id) in {(w["page"], w["block"]) for w in waivers()}


def find(block: reading.Block) -> Check | None:
    """Return the check for `block`, or None."""
    if example.is_one(block):
        return example.check
    known = language(block)
    return known.check if known else None


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
            # A command that fails is the cause of what it did not print.
            before = output.command_of(block) if block.place == "output" else None
            return (before and failure(before, {name})) or report(block, name, text, problems)
    return None


def _why(block: reading.Block) -> str:
    """Return why nothing goes further than the check of `block`, where that is known here."""
    if block.place != "project":
        return ""
    return "it is for a checkout of this guide, and looked up there"


def _readers(block: reading.Block) -> tuple[str, ...]:
    """Return the programs that have read `block` in its check."""
    if block.language == "sql":
        return versions.named("sqlglot"), versions.named("DuckDB")
    return program(block)


def _refusal(block: reading.Block) -> str | None:
    """Return why `block` cannot be checked at all, or None."""
    if not block.closed:
        return "this fence is never closed; end it with a line of ``` alone"
    if not block.language:
        return "this fence names no language; write ``` { .bash .laptop }, or { .text .output }"
    if reading.DOCS in block.page.parents and not block.place:
        return _no_place(block)
    if find(block) is None:
        known = ", ".join(sorted({name for name, _ in languages()}))
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
