"""Asks the sources of the facts again: `python -m macros.sources`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from macros import facts
from macros.errors import GuideError, unknown
from macros.sources import report, writing
from macros.sources.clones import CACHE, Fetched, Found
from macros.sources.records import Sources, records
from macros.sources.verdict import exit_code
from macros.sources.wikis import Wikis


def main(arguments: list[str] | None = None) -> int:
    """Print the verdict on each fact.

    Return 1 where something changed or is gone, else 2 where something was unanswered, else 0.
    """
    given = _parser().parse_args(arguments)
    try:
        known = facts.current()
        _refuse_unknown(known, given.fact)
        clones = Found(_folder(given.folder)) if given.folder else Fetched()
    except GuideError as error:
        print(error, file=sys.stderr)
        return 2
    place = f"in {given.folder}" if given.folder else f"fetched, and kept in {CACHE}"
    if not given.json:
        print("\n".join(report.announced(known, place, given.fact, write=given.write)))
    done = []
    for record in records(known, Sources(clones, Wikis()), given.fact):
        done.append(record)
        print(record.as_json() if given.json else report.line(record), flush=True)
    if given.write:
        print(f"{writing.write(known, done)} facts have a new date", file=sys.stderr)
    if not given.json:
        print("\n".join(report.summary(done)))
    return exit_code(done)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m macros.sources", description=__doc__)
    parser.add_argument("fact", nargs="*", help="check only these facts, by key")
    parser.add_argument("--folder", help="clones to read, instead of fetching them")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each fact")
    parser.add_argument(
        "--write", action="store_true", help="update `verified` of the facts that hold"
    )
    return parser


def _folder(given: str) -> Path:
    folder = Path(given)
    if not folder.is_dir():
        raise GuideError("is no folder with clones", folder)
    return folder


def _refuse_unknown(known: facts.Facts, keys: list[str]) -> None:
    every = {key for _, key, _ in known.all()}
    for key in keys:
        if key not in every:
            raise GuideError(unknown("fact", key, every))


if __name__ == "__main__":
    sys.exit(main())
