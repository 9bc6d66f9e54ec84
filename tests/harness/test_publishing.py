"""`make site`: whole or not at all, all broken pages in one go, and never a private profile."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def make_site(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "site"],
        cwd=project,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_broken_page_is_listed_and_the_older_site_stays(project: Path) -> None:
    for page, text in {
        "start/accounts.md": '\n[[[ host("stat10100") ]]]\n\n[[[ nope ]]]\n',
        "data/index.md": "\n[[% if %]]\n",
        "team/communications.md": "\n[here](nowhere.md)\n",
    }.items():
        with (project / "docs" / page).open("a") as file:
            file.write(text)
    done = make_site(project)
    assert done.returncode
    said = done.stdout + done.stderr
    for wanted in (
        "docs/start/accounts.md:",
        "no fact in hosts called 'stat10100'",
        "no value or macro called 'nope'",
        "docs/data/index.md:",
        "team/communications.md",
        "nowhere.md",
    ):
        assert wanted in said, wanted
    assert "Traceback" not in said
    assert (project / "site" / "index.html").read_text() == "the older site"


def test_a_broken_fact_is_said_with_file_and_line(project: Path) -> None:
    path = project / "macros" / "facts" / "hosts.yml"
    text = path.read_text()
    path.write_text(text.replace("kind: bastion", "kind: bastian", 1))
    line = text[: text.index("kind: bastion")].count("\n") + 1
    done = make_site(project)
    assert done.returncode
    assert f"macros/facts/hosts.yml:{line}: " in done.stderr
    assert "Traceback" not in done.stderr
    assert (project / "site" / "index.html").read_text() == "the older site"


def test_a_private_profile_never_gets_into_the_site(project: Path) -> None:
    (project / "profile.yml").write_text('shell_name: "private-name"\n')
    done = make_site(project)
    assert done.returncode == 0, done.stderr
    pages = "".join(page.read_text() for page in (project / "site").rglob("*.html"))
    assert "private-name" not in pages
    assert "jdoe" in pages
    refused = make_site(project, GUIDE_PROFILE="profile.yml")
    assert refused.returncode
    assert "unset GUIDE_PROFILE" in refused.stderr + refused.stdout
