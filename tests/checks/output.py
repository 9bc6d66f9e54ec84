"""Output: what a page says its reader sees, compared with what was seen where the command ran."""

from __future__ import annotations

import re

import sqlglot
from sqlglot import exp

from macros.slots import fill
from tests.checks import execution, output_blocks
from tests.checks.seen import first_difference
from tests.checks.subject import Problem, Subject
from tests.evidence import notes, versions
from tests.guide import commands, reading
from tests.guide.profiles import readers


def check(subject: Subject) -> list[Problem]:
    """Return the first difference; output always follows the block that makes it."""
    before = command_of(subject.block)
    if before is None:
        return [Problem("output follows the block that makes it; no block stands before this one")]
    unbalanced = re.search(r"‹[^›\n]*(\n|$)|(^|\n)[^‹\n]*›", subject.text)
    if unbalanced:
        return [Problem("a hole is written ‹like this›, open and closed on one line")]
    name = next(n for n, reader in readers().items() if reader == subject.reader)
    outcome = execution.outcomes(subject.block.page, name).get(before.start)
    if outcome is None or outcome.ssh:  # with ssh it came no further than this machine
        return _not_run(fill(before.text, dict(subject.reader.values)), subject.text)
    notes.note(subject.block, "sandbox", *versions.behind(before.text))
    found = first_difference(subject.text, outcome.seen)
    if not found or _offered(subject, before, name):
        return []
    return [Problem(found[1], found[0])]


def _offered(subject: Subject, before: reading.Block, name: str) -> bool:
    """Offer what two runs have shown; return whether that is taken."""
    page = subject.block.page
    runs = (execution.outcomes(page, name), execution.once_more(page, name))
    return output_blocks.offer(
        subject.block, ((subject.reader, r[before.start].seen) for r in runs)
    )


def command_of(block: reading.Block) -> reading.Block | None:
    """Return the block that makes the output `block`: the one before it."""
    before = [each for each in reading.blocks(block.page) if each.end <= block.start]
    while before and before[-1].place == "output":
        before.pop()
    return before[-1] if before else None


def _not_run(command_text: str, shown: str) -> list[Problem]:
    """Return what can be told without running it: first words, columns, number of lines."""
    found = commands.parse(command_text)
    names = [command.name for command in found]
    for name, words in commands.FIRST_WORDS.items():
        if shown.startswith(words) and name not in names:
            return [Problem(f"{words!r} is what {name} says, not {names[-1]}")]
    last = found[-1] if found else None
    if last and last.name == "head" and last.words[:1] == ("-n",):
        lines = shown.rstrip("\n").count("\n") + 1
        if lines != int(last.words[1]):
            return [Problem(f"head prints {last.words[1]} lines, the page shows {lines}")]
    return _header(command_text, shown)


def _header(command_text: str, shown: str) -> list[Problem]:
    """Compare the first line of a table with the columns of the query that makes it."""
    for command in commands.parse(command_text):
        program = commands.ELSEWHERE.get(command.name)
        if program and program.dialect == "mysql" and program.sql_option in command.words:
            query = command.words[command.words.index(program.sql_option) + 1]
            parsed = sqlglot.parse_one(query, read="mysql")
            names = (
                [c.alias_or_name for c in parsed.selects] if isinstance(parsed, exp.Query) else []
            )
            first = re.split(r"\t|  +", shown.split("\n", maxsplit=1)[0])
            if "-N" in command.words or first != names:
                return [Problem(f"the query prints the columns {names}, the page shows {first}")]
    return []
