"""Tries mutants of steps: each is done in the lab, in all five beats, by the reader who sees it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from macros.slots import fill
from tests.actors.days import CONTRACTOR, STAFF
from tests.actors.journey import Journey
from tests.environments import patience
from tests.guide.profiles import readers
from tests.guide.reading import Block
from tests.guide.steps import Step, steps
from tests.tools.mutants.corpus import Mutant
from tests.tools.mutants.planting import pairs
from tests.tools.mutants.protocol import Verdict, answer


def verdict(mutant: Mutant) -> Verdict:
    """Return which step with a block that `mutant` changes goes wrong."""
    return Verdict.first(
        _answer(step, old, new)
        for old, new in pairs(mutant)
        for step in steps().values()
        if old in step.todo + step.check
    )


def _answer(step: Step, old: Block, new: Block) -> tuple[str, str]:
    reader = STAFF if old.is_for(readers()[STAFF].values) else CONTRACTOR
    test = f"tests/suites/day_one/test_day_one.py::test_step[{reader}-{step.id}]"
    return test, test if _goes_wrong(reader, step, old, new) else ""


def _goes_wrong(reader: str, step: Step, old: Block, new: Block) -> bool:
    text = fill(new.text, dict(readers()[reader].values))
    if not _way(reader).fails(step, {old: text}):
        return False
    if not _way(reader).fails(step, {}):
        return True
    # It fails without the mutant, too: something is left behind that is not in the homes.
    _end(reader)
    failed = _way(reader).fails(step, {old: text})
    _end(reader)
    return failed


@dataclass
class Way:
    """The way of a reader to the step that is tried, and tried again."""

    journey: Journey

    def fails(self, step: Step, copied: dict[Block, str]) -> bool:
        """Return whether `step` fails for somebody with these texts; undo it."""
        self.journey.reach(step)
        newcomer = self.journey.newcomer
        before = {name: getattr(newcomer, name) for name in ("mail", "password", "public_key")}
        newcomer.copied = copied
        lab, user = self.journey.lab, self.journey.reader.values["shell_name"]
        with ExitStack() as homes:
            for host in (lab.laptop, lab.stat):
                if host.home(user).is_dir():
                    homes.enter_context(lab.kept(host, user))
            try:
                self.journey.prove(step)
            except Exception:  # as the admin refuses, the lab cannot, or something else is seen
                return True
            finally:
                newcomer.close()
                newcomer.__dict__.update(copied={}, **before)
                self.journey.done.discard(step.id)
                self.journey.failed.clear()
        return False


_ways: dict[str, Way] = {}


def _way(reader: str) -> Way:
    if reader not in _ways:
        journey = Journey.begin(readers()[reader], sabotaged=True)
        if reader == STAFF:
            journey.newcomer.use_agent()
        _ways[reader] = Way(journey)
    return _ways[reader]


def _end(reader: str) -> None:
    if reader in _ways:
        _ways.pop(reader).journey.end()


if __name__ == "__main__":
    # Many mutants wait for ever, and what fails without the mutant as well is not held against it.
    patience.SECONDS = 60
    try:
        answer(verdict)
    finally:
        for name in (STAFF, CONTRACTOR):
            _end(name)
