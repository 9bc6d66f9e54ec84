"""The days of the newcomers go on beside the other tests, each in a thread with its own lab."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from concurrent import futures
from concurrent.futures import Future
from functools import cache
from pathlib import Path

from tests.actors import clipboard
from tests.actors.journey import Journey
from tests.checks.replica_queries import wikis
from tests.guide.profiles import readers
from tests.guide.reading import Block
from tests.guide.steps import steps

#: One of the staff, whose desktop starts an agent for keys, and whose steps are sabotaged as well;
#: a contractor at another site, on Windows, without either, who takes every text from the
#: published site.
STAFF, CONTRACTOR = READERS = ("sample", "hyphens")
_days: dict[str, Day] = {}
_OWN = (".ssh", ".profile", ".gitconfig", ".conda", ".jupyter", ".beeline", ".wmf_tunnels.bash")


class Day(threading.Thread):
    """The day of the reader called `reader`: the steps `wanted`, in the order of the guide."""

    def __init__(self, reader: str, wanted: set[str], site: Callable[[], Path]):
        super().__init__(daemon=True)
        self.reader = reader
        self._site = site
        self.outcomes: dict[str, Future[None]] = {n: Future() for n in steps() if n in wanted}
        self.journey: Journey | None = None
        self.over = threading.Event()

    def run(self) -> None:
        """Live the day. Its lab ends with this thread, which therefore waits until `over`."""
        try:
            self.journey = self._begin()
        except BaseException as error:
            for outcome in self.outcomes.values():
                outcome.set_exception(error)
            return
        for name, outcome in self.outcomes.items():
            if not self.over.is_set():
                self._live(self.journey, name, outcome)
        self.over.wait()

    def _begin(self) -> Journey:
        reader = readers()[self.reader]
        if self.reader == CONTRACTOR:
            pages = [steps()[name].page for name in self.outcomes]
            return Journey.begin(reader, False, clipboard.copied(self._site(), reader, pages))
        journey = Journey.begin(reader, True)
        journey.newcomer.use_agent()
        return journey

    def _live(self, journey: Journey, name: str, outcome: Future[None]) -> None:
        try:
            journey.live(steps()[name])
        except BaseException as error:
            outcome.set_exception(error)
        else:
            outcome.set_result(None)


def own_files() -> dict[str, int]:
    """Return what day one would change if it were not kept apart, and when it was changed last."""
    home = Path.home()
    watched = [*home.glob(".bash[r_p]*"), *home.glob(".ssh/**/*"), *Path("/tmp").glob("krb5cc_*")]  # noqa: S108 # only looked at
    watched += [home / name for name in _OWN if (home / name).exists()]
    return {str(path): path.stat().st_mtime_ns for path in watched if "history" not in path.name}


@cache
def found() -> dict[str, int]:
    """Return what `own_files` was when it was first asked for: at the start."""
    return own_files()


def start(wanted: Collection[tuple[str, str]], site: Callable[[], Path]) -> None:
    """Begin the days that the steps `wanted`, as (reader, step), are in.

    `site` returns the folder of the published site; it may have to wait for it.
    """
    if wanted:
        found()
        wikis()  # here, before there are threads: it runs cells of notebooks to see what they ask
    for reader in READERS:
        named = {step for name, step in wanted if name == reader}
        if named:
            _days[reader] = Day(reader, named, site)
            _days[reader].start()


def stop() -> None:
    """End the days and their labs."""
    for day in _days.values():
        day.over.set()
        if day.journey:
            day.journey.end()
        day.join()
    _days.clear()


def wait() -> None:
    """Wait until every step that was wanted is done, or has failed."""
    for day in _days.values():
        futures.wait(day.outcomes.values())


def failure(reader: str, step: str) -> BaseException | None:
    """Wait until `reader` has come to `step`; return what went wrong there."""
    return _days[reader].outcomes[step].exception()


def done(reader: str, step: str) -> list[Block]:
    """Return what `reader` has done of the blocks of `step`, and which of its outputs they saw."""
    begun = _days[reader].journey
    named = steps()[step].todo + steps()[step].check
    return [block for block in named if begun and block in begun.newcomer.done]


def journey(reader: str) -> Journey:
    """Return the journey of `reader`, of whose steps one was reached."""
    begun = _days[reader].journey
    assert begun
    return begun
