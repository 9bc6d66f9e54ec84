"""The steps of pages, done by a newcomer in a lab that stays up.

Run as a program, it reads and answers lines as `asking` does, with the number of `steps` that were
done at last. A question that comes meanwhile ends the one before it after its step.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
from dataclasses import asdict
from threading import Thread
from typing import Any

from macros.errors import ROOT
from tests.actors.journey import Journey
from tests.guide import reading, steps
from tests.guide.profiles import readers
from tests.guide.steps import Step
from tests.tools.preview.asking import block_at, take_in
from tests.tools.session import telling
from tests.tools.session.telling import Fault


def main() -> None:
    """Start a lab, and do what is asked for until there are no more questions."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    lines = queue.SimpleQueue[dict[str, Any] | None]()
    journey = Journey.begin(readers()["sample"], sabotaged=False)
    Thread(target=_listen, args=[lines], daemon=True).start()
    try:
        while (asked := lines.get()) is not None:
            if "number" not in asked:
                take_in(asked["saved"])
            elif lines.empty():

                def say(number: int = asked["number"], **what: Any) -> None:
                    answers.write(json.dumps({"number": number, **what}) + "\n")
                    answers.flush()

                _answer(journey, asked["pages"], lines, say)
    finally:
        journey.end()


def _listen(lines: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    for line in sys.stdin:
        lines.put(json.loads(line))
    lines.put(None)


def _answer(journey: Journey, pages: list[str], lines: queue.SimpleQueue[Any], say: Any) -> None:
    """Do the steps of `pages`, in the order of the guide, until one fails or more is asked."""
    done = 0
    for step in steps.steps().values():
        page = str(step.page.relative_to(reading.DOCS))
        if page not in pages or not step.is_for(journey.reader):
            continue
        if not lines.empty():
            return
        try:
            _do(journey, step)
            done += 1
        except AssertionError as error:
            first, *_ = str(error).split("\n")
            fault, *_ = telling.told(str(error)) or [Fault(f"docs/{page}", 1, first)]
            say(fault=asdict(fault), pages={page: block_at(page, fault)})
            break
    say(steps=done)


def _do(journey: Journey, step: Step) -> None:
    """Do `step`, and what it needs; what was done before is done again. Look that it worked."""
    journey.failed.clear()
    journey.reach(step)
    if step.id in journey.done:
        journey.newcomer.do_again(step)
    else:
        journey.attempt(step)
    if step.check:
        journey.must_pass(step, "in the lab")


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
