"""What the lines of a survey come to: a verdict for each fact, and what is written of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from macros import yaml_lines
from macros.errors import GuideError, GuideErrors, shorten, shown, unknown
from macros.facts import FOLDER, KINDS, Facts
from macros.sources import writing
from macros.sources.report import Ring
from macros.sources.verdict import Answer, Finding, Record, judged
from macros.survey.lines import SILENT, Line, read
from macros.surveyed import Ask, everything

RING = Ring(
    "the survey saw",
    "if that is right, write, with its source:",
    "seen: {{day: {day}, from: {place}}}",
)
#: The doctors know these by their names alone.
_DOCTOR = "doctor"


def records(facts: Facts, files: Iterable[Path], folder: Path = FOLDER) -> list[Record]:
    """Return the record of each fact that `files` have lines of, in the order of the facts.

    Raises GuideErrors with file and line of every line that no survey of these facts prints.
    """
    asked = {(ask.kind, ask.key, ask.part): ask for ask in everything(facts)}
    answers: dict[tuple[str, str], dict[str, list[Answer]]] = {}
    errors: list[GuideError] = []
    for path in files:
        try:
            lines, wrong = read(path)
        except GuideError as error:
            lines, wrong = [], [error]
        errors += wrong
        for number, line in lines:
            try:
                answer = _answer(facts, asked, line)
                of_fact = answers.setdefault((line.kind, line.key), {})
                of_fact.setdefault(line.part, []).append(answer)
            except ValueError as error:
                errors.append(GuideError(str(error), path, number))
    if errors:
        raise GuideErrors(errors)
    return list(_recorded(facts, answers, folder))


def _recorded(
    facts: Facts, answers: Mapping[tuple[str, str], Mapping[str, list[Answer]]], folder: Path
) -> Iterator[Record]:
    """Yield a record for each fact: of every part that was asked for somebody has to answer."""
    files = {kind: yaml_lines.load(folder / f"{kind}.yml") for kind in {k for k, _ in answers}}
    for kind, key, fact in facts.all():
        if (kind, key) in answers:
            at = f"{shown(files[kind].path)}:{files[kind].line(key)}"
            told = tuple(a for part in answers[kind, key].values() for a in _answered(part))
            yield Record(kind, key, at, fact.status == "retired", told, split=True)


def _answered(answers: list[Answer]) -> list[Answer]:
    """Return those of `answers` on one part that are no silence; where all are, all."""
    return [each for each in answers if each.verdict not in SILENT] or answers


def _answer(facts: Facts, asked: Mapping[tuple[str, str, str], Ask], line: Line) -> Answer:
    """Return what `line` says; raises ValueError where it is of nothing that is asked."""
    if line.kind not in KINDS:
        raise ValueError(unknown("kind of facts", line.kind, KINDS))
    known = getattr(facts, line.kind)
    if line.key not in known:
        raise ValueError(unknown(f"fact in {line.kind}", line.key, known))
    ask = asked.get((line.kind, line.key, line.part))
    if ask is None or line.probe not in (ask.probe.partition(":")[0], _DOCTOR):
        raise ValueError(f"{line.key}: no survey asks for its {line.part} with {line.probe}")
    expected, found = line.expected[line.part], line.found[line.part]
    given = Finding(line.part, expected, found)
    day = date.fromisoformat(line.day)
    if line.verdict in SILENT:
        return Answer(line.verdict, line.probe, line.place, day, reason=line.reason)
    if line.verdict != judged((given,), retired=ask.retired) and expected == ask.expected:
        raise ValueError(f"{line.key}: says {line.verdict}, and found {shorten(found)}")
    if expected != ask.expected:
        reason = "the fact was another one when it was asked"
        return Answer("not asked", line.probe, line.place, day, reason=reason)
    findings = (given,) if ask.retired else tuple(_parted(ask, found))
    return Answer(line.verdict, line.probe, line.place, day, findings)


def _parted(ask: Ask, found: str | None) -> Iterator[Finding]:
    """Yield what was found field by field, as the facts have it."""
    names = _FIELDS.get(ask.part)
    if ask.part == "columns" and found is not None:
        yield from _columns(ask.expected, found)
    elif names:
        seen = _split(ask.part, found) if found else (None, None)
        wanted = _split(ask.part, ask.expected)
        yield from (Finding(*each) for each in zip(names, wanted, seen, strict=True))
    else:
        yield Finding(ask.part, ask.expected, found)


#: Parts that are several fields of a fact, and what is between them.
_FIELDS = {"target": ("host", "port"), "address": ("host", "port"), "sizes": ("cores", "memory_gb")}


def _split(part: str, text: str) -> tuple[str, str]:
    if part == "sizes":
        cores, _, memory = text.partition(", ")
        return cores.partition(" ")[0], memory.partition(" ")[0]
    host, _, port = text.rpartition(":")
    return host, port


def _columns(expected: str, found: str) -> Iterator[Finding]:
    """Yield each column and partition that differs; else their order, or that all are the same."""
    parts = zip(("columns", "partitions"), _halves(expected), _halves(found), strict=True)
    findings = [each for part, ours, theirs in parts for each in _compared(part, ours, theirs)]
    if not findings:
        ours, theirs = (" ".join(_halves(text)[0]) for text in (expected, found))
        findings = [Finding("order", ours, theirs)]
    yield from findings


def _halves(text: str) -> tuple[dict[str, str], dict[str, str]]:
    columns, _, partitions = text.partition("; ")
    first, second = (
        dict(each.partition(" ")[::2] for each in half.split(", ") if each)
        for half in (columns, partitions)
    )
    return first, second


def _compared(part: str, ours: dict[str, str], theirs: dict[str, str]) -> Iterator[Finding]:
    for name in {**ours, **theirs}:
        if ours.get(name) != theirs.get(name):
            yield Finding(f"{part}.{name}", ours.get(name, "no such column"), theirs.get(name))


def write(facts: Facts, done: Iterable[Record], folder: Path = FOLDER) -> int:
    """Note beside each fact that holds who saw it: day and place; return how many are new."""
    noted: dict[str, dict[str, str]] = {}
    for record in done:
        answer, seen = record.decisive, facts.get(record.kind, record.key).seen
        if record.verdict == "holds" and (not seen or str(answer.day) > str(seen.day)):
            note = f"{{day: {answer.day}, from: {answer.place}}}"
            noted.setdefault(record.kind, {})[record.key] = note
    return writing.put(folder, "seen", noted)


def unseen(facts: Facts, done: Iterable[Record], today: date) -> Iterator[str]:
    """Yield how many facts nobody has seen, by kind, and of the others the oldest days."""
    now = {(record.kind, record.key) for record in done if record.verdict == "holds"}
    asked = dict.fromkeys((ask.kind, ask.key) for ask in everything(facts) if not ask.retired)
    for kind in KINDS:
        rest = [facts.get(k, key).seen for k, key in asked if k == kind and (k, key) not in now]
        days = sorted(seen.day for seen in rest if seen)
        if rest:
            longest = f"; longest ago {days[0]}, {(today - days[0]).days} days" if days else ""
            yield f"  {kind}: {len(rest) - len(days)} never, {len(days)} before{longest}"
