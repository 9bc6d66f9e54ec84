"""The guide hangs on no builder: ProperDocs makes the same site of the same `mkdocs.yml`."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

import pytest

from tests.environments import built_site
from tests.environments.built_site import Site

pytestmark = [pytest.mark.slow, pytest.mark.site_of("properdocs")]

#: The one thing in which pages may differ: the tag by which a builder names itself.
GENERATOR = re.compile(rb'<meta name="generator" content="mkdocs-[^"<>]*">')


@pytest.fixture(scope="module")
def by_properdocs() -> Path:
    """The folder of the site as ProperDocs builds it."""
    build = built_site.by("properdocs")
    assert build.code == 0, f"properdocs build --strict -f mkdocs.yml failed:\n{build.log[-2000:]}"
    return build.folder


def test_properdocs_makes_the_same_files(site: Site, by_properdocs: Path) -> None:
    ours, theirs = _files(site.folder), _files(by_properdocs)
    assert ours - theirs == set(), "made by MkDocs alone"
    assert theirs - ours == set(), "made by ProperDocs alone"


def test_they_are_the_same_but_for_the_generators_name(site: Site, by_properdocs: Path) -> None:
    names = sorted(_files(site.folder) & _files(by_properdocs))
    found = [difference(name, site.folder / name, by_properdocs / name) for name in names]
    differences = [each for each in found if each]
    assert not differences, "the builders disagree:\n" + "\n".join(differences[:10])


def difference(name: str, ours: Path, theirs: Path) -> str | None:
    """Return the first line in which two files called `name` differ, both its texts, or None."""
    left, right = ours.read_bytes(), theirs.read_bytes()
    if name.endswith(".html"):
        left, right = (GENERATOR.sub(b"", page, count=1) for page in (left, right))
    if left == right:
        return None
    lines = zip_longest(left.split(b"\n"), right.split(b"\n"), fillvalue=b"")
    number, mkdocs, properdocs = next((n, a, b) for n, (a, b) in enumerate(lines, 1) if a != b)
    return f"{name}:{number}: MkDocs: {mkdocs[:200]!r}\n  ProperDocs: {properdocs[:200]!r}"


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
