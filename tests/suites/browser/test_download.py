"""The download: one zip, the same bytes each time, that is read and searched from a folder."""

from __future__ import annotations

import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from macros.errors import ROOT
from macros.proof import UNPROVEN
from tests.actors.reader import NewReader, Reader
from tests.environments.built_site import Site

pytestmark = pytest.mark.slow

_PROOF = re.compile(r'<p class="proof"[^>]*>(.*?)</p>')
ENVIRONMENT = {
    "GUIDE_COMMIT": "commit 0123456789",
    "SOURCE_DATE_EPOCH": "1700000000",
    "REPO_URL": "https://github.com/example/guide",
}


def release(folder: Path) -> Path:
    """Let `make release` pack into `folder`, as if of another commit; return the zip."""
    # Of a make around the tests nothing is handed on, and nothing is installed.
    environment = {
        name: v for name, v in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    subprocess.run(
        ["make", "--old-file", ".venv/docs.done", "release", f"RELEASE={folder}"],
        cwd=ROOT,
        env={**environment, **ENVIRONMENT},
        check=True,
        timeout=300,
    )
    (archive,) = folder.glob("*.zip")
    return archive


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packed download."""
    return release(tmp_path_factory.mktemp("release") / "first")


@pytest.fixture(scope="module")
def unpacked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a reader gets who unpacks the download; its name has a blank in it."""
    folder = tmp_path_factory.mktemp("my downloads")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    (found,) = folder.iterdir()
    return found


@pytest.fixture
def offline(new_reader: NewReader, unpacked: Path) -> Reader:
    """Somebody without a network who opened the folder."""
    return new_reader(base=f"{unpacked.as_uri()}/", offline=True)


def test_it_is_named_after_version_and_commit(archive: Path, unpacked: Path) -> None:
    assert re.fullmatch(r"product-analytics-onboarding-[\d.]+-0123456789", archive.stem)
    assert unpacked.name == archive.stem
    assert (unpacked / "LICENSE").is_file()


def test_the_same_commit_makes_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    assert release(tmp_path / "second").read_bytes() == archive.read_bytes()


def test_every_link_leads_to_a_file(unpacked: Path) -> None:
    """A link to a folder would show its list of files."""
    dead = []
    for page in unpacked.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#?]+)', page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", link) and not (page.parent / link).is_file():
                dead.append(f"{page.relative_to(unpacked)}: {link}")
    assert not dead, "\n".join(dead)


def test_it_is_read_from_page_to_page(offline: Reader, unpacked: Path) -> None:
    page = offline.open("index.html")
    seen = [page.url]
    while (following := page.locator(".md-footer__link--next")).count():
        with page.expect_navigation():
            following.click()
        seen.append(page.url)
    files = {file.as_uri() for file in unpacked.rglob("*.html") if file.parent.name != "whole"}
    assert set(seen) == files, "a page that the links to the next one do not reach"
    page.locator(".md-path a").first.click()
    page.wait_for_url(seen[0])
    assert [url for url in offline.requests if not url.startswith("file:")] == []
    assert offline.complaints == []


def test_it_is_searched(offline: Reader) -> None:
    page = offline.open("access/ssh.html")
    page.keyboard.press("/")
    page.keyboard.type("webrequest")
    page.locator(".md-search-result__link").first.click()
    page.wait_for_url(re.compile(r"^file:.*/data/webrequest\.html"))
    assert [url for url in offline.requests if not url.startswith("file:")] == []
    assert offline.complaints == []


def test_what_was_chosen_is_kept_from_page_to_page(offline: Reader) -> None:
    page = offline.open("index.html")
    page.get_by_title("Use dark colours").click()
    other = offline.open("access/ssh.html")
    expect(other.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_commit_and_date_stand_on_every_page(unpacked: Path) -> None:
    without = [
        str(page.relative_to(unpacked))
        for page in unpacked.rglob("*.html")
        if not re.search(
            r"Built from commit 0123456789 of\s+<time[^>]*>2023-11-14<",
            page.read_text(encoding="utf-8"),
        )
    ]
    assert not without


def test_every_page_can_be_edited_where_there_is_a_repository(unpacked: Path, site: Site) -> None:
    page = (unpacked / "access" / "ssh.html").read_text(encoding="utf-8")
    assert 'href="https://github.com/example/guide/edit/master/docs/access/ssh.md"' in page
    links = site.html("access/ssh.md").css("a[rel=edit]")
    assert bool(links) == bool(os.environ.get("REPO_URL")), "a link to edit without a repository"


def test_without_evidence_each_block_says_so_and_the_summary_does_once(unpacked: Path) -> None:
    """The download is built without, as `make release` is where no test ran."""
    pages = {path: path.read_text(encoding="utf-8") for path in unpacked.rglob("*.html")}
    said = {text for page in pages.values() for text in _PROOF.findall(page)}
    assert said == {UNPROVEN}
    summary = pages[unpacked / "upkeep" / "proven.html"]
    (proven,) = re.findall(r'<div class="proven">.*?</div>', summary, re.DOTALL)
    assert proven.count(UNPROVEN) == 1 and "<table" not in proven
