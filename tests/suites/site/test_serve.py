"""`mkdocs serve` for editors: a save is soon on the screen, and a typo leaves the server alive."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from macros.errors import ROOT
from tests.environments import patience

pytestmark = pytest.mark.slow


@dataclass
class Preview:
    """A running server: the copy of the project that it serves, its address, its log."""

    project: Path
    address: str
    log: Path

    def get(self, page: str) -> str:
        """Return the HTML of `page`."""
        with urllib.request.urlopen(f"{self.address}{page}", timeout=patience.SECONDS) as response:  # noqa: S310 # 127.0.0.1
            text: str = response.read().decode()
            return text

    def wait_for(self, page: str, pattern: str) -> float:
        """Return the seconds until `page` shows `pattern`."""
        started = time.monotonic()
        while time.monotonic() - started < patience.SECONDS:
            try:
                if re.search(pattern, self.get(page)):
                    return time.monotonic() - started
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass
            time.sleep(0.05)
        raise AssertionError(f"{page} never showed {pattern!r}\n{self.log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """Serve a copy of the project on a free port, from the folder that it is in."""
    folder = tmp_path_factory.mktemp("serve")
    project = folder / "project"
    project.mkdir()
    for name in ("docs", "snippets", "macros"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", project)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log"
    mkdocs = Path(sys.executable).parent / "mkdocs"
    with log.open("w") as out:
        process = subprocess.Popen(
            [mkdocs, "serve", "-f", "project/mkdocs.yml", "--dev-addr", f"127.0.0.1:{port}"],
            cwd=folder,
            env={**os.environ, "TMPDIR": str(folder)},  # it leaves its site behind when it is ended
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            running = Preview(project, f"http://127.0.0.1:{port}/", log)
            running.wait_for("", "<h1")
            yield running
        finally:
            process.terminate()
            process.wait(timeout=patience.SECONDS)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


EDITS = {
    "page": ("docs/index.md", "\n# ", "\nMARK-PAGE\n\n# ", "", "MARK-PAGE"),
    "snippet": ("snippets/laptop/ssh_config", "Host *\n", "# MARK-SNIPPET\nHost *\n", "access/ssh/", "MARK-SNIPPET"),
    "fact": ("macros/facts/hosts.yml", "Ashburn, Virginia", "MARK-FACT", "reference/hosts/", "MARK-FACT"),
    "macro": ("macros/vocabulary.py", '["Column", "Type", "Note"]', '["MARK-MACRO", "Type", "Note"]', "data/pageviews/", "MARK-MACRO"),
}  # fmt: skip


@pytest.mark.parametrize("kind", EDITS)
def test_a_save_is_soon_on_the_screen(server: Preview, kind: str) -> None:
    file, old, new, page, mark = EDITS[kind]
    server.get(page)
    edit(server.project / file, old, new)
    seconds = server.wait_for(page, mark)
    print(f"{kind}: {seconds:.2f} s")


#: Of each file: what stands there, what is typed instead, the page that says so, and its words.
TYPOS = {
    "pages": {
        "docs/index.md": ("\n# ", "\n[[[ shel_name ]]]\n\n# ", "", "no value or macro"),
        "docs/start/reading.md": ("\n# ", "\n[[% if %]]\n\n# ", "start/reading/", "macro syntax"),
        "snippets/laptop/ssh_config": ("[[[ bastion ]]]", "[[[ bastionn ]]]", "access/ssh/", "no value"),
    },
    "facts": {
        "macros/facts/hosts.yml": ("kind: bastion", "kind: bastian", "", ""),
        "macros/facts/links.yml": ("url: ", "url: [", "", "not valid YAML"),
    },
    "snippets": {"snippets/laptop/snippets.yml": ("language: ", "langage: ", "", "")},
    "macro": {"macros/vocabulary.py": ("def _table(", "def _table((", "", "SyntaxError")},
}  # fmt: skip


@pytest.mark.parametrize("kind", TYPOS)
def test_a_typo_shows_file_and_line(server: Preview, kind: str) -> None:
    before = {file: (server.project / file).read_text(encoding="utf-8") for file in TYPOS[kind]}
    try:
        for file, (old, new, _, _) in TYPOS[kind].items():
            edit(server.project / file, old, new)
        for file, (_, _, page, words) in TYPOS[kind].items():
            server.wait_for(page, rf"{file}:\d+: {words}")
            assert re.search(rf"{file}:\d+: {words}", server.log.read_text())
    finally:
        for file, text in before.items():
            (server.project / file).write_text(text, encoding="utf-8")


def test_the_server_has_lived_on(server: Preview) -> None:
    for page in ("", "start/reading/", "access/ssh/"):
        server.wait_for(page, r"(?s)^(?!.*guide-error)")
