"""The foot of each page says where its facts were read, and when."""

from __future__ import annotations

import re

import pytest

from macros import profile
from macros.facts import current, printed
from tests.environments.built_site import Site
from tests.guide.reading import PAGES
from tests.suites.site.located import fail_for

#: Kinds whose names are found in running text: no other word looks like one.
_KINDS = ("hosts", "tables")
#: Pages that list facts for those who keep the guide, and show none to readers.
_LISTS = {"upkeep/freshness.md", "upkeep/proven.md"}


def named(text: str) -> set[str]:
    """Return the names of hosts and tables of the facts that are in `text`, each whole."""
    names = {
        printed(key, fact) for kind in _KINDS for key, fact in getattr(current(), kind).items()
    }
    return {
        name
        for name in names
        if "." in name and re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", text)
    }


@pytest.mark.parametrize("page", sorted(set(PAGES) - _LISTS))
def test_each_name_of_a_fact_has_its_source_at_the_foot(site: Site, page: str) -> None:
    article, foot = map(site.html(page).css_first, ("article", "article .page-facts"))
    assert article and foot
    text = "\n".join(node.text() for node in article.iter() if node.tag != "footer")
    of_reader = profile.sample(current()).values.values()
    missing = sorted(
        name for name in named(text) if name not in foot.text() and name not in of_reader
    )
    what = "is not among the page's sources: write"
    fail_for(page, {name: f"{name} {what} {_macro(name)}" for name in missing})


def _macro(name: str) -> str:
    """Return the macro that prints the host or table `name`."""
    keys = [key for key, host in current().hosts.items() if host.host == name]
    return f"[[[ host({keys[0]!r}) ]]]" if keys else f"a block or macro that shows {name}"


def test_what_changed_says_since_when_and_what_is_not_verified_says_so(site: Site) -> None:
    told: dict[str, set[str]] = {}
    for page in PAGES:
        for node in site.html(page).css(".page-facts dd"):
            name, _, words = node.text().partition(" ")
            told.setdefault(name, set()).add(words)
    seen = dict.fromkeys(("until", "use", "since", "status"), 0)
    for key, fact in (
        (key, fact) for _, key, fact in current().all() if printed(key, fact) in told
    ):
        rows = told[printed(key, fact)]
        for field, words in (
            ("until", f"gone by {fact.until}"),
            ("use", f"now {fact.use}"),
            ("since", f"since {fact.since}"),
            ("status", "not verified"),
        ):
            if getattr(fact, field) not in (None, "current", "retired"):
                assert any(words in row for row in rows), f"{key}: {words!r} is not in {rows}"
                seen[field] += 1
    assert min(seen.values()) > 10, f"too few facts of a kind are shown to tell: {seen}"
