"""`make serve`: the page that was saved, and the terminal, say whether it works."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.environments import patience
from tests.environments.built_site import Site
from tests.environments.web import chromium
from tests.guide import reading
from tests.tools.copies import copy_of_project, plant

pytestmark = pytest.mark.slow


@dataclass
class Preview:
    """A running preview: the copy of the project that it serves, its address, its terminal."""

    project: Path
    address: str
    screen: Path
    process: subprocess.Popen[bytes]

    def get(self, path: str) -> str:
        """Return what is at `path`."""
        with urllib.request.urlopen(self.address + path, timeout=patience.SECONDS) as answer:  # noqa: S310 # 127.0.0.1
            return str(answer.read().decode())

    def verdict(self, page: str) -> dict[str, Any] | None:
        """Return what is known of `page`, an address relative to the site."""
        found: dict[str, Any] | None = json.loads(self.get(f"preview/verdict?page=/{quote(page)}"))
        return found

    def wait_for(self, page: str, state: str) -> dict[str, Any]:
        """Return the verdict of `page` once it is `state`."""
        until = time.monotonic() + patience.SECONDS
        while time.monotonic() < until:
            verdict = self.verdict(page)
            if verdict and verdict["state"] == state:
                return verdict
            time.sleep(0.05)
        raise AssertionError(f"{page} never {state}: {verdict}\n{self.screen.read_text()[-3000:]}")

    def wait_for_lab(self, page: str) -> str:
        """Return what the verdict of `page` says of the lab, once what was saved last is done."""
        until, words = time.monotonic() + patience.SECONDS, ""
        while time.monotonic() < until and not words.endswith("…"):
            words = (self.verdict(page) or {}).get("in_lab", "")
            time.sleep(0.05)
        while time.monotonic() < until and words.endswith("…"):
            words = (self.verdict(page) or {})["in_lab"]
            time.sleep(0.05)
        return str(words)

    @contextmanager
    def spoilt(self, file: str, old: str, new: str) -> Iterator[int]:
        """Have `new` in the place of `old` for a while; yield its line."""
        path = self.project / file
        before = path.read_text(encoding="utf-8")
        assert old in before, f"{file} has no {old!r}"
        path.write_text(before.replace(old, new, 1), encoding="utf-8")
        try:
            yield before.count("\n", 0, before.index(old)) + 1
        finally:
            path.write_text(before, encoding="utf-8")


@contextmanager
def started(folder: Path, **environment: str) -> Iterator[Preview]:
    """Serve a copy of the project, with more variables in the `environment`, and end with it."""
    project = copy_of_project(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    screen = folder / "screen"
    with screen.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.tools.preview", address],
            cwd=project,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "TMPDIR": str(folder), **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + patience.SECONDS
        while "The guide is at" not in screen.read_text():
            assert process.poll() is None and time.monotonic() < until, screen.read_text()
            time.sleep(0.05)
        yield Preview(project, f"http://{address}/", screen, process)
    finally:
        process.terminate()
        process.wait(timeout=patience.SECONDS)


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview that all tests look at, each of which leaves it as it was."""
    with started(tmp_path_factory.mktemp("preview")) as running:
        yield running


#: The page that is looked at; file, what stands there, what is typed instead; words of the fault,
#: and whether it is shown at the foot of a block.
FAULTS = {
    "block": ("query/command-line", "docs/query/command-line.md", "(rev_timestamp, 8)", "(rev_timestam, 8)", "rev_timestam", True),
    "syntax": ("setup/git", "docs/setup/git.md", "git clone ", "git clone $( ", "unexpected", True),
    "output": ("access/ssh-keys", "docs/access/ssh-keys.md", "256 SHA256:", "512 SHA256:", "was seen", True),
    "prose": ("start/way-in", "docs/start/way-in.md", "\n## ", "\nUse stat1004.\n\n## ", "stat1004 is retired", False),
    "setting": ("access/ssh", "docs/access/ssh.md", "`ForwardAgent no`", "`ForwardAgent yes`", "is not a fact", False),
    "link": ("setup/git", "docs/setup/git.md", "\n## ", "\n[x](shel.md)\n\n## ", "'shel.md' leads to no page", False),
    "anchor": ("setup/git", "docs/setup/git.md", "\n## ", "\n[x](shell.md#pakages)\n\n## ", "did you mean packages?", False),
    "snippet": ("access/ssh", "snippets/laptop/ssh_config", "IdentitiesOnly", "IdentityOnly", "identityonly", True),
    "record": ("reference/hosts", "macros/facts/hosts.yml", "Ashburn, Virginia", "Ashburn, Texas", "look at its source again", False),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_shown_where_it_is_and_printed(preview: Preview, kind: str) -> None:
    page, file, old, new, words, at_block = FAULTS[kind]
    with preview.spoilt(file, old, new) as line:
        verdict = preview.wait_for(f"{page}/", "fails")
        found = [each for each in verdict["faults"] if words in each["fault"]["message"]]
        assert found, verdict
        fault = found[0]["fault"]
        assert fault["file"] == file and -15 <= fault["line"] - line <= 3
        assert (found[0]["block"] is not None) == at_block
        assert f"{file}:{fault['line']}: {fault['message']}\n" in preview.screen.read_text()
    assert preview.wait_for(f"{page}/", "works")["checks"] > 10


#: By which nothing can be read: file, what stands there, what is typed instead, words of the fault.
BROKEN = {
    "macro": ("docs/start/reading.md", "\n## ", "\n[[[ shel_name ]]]\n\n## ", "no value or macro"),
    "macro syntax": ("docs/practice/code.md", "\n## ", "\n[[% if %]]\n\n## ", "macro syntax"),
    "unknown fact": ("docs/data/index.md", "\n## ", "\n[[[ host('stat1099') ]]]\n\n## ", "no fact"),
    "no front matter": ("docs/team/miscellaneous.md", "---\ntitle", "title", "has no front matter"),
    "fact": ("macros/facts/links.yml", "url: ", "url: [", "not valid YAML"),
    "code": ("macros/vocabulary.py", "def _table(", "def _table)(", "SyntaxError"),
    "mkdocs.yml": ("mkdocs.yml", "- search:", "- search: [", "not valid YAML"),
    "nav": ("mkdocs.yml", "- access/ssh.md", "- access/shs.md", "did you mean access/ssh.md"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_keeps_the_guide_from_being_read_is_said_on_every_page(
    preview: Preview, kind: str
) -> None:
    file, old, new, words = BROKEN[kind]
    said = len(preview.screen.read_text())
    with preview.spoilt(file, old, new) as line:
        [shown] = preview.wait_for("team/communications/", "fails")["faults"]
        fault = shown["fault"]
        assert words in fault["message"] and fault["file"] == file
        assert abs(fault["line"] - line) <= 3
        assert re.search(
            rf"^{file}:{fault['line']}: .*{words}", preview.screen.read_text()[said:], re.M
        )
        if kind.startswith("macro"):
            page = reading.address(file.removeprefix("docs/"))
            assert f"{file}:{fault['line']}: " in preview.get(page)
    until = time.monotonic() + patience.SECONDS
    while (preview.verdict("team/communications/") or {}).get("state") == "fails":
        assert time.monotonic() < until
        time.sleep(0.05)


def test_chromium_shows_it_at_the_foot_of_the_block(preview: Preview) -> None:
    with chromium.launched() as browser:
        page = chromium.new_context(browser).new_page()
        page.goto(f"{preview.address}setup/git/")
        with preview.spoilt("docs/setup/git.md", "git -C ~/", "gti -C ~/"):
            foot = page.locator("div.highlight > .verdict-fault").first
            foot.wait_for()
            assert re.search(r"fails: .*gti.*, docs/setup/git\.md:\d+", foot.inner_text())
            block = page.locator("div.highlight:has(> .verdict-fault)").first
            assert "gti -C" in block.inner_text()
            page.get_by_text("go to the first").click()
            assert page.url.endswith("#fault-1") and foot.get_attribute("id") == "fault-1"
        page.locator('.verdict-top[data-state="works"]').wait_for()
        assert page.locator(".verdict-fault").count() == 0


def test_a_save_while_tests_run_starts_them_anew(preview: Preview) -> None:
    said, page = len(preview.screen.read_text()), "team/communications/"
    for number in range(4):
        file = "docs/team/communications.md"
        plant(preview.project, file, "\n## ", f"\nSentence {number}.\n\n## ")
        until = time.monotonic() + patience.SECONDS
        while f"Sentence {number}" not in preview.get(page) and time.monotonic() < until:
            time.sleep(0.05)
    preview.wait_for(page, "works")
    built = preview.screen.read_text()[said:].count("communications.md: built in")
    ended = preview.screen.read_text()[said:].count("communications.md: works")
    assert built >= 3 and ended < built


@pytest.mark.parametrize("busy", [False, True])
def test_ctrl_c_ends_it_and_leaves_nothing(tmp_path: Path, busy: bool) -> None:
    with started(tmp_path) as running:
        if busy:
            plant(running.project, "docs/access/ssh.md", "\n## ", "\nA sentence.\n\n## ")
            until = time.monotonic() + patience.SECONDS
            while "built in" not in running.screen.read_text() and time.monotonic() < until:
                time.sleep(0.05)
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.process.wait(timeout=patience.SOON) == 0
        assert "Traceback" not in running.screen.read_text()
        until = time.monotonic() + patience.SOON
        while (left := [*_processes_in(running.project), *tmp_path.glob("guide-*")]) and (
            time.monotonic() < until
        ):
            time.sleep(0.1)
        assert not left


def _processes_in(folder: Path) -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(folder):
                yield (process / "cmdline").read_text()
        except OSError:
            pass  # it has ended


def test_the_blocks_of_a_built_page_are_those_that_faults_are_counted_by(site: Site) -> None:
    for page in reading.PAGES:
        shown = [
            code.text() if (code := node.css_first("pre > code")) else ""
            for node in site.html(page).css("article div.highlight")
        ]
        assert shown == reading.copied(page), page


def test_nothing_of_it_is_in_a_published_site(site: Site) -> None:
    for file in site.folder.rglob("*"):
        if file.suffix in (".html", ".js", ".css"):
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"verdict-top|/preview/|verdict\.js", text), file


def test_with_a_lab_the_steps_of_a_page_are_done(tmp_path: Path) -> None:
    file, page = "docs/access/kerberos.md", "access/kerberos/"
    with started(tmp_path, LAB="1") as preview:
        (path := preview.project / file).write_text(path.read_text() + "\n")
        assert preview.wait_for_lab(page).startswith("3 steps done in the lab")
        assert preview.wait_for(page, "works")
        with preview.spoilt(file, "There is a ticket\n```", "Here is a ticket\n```") as line:
            assert preview.wait_for_lab(page).startswith("1 steps done in the lab")
            (shown,) = preview.wait_for(page, "fails")["faults"]
    said = "the page shows 'Here is a ticket', but this was seen: 'There is a ticket'"
    assert shown["fault"] == {"file": file, "line": line, "message": said}
