"""Verdicts on facts, and the record of one: what a ring of truth says of a fact."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Verdict = Literal["holds", "changed", "gone", "unanswered", "not asked"]
VERDICTS: tuple[Verdict, ...] = ("holds", "changed", "gone", "unanswered", "not asked")


class UnansweredError(Exception):
    """A source that cannot say anything; the message says why."""


@dataclass(frozen=True)
class Finding:
    """One thing that a probe looked for: a part of the fact, as in `columns.page_id`.

    `found` is None where it is not there; `line` (1-based) is where it stands, or should.
    """

    part: str
    expected: str
    found: str | None
    line: int | None = None


@dataclass(frozen=True)
class Answer:
    """What one cited source says of a fact, asked by the probe `probe`.

    `place` is the source with its version, file and line; `day` that of the version.
    """

    verdict: Verdict
    probe: str = ""
    place: str = ""
    day: date | None = None
    findings: tuple[Finding, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Record:
    """What all sources of a fact come to.

    `at` is file and line of the fact; `split` says that each source has a part of it, so that all
    have to answer: the wikis of a replica are in another file than its host.
    """

    kind: str
    key: str
    at: str
    retired: bool
    answers: tuple[Answer, ...]
    split: bool = False

    @property
    def verdict(self) -> Verdict:
        """The verdict on the fact: one *changed* outweighs all, and silence never *holds*."""
        given = {answer.verdict for answer in self.answers}
        if self.split and given == {"holds", "unanswered"}:
            return "unanswered"
        outweighing: tuple[Verdict, ...] = ("changed", "gone", "holds", "unanswered")
        for verdict in outweighing:
            if verdict in given:
                return verdict
        return "not asked"

    @property
    def decisive(self) -> Answer:
        """The answer that the verdict rests on; of several that hold, the newest."""
        answers = [answer for answer in self.answers if answer.verdict == self.verdict]
        return max(answers, key=lambda answer: answer.day or date.min)

    def as_json(self) -> str:
        """Return it as one line of JSON."""
        wrong = [each for each in self.decisive.findings if each.expected != each.found]
        told = wrong or list(self.decisive.findings)
        fields: dict[str, Any] = {
            "kind": self.kind,
            "key": self.key,
            "verdict": self.verdict,
            "expected": {each.part: each.expected for each in told},
            "found": {each.part: each.found for each in told},
            "at": self.at,
            "from": self.decisive.place,
            "with": self.decisive.probe,
        }
        if self.decisive.day:
            fields["day"] = str(self.decisive.day)
        if self.decisive.reason:
            fields["reason"] = self.decisive.reason
        return json.dumps(fields, ensure_ascii=False)


def judged(findings: tuple[Finding, ...], *, retired: bool) -> Verdict:
    """Return what `findings` come to; a retired fact holds where nothing has its name any more.

    Raises UnansweredError where nothing was looked for: silence is no answer.
    """
    if not findings:
        raise UnansweredError("the probe asserts nothing; mend `read`")
    if retired:
        back = any(each.found == each.expected for each in findings)
        return "changed" if back else "holds"
    if all(each.found == each.expected for each in findings):
        return "holds"
    return "gone" if all(each.found is None for each in findings) else "changed"


def exit_code(records: Iterable[Record]) -> int:
    """Return 1 where something changed or is gone, else 2 where there was no answer, else 0."""
    verdicts = {record.verdict for record in records}
    if verdicts & {"changed", "gone"}:
        return 1
    return 2 if "unanswered" in verdicts else 0
