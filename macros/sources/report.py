"""What is going to be asked, and what came of it: for people, and a line of JSON for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from macros.facts import Facts
from macros.sources.question import Question, silence
from macros.sources.records import questions
from macros.sources.verdict import VERDICTS, Answer, Finding, Record


class Ring(NamedTuple):
    """How a ring of truth is spoken of: what it says, and the day that is to be written of it."""

    says: str
    right: str
    day: str


#: The ring of sources.
SOURCES = Ring("the source says", "if the source is right, write:", "verified: {day}")


def announced(
    facts: Facts, place: str, keys: Collection[str] = (), *, write: bool
) -> Iterator[str]:
    """Yield lines on what will be asked, of all facts or those with `keys`, before it is asked."""
    asked = [
        each for each in questions(facts) if not silence(each) and (not keys or each.key in keys)
    ]
    names = len({(each.kind, each.key) for each in asked})
    count = sum(1 for _ in facts.all())
    yield f"Checking {names} of {count} facts. Sources are only read:"
    sources = Counter(_source(each) for each in asked)
    for source, number in sorted(sources.items()):
        yield f"  {source}: {number}"
    yield f"Clones are {place}. Wikis are asked through their API."
    yield "For facts that hold, `verified` is updated." if write else "Nothing is written."


def _source(question: Question) -> str:
    citation = question.citation
    return citation.repository or f"pages of {citation.wiki}"


def line(record: Record) -> str:
    """Return the line on a fact: its verdict, and where it stands on both sides."""
    answer = record.decisive
    place = answer.place or answer.reason
    note = f" ({answer.reason})" if answer.place and answer.reason else ""
    return f"{record.verdict:<10} {record.kind} {record.key}: {record.at}: {place}{note}"


def told(record: Record, ring: Ring = SOURCES) -> Iterator[str]:
    """Yield the lines on a fact: its verdict, and of what differs both sides and what to write."""
    answer = record.decisive
    yield line(record)
    if record.verdict in ("changed", "gone"):
        for each in answer.findings:
            if (each.found == each.expected) == record.retired:
                found = "nothing" if each.found is None else each.found
                yield f"    {each.part}: the fact says {each.expected}, {ring.says} {found}"
        yield f"  {ring.right}"
        yield from (f"    {line}" for line in _to_write(record, answer, ring))


def _to_write(record: Record, answer: Answer, ring: Ring) -> Iterator[str]:
    """Yield the YAML by which the fact would say what the source says."""
    yield f"{record.key}:"
    if record.verdict == "gone":
        yield "  status: retired"
        yield f"  until: '{answer.day}'"
    elif record.retired:
        yield "  status: current"
    else:
        for each in answer.findings:
            if each.found != each.expected:
                yield f"  {_field(each)}"
    yield f"  {ring.day.format(day=answer.day, place=answer.place)}"


def _field(finding: Finding) -> str:
    """Return the line of YAML for one part of a fact."""
    whole, _, name = finding.part.partition(".")
    if not name:
        return f"{whole}: {_quoted(finding.found)}"
    if finding.found is None:
        return f"{whole}: without {name}"
    kind = _quoted(finding.found)
    return f"{whole}: {name}: " + (f"{{type: {kind}}}" if whole == "columns" else kind)


def _quoted(text: str | None) -> str:
    if text is None:
        return "null"
    plain = text.replace(" ", "").replace("-", "").replace("_", "").replace(".", "").isalnum()
    return text if plain else "'" + text.replace("'", "''") + "'"


def summary(records: Iterable[Record], ring: Ring = SOURCES) -> Iterator[str]:
    """Yield what differs, how many facts have which verdict, and why some say nothing."""
    listed = list(records)
    for record in listed:
        if record.verdict in ("changed", "gone"):
            yield from told(record, ring)
    counts = Counter(record.verdict for record in listed)
    yield ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS)
    for verdict in ("unanswered", "not asked"):
        reasons = Counter(
            _short(record.decisive.reason) for record in listed if record.verdict == verdict
        )
        for reason, count in reasons.most_common():
            yield f"  {verdict}: {count}: {reason}"


def _short(reason: str) -> str:
    """Return a reason without the day of the fact that it is about, so that equal ones are one."""
    return reason.partition(" (")[0]
