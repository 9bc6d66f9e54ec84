"""`make site`: never with a private profile; and what nothing has proven is not published."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tools.copies import make, ready_copy

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a private profile, and the site that was made from it."""
    project = ready_copy(tmp_path_factory.mktemp("published"))
    (project / "profile.yml").write_text('shell_name: "private-name"\n')
    done = make(project, "site")
    assert done.returncode == 0, done.stderr
    return project


def test_a_private_profile_never_gets_into_the_site(published: Path) -> None:
    pages = "".join(page.read_text() for page in (published / "site").rglob("*.html"))
    assert "private-name" not in pages
    assert "jdoe" in pages
    refused = make(published, "site", GUIDE_PROFILE="profile.yml")
    assert refused.returncode
    assert "unset GUIDE_PROFILE" in refused.stderr + refused.stdout


def test_a_site_whose_blocks_nothing_has_proven_is_red(published: Path) -> None:
    done = make(published, "proven")
    assert done.returncode and re.search("^Not proven: ", done.stderr, re.MULTILINE), done.stderr
