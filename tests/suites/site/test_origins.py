"""The foot of each page says where its facts were read, and when."""

from __future__ import annotations

import re

import pytest

from macros import profile
from macros.facts import Fact, current, printed
from tests.environments.built_site import Site
from tests.guide.reading import PAGES

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
    assert not missing, f"docs/{page}: shown, but not among its sources: {', '.join(missing)}"


def test_what_changed_says_since_when_and_what_is_not_verified_says_so(site: Site) -> None:
    told: list[str] = []
    for page in PAGES:
        told += [node.text() for node in site.html(page).css(".page-facts dd")]
    facts: list[tuple[str, Fact]] = [(printed(key, fact), fact) for _, key, fact in current().all()]
    for name, fact in facts:
        rows = [row for row in told if row.split(" ", 1)[0] == name]
        for row in rows if fact.status == "retired" else ():
            assert f"gone by {fact.until}" in row, row
    assert any("not verified" in row for row in told)
    assert any(", since " in row for row in told)
