"""Prints what is to be looked at again, as of today: `python -m macros.upkeep`."""

from __future__ import annotations

import sys
from datetime import date

from macros import freshness
from macros.building import guide_of_build
from macros.errors import GuideError


def main() -> int:
    """Print the report; return the exit code: 1 where the guide cannot be read."""
    try:
        guide = guide_of_build()
        for page in sorted(freshness.DOCS.rglob("*.md")):
            guide.render_page(page)
    except GuideError as error:
        print(error, file=sys.stderr)
        return 1
    found = freshness.report(guide.facts, guide.uses, date.today())
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


if __name__ == "__main__":
    sys.exit(main())
