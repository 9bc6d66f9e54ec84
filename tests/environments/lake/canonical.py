"""Lists to join with: a few wikis and countries."""

from __future__ import annotations

from collections.abc import Iterator

from tests.environments.lake.outside import Row

_LANGUAGES = {"sv": "Swedish", "hi": "Hindi", "en": "English", "pt": "Portuguese", "fi": "Finnish"}
_GROUPS = {"wikipedia": "wiki", "wiktionary": "wiktionary"}
_CONTINENTS = {
    "Europe": ("SE", "FI", "DE"),
    "Asia": ("IN", "JP"),
    "South America": ("BR",),
    "Africa": ("KE",),
}


def wikis() -> Iterator[Row]:
    """Yield the wikis of five languages."""
    for code, language in _LANGUAGES.items():
        for group, ending in _GROUPS.items():
            yield {
                "database_code": f"{code}{ending}",
                "domain_name": f"{code}.{group}.org",
                "database_group": group,
                "language_code": code,
                "language_name": language,
                "pageview_code": f"{code}.{group}",
            }


def countries() -> Iterator[Row]:
    """Yield countries of four continents."""
    for continent, codes in _CONTINENTS.items():
        for code in codes:
            yield {"iso_code": code, "name": code, "maxmind_continent": continent}
