"""Prints what is to be looked at again, as of today: `python -m macros.upkeep`."""

from __future__ import annotations

import sys
from datetime import date

from macros import freshness, history
from macros.building import guide_of_build
from macros.errors import GuideError


def main() -> int:
    """Print the report; return the exit code: 1 where the guide cannot be read."""
    try:
        guide = guide_of_build()
        for page in sorted(freshness.DOCS.rglob("*.md")):
            guide.render_page(page)
        found = freshness.report(guide.facts, guide.uses, date.today())
    except GuideError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Pages were written, or read whole, {_told(found.written)}")
    print(f"Facts were read in their sources {_told(found.read)}\n")
    if why := history.missing(freshness.DOCS):
        print(f"Whether pages changed after they were verified is not known: {why}\n")
    else:
        changed = list(history.after_verified(freshness.DOCS))
        print(f"Pages that changed after they were verified: {len(changed)}")
        print("".join(f"  {each.told()}\n" for each in changed))
    for title, findings in (
        ("Stale facts", found.stale),
        ("Stale pages", found.pages),
        ("Old names that the guide still has", found.old_names),
        ("Facts without a current source", found.unverified),
    ):
        print(f"{title}: {len(findings)}")
        print("".join(f"  {each.told(found.today)}\n" for each in findings))
    unseen = freshness.unseen(guide.facts)
    print(f"Facts that no survey has seen yet: {sum(map(len, unseen.values()))}")
    print("".join(f"  {kind}: {', '.join(names)}\n" for kind, names in unseen.items()))
    return 0


def _told(days: freshness.Days) -> str:
    return f"from {days.first} to {days.last}, {days.within_year} of {days.count} within a year"


if __name__ == "__main__":
    sys.exit(main())
