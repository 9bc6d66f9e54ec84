"""Runs surveys and reads them: `python -m macros.survey ask`, `python -m macros.survey read`."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from macros.building import guide_of_build
from macros.errors import ROOT, GuideError, shown
from macros.facts import Facts
from macros.rendering import Guide
from macros.sources import report
from macros.sources.verdict import exit_code
from macros.survey import asking, derived, seen

FOLDER = ROOT / ".cache" / "survey"


def main(arguments: list[str] | None = None) -> int:
    """Ask, or read what was said; print the verdict on each fact.

    Return 1 where something changed or is gone, else 2 where something was unanswered or refused,
    else 0.
    """
    given = _parser().parse_args(arguments)
    try:
        guide = guide_of_build()
        if given.command == "read":
            return _read(guide.facts, given.file, given)
        kept, whole = _asked(guide, given.at)
        return _read(guide.facts, [kept], given) or (0 if whole else 2)
    except GuideError as error:
        print(error, file=sys.stderr)
        return 2


def _asked(guide: Guide, host: str | None) -> tuple[Path, bool]:
    """Run the survey; return where its lines are, and whether it came to its end."""
    kept = FOLDER / f"{'stat' if host else 'laptop'}-{date.today()}.jsonl"
    whole = True
    try:
        asking.ask(guide, host, kept)
    except GuideError as error:
        print(error, file=sys.stderr)
        whole = False
    print(f"Kept in {shown(kept)}", file=sys.stderr)
    return kept, whole


def _read(facts: Facts, files: list[Path], given: argparse.Namespace) -> int:
    done = seen.records(facts, files)
    if given.write:
        print(f"{seen.write(facts, done)} facts were noted as seen", file=sys.stderr)
    if given.derive:
        derived.write(done, FOLDER)
        print(f"For other programs: {shown(FOLDER)}", file=sys.stderr)
    if given.json:
        print("\n".join(record.as_json() for record in done))
        return exit_code(done)
    print("\n".join(report.line(record) for record in done))
    print("\n".join(report.summary(done, seen.RING)))
    print("Not seen by anybody yet, or before this survey:")
    print("\n".join(seen.unseen(facts, done, date.today())))
    return exit_code(done)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m macros.survey", description=__doc__)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--write", action="store_true", help="note `seen` of the facts that hold")
    shared.add_argument("--json", action="store_true", help="one line of JSON for each fact")
    shared.add_argument(
        "--derive", action="store_true", help="write JUnit, SARIF and OpenMetrics as well"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", parents=[shared], help="run a survey, then read it")
    ask.add_argument("--at", help="a stat host, as ssh knows it; else this computer is the laptop")
    read = commands.add_parser("read", parents=[shared], help="read the lines of surveys")
    read.add_argument("file", nargs="+", type=Path, help="what a survey printed")
    return parser


if __name__ == "__main__":
    sys.exit(main())
