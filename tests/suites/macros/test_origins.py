"""Sources at the foot of a page: where each can be opened."""

from __future__ import annotations

import pytest

from macros import origins
from macros.citation import Citation
from macros.facts import current


@pytest.mark.parametrize(
    ("cited", "address"),
    [
        ({"task": "T370424"}, "https://phabricator.wikimedia.org/T370424"),
        (
            {"wiki": "wikitech", "page": "Help:SSH Fingerprints"},
            "https://wikitech.wikimedia.org/wiki/Help:SSH_Fingerprints",
        ),
        ({"wiki": "meta", "page": "A?b#c"}, "https://meta.wikimedia.org/wiki/A%3Fb%23c"),
        ({"wiki": "foundation"}, None),
        (
            {"repository": "operations/dns", "path": "templates/wmnet"},
            "https://gerrit.wikimedia.org/g/operations/dns/+/HEAD/templates/wmnet",
        ),
        (
            {"repository": "analytics/refinery", "commit": "83cc0ad3"},
            "https://gerrit.wikimedia.org/g/analytics/refinery/+/83cc0ad3",
        ),
        ({"repository": "operations/puppet"}, "https://gerrit.wikimedia.org/g/operations/puppet"),
        (
            {"repository": "krb5/krb5", "path": "doc/index.rst", "commit": "abcdef1"},
            "https://github.com/krb5/krb5/blob/abcdef1/doc/index.rst",
        ),
        (
            {"repository": "krb5/krb5", "commit": "abcdef1"},
            "https://github.com/krb5/krb5/commit/abcdef1",
        ),
        ({"repository": "krb5/krb5"}, "https://github.com/krb5/krb5"),
        ({"knowledge": "general knowledge"}, None),
        ({"document": "https://example.org"}, None),
    ],
)
def test_a_source_that_can_be_opened_has_its_address(
    cited: dict[str, str], address: str | None
) -> None:
    assert origins.address(Citation.model_validate(cited), current()) == address


def test_facts_with_the_same_sources_and_day_stand_together() -> None:
    used = {("values", "wsl_drive"), ("values", "kerberos_realm"), ("links", "idm"), ("page", "x")}
    found = origins.of_page(current(), used)
    assert sorted(name for each in found for name, _ in each.facts) == sorted(
        ["/mnt/c", "WIKIMEDIA", current().links["idm"].url or ""]
    )
    assert found == sorted(found, key=lambda each: [words for words, _ in each.sources])
