"""The round through all facts: each citation is asked, and a fact gets one record."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from macros import yaml_lines
from macros.citation import Citation
from macros.errors import shown
from macros.facts import FOLDER, KINDS, Fact, Facts
from macros.sources.clones import Clone
from macros.sources.probes import PROBES
from macros.sources.question import Question, silence
from macros.sources.verdict import Answer, Record, UnansweredError, judged
from macros.sources.wikis import Wikis


class Clones(Protocol):
    """Where clones come from: a folder, or the network."""

    def clone(self, name: str) -> Clone:
        """Return the clone of `name`; raises UnansweredError."""


@dataclass(frozen=True)
class Sources:
    """What is asked: clones of repositories, and wikis."""

    clones: Clones
    wikis: Wikis


def questions(facts: Facts) -> Iterator[Question]:
    """Yield a question for each citation of each fact."""
    for kind, key, fact in facts.all():
        for citation in fact.source:
            yield Question(kind, key, fact, citation)


def records(
    facts: Facts, sources: Sources, keys: Collection[str] = (), folder: Path = FOLDER
) -> Iterator[Record]:
    """Yield the record of each fact of `folder`, or of those with `keys`, in its order."""
    files = {
        kind: yaml_lines.load(folder / f"{kind}.yml") for kind in KINDS if getattr(facts, kind)
    }
    for kind, key, fact in facts.all():
        if keys and key not in keys:
            continue
        answers = tuple(
            answer(Question(kind, key, fact, citation), sources) for citation in fact.source
        )
        at = f"{shown(files[kind].path)}:{files[kind].line(key)}"
        yield Record(kind, key, at, fact.status == "retired", answers, kind == "sections")


def answer(question: Question, sources: Sources) -> Answer:
    """Return what the cited source says; whatever it is made of, it ends in an answer."""
    if quiet := silence(question):
        reason, until = quiet
        if until < date.today():
            return Answer("unanswered", reason=f"not asked until {until}, as {reason}")
        return Answer("not asked", reason=reason)
    read = question.read
    assert read is not None
    try:
        if question.citation.repository:
            return _of_clone(
                question, sources.clones.clone(question.citation.repository), read.probe
            )
        return sources.wikis.answer(question, read)
    except UnansweredError as error:
        return Answer("unanswered", read.probe, reason=str(error))


def _of_clone(question: Question, clone: Clone, probe: str) -> Answer:
    evidence = _evidence(question.citation, question.fact)
    if clone.day < evidence:
        message = f"{clone.place()} is of {clone.day}, older than the fact ({evidence})"
        raise UnansweredError(message)
    read = question.read
    assert read is not None
    findings = tuple(PROBES[probe](question, clone, read.given()[probe]))
    verdict = judged(findings, retired=question.retired)
    path, reason = question.citation.path, ""
    if verdict == "gone" and (files := clone.elsewhere(question.value)):
        reason = f"the words are in {', '.join(files)}"
    line = next((e.line for e in findings if e.expected != e.found and e.line), findings[0].line)
    return Answer(verdict, probe, clone.place(path, line), clone.day, findings, reason)


def _evidence(citation: Citation, fact: Fact) -> date:
    """Return the day of what was read there: the citation's own, or the fact's."""
    day = citation.day
    if day and day != "undated" and len(day) == len("2026-12-01"):
        return date.fromisoformat(day)
    return fact.verified
