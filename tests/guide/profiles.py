"""The readers that every check is done for: the sample, and awkward ones."""

from __future__ import annotations

from functools import cache

from macros import profile
from macros.facts import current

AWKWARD = {
    "hyphens": {
        "kind": "contractor",
        "system": "wsl",
        "site": "esams",
        "stat_host": "stat1008",
        "shell_name": "anne-marie-x",
        "full_name": "Anne-Marie St. John Smith-Jones",
        "wiki_name": "Anne-Marie 2 (WMF)",
        "github_name": "a-b-c",
        "email": "anne-marie.x+wmf@mail.example.co.uk",
        "production_key": "wmf_prod.key",
        "cloud_key": "id_ed25519-wmf",
        "gerrit_key": "Gerrit",
    },
    "digits": {
        "shell_name": "r2d2",
        "wiki_name": "4nn1",
        "github_name": "0x",
        "site": "codfw",
        "system": "macos",
        "r": "aside",
        "replicas": "aside",
        "code_review": "aside",
    },
    "one-letter": {
        "shell_name": "q",
        "full_name": "Q",
        "wiki_name": "Q",
        "github_name": "q",
        "email": "q@x.org",
        "production_key": "p",
        "cloud_key": "c",
        "gerrit_key": "g",
        "manager": "M",
        "team": "T",
    },
    "keywords": {
        "shell_name": "select",
        "full_name": "Null",
        "wiki_name": "True",
        "github_name": "no",
        "production_key": "id_rsa",
        "cloud_key": "yes",
        "gerrit_key": "none",
        "site": "ulsfo",
        "stat_host": "stat1009",
    },
    "other-scripts": {
        "full_name": "Zoë Đặng’s Ægir",
        "wiki_name": "محمد علي",
        "manager": "王 小明",
        "team": "संपादन",
        "site": "eqsin",
    },
    "long": {
        "shell_name": "a" * 31,
        "full_name": "B" * 60,
        "github_name": "c" * 39,
        "production_key": "d" * 31,
        "kind": "contractor",
        "site": "magru",
        "stat_host": "stat1011",
    },
}


@cache
def readers() -> dict[str, profile.Profile]:
    """Return every profile to check with, by name; the sample comes first."""
    facts = current()
    return {"sample": profile.sample(facts)} | {
        name: profile.build(values, facts) for name, values in AWKWARD.items()
    }
