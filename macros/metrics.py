"""Metrics: what is known of the guide, for programs, in the words of Wikimedia's doc metrics.

`metrics.json` beside the site has them. Of docs in general it was said that accuracy and coverage
cannot be measured with data; here facts have sources and days, and blocks have proofs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from macros import freshness, surveyed
from macros.facts import KINDS
from macros.freshness import Report
from macros.proof import ListedBlock
from macros.rendering import Guide

FILE = "metrics.json"


def measured(guide: Guide, blocks: Iterable[ListedBlock], day: date) -> dict[str, Any]:
    """Return the metrics of `guide`, whose pages were built and have these `blocks`, on `day`.

    Raises GuideErrors with all pages whose header cannot be read.
    """
    report = freshness.report(guide.facts, guide.uses, day)
    pages = {page: used for page, used in guide.uses.items() if page}
    shown = {each for used in pages.values() for each in used if each[0] in KINDS}
    current = {(kind, key) for kind, key, f in guide.facts.all() if f.status == "current"}
    return {
        "day": str(day),
        "accurate": _accurate(guide, report, day),
        "covered": {
            "pages": len(pages),
            "facts": sum(1 for _ in guide.facts.all()),
            "facts_on_pages": len(shown),
            "blocks_by_proof": dict(sorted(Counter(block.depth for block in blocks).items())),
        },
        "fresh": {
            "stale_pages": len(report.pages),
            "stale_facts": len(report.stale),
            "old_names_on_pages": len(report.old_names),
        },
        "findable": {"current_facts_on_no_page": len(current - shown)},
    }


def _accurate(guide: Guide, report: Report, day: date) -> dict[str, Any]:
    """Return how many facts are what, and how many were seen where they are true."""
    asked = {(a.kind, a.key) for a in surveyed.everything(guide.facts) if not a.retired}
    seen = [guide.facts.get(*each).seen for each in asked]
    days = [(day - each.day).days for each in seen if each]
    status = Counter(fact.status for _, _, fact in guide.facts.all())
    return {
        "facts_by_status": dict(sorted(status.items())),
        "read_in_their_source_in_time": status["current"] - len(report.stale),
        "can_be_seen_on_the_hosts": len(asked),
        "seen_on_the_hosts": len(days),
        "days_since_the_oldest_was_seen": max(days, default=None),
    }
