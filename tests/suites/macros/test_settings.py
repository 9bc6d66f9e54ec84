"""What the builder is told, in mkdocs.yml and the environment: refused with a reason, or inert."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from macros import settings
from macros.errors import ROOT, GuideError
from macros.settings import VARIABLES, Variable
from tests.guide.nasty import NASTY

_NAMES = {variable.name for variable in VARIABLES}
#: Prints where each block is, and its fingerprint: what is read at import is read here, too.
_FINGERPRINTS = """
from tests.evidence import notes
from tests.guide import reading
for page in reading.pages():
    for block, fingerprint in notes.fingerprints(page).items():
        print(block.where(0), block.id, fingerprint)
"""
REPOSITORY = "https://example.org/team/guide/"


def accepts(variable: Variable, value: str) -> bool:
    """Return whether `variable` takes `value`; a refusal is short, and names it."""
    try:
        variable.check(value)
    except GuideError as refused:
        assert str(refused).startswith(f"{variable.name}: ")
        assert variable.example in str(refused)
        assert str(refused).isprintable() and len(str(refused)) < 300
        return False
    return True


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: variable.name)
def test_a_variable_takes_its_example_and_nothing_nasty(variable: Variable) -> None:
    assert accepts(variable, variable.example)
    for value in [*NASTY.values(), "2026-13-45", "0x_", "\udcff", "//elsewhere.invalid/x"]:
        if accepts(variable, value):
            inside = LexborHTMLParser(f'<a href="{value}">{value}</a>').css("body *")
            assert [link.attributes["href"] for link in inside] == [value] == [inside[0].text()]
            assert unescape(value) == value
            there = urlsplit(urljoin(REPOSITORY, value))
            assert (there.scheme, there.netloc) == ("https", "example.org")


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000/", "https://team.pages.example.org/guide/", "https://x.org/~a/b-c/"],
)
def test_addresses_of_hosts_are_accepted(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", address)
    monkeypatch.setenv("REPO_URL", address.rstrip("/"))
    settings.check()


def test_every_variable_that_the_build_reads_is_declared() -> None:
    files = [ROOT / "mkdocs.yml", ROOT / "Makefile", *ROOT.glob("macros/**/*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    read = set(re.findall(r'(?:!ENV \[|environ(?:\.get\(|\[)"|environ\.get\()"?([A-Z_]+)', text))
    files_of_ours = {"GUIDE_PROFILE", "GUIDE_EVIDENCE"}  # whatever is in them, is checked
    assert read - files_of_ours == {variable.name for variable in VARIABLES}


def test_no_text_of_a_block_hangs_on_a_variable() -> None:
    """A proof holds for a text: that which is tested without them is published with them."""
    command = [sys.executable, "-c", _FINGERPRINTS]
    bare = {name: value for name, value in os.environ.items() if name not in _NAMES}
    told = bare | {variable.name: variable.example for variable in VARIABLES}
    with ThreadPoolExecutor(2) as pool:
        without, among = pool.map(
            lambda each: subprocess.run(
                command, cwd=ROOT, env=each, capture_output=True, text=True, check=True
            ).stdout.splitlines(),
            (bare, told),
        )
    assert without and set(without) ^ set(among) == set()


def test_all_that_is_refused_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in VARIABLES:
        monkeypatch.setitem(os.environ, variable.name, "a'; id")
    monkeypatch.setattr(settings, "FILE", tmp_path / "mkdocs.yml")
    with pytest.raises(GuideError) as refused:
        settings.check()
    lines = str(refused.value).split("\n")
    assert [line.split(": ")[0] for line in lines[1:]] == [v.name for v in VARIABLES]
    assert lines[0] == f"{tmp_path}/mkdocs.yml: cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("nav:\n", "nav:\n  - data/index.md\n", "NAV: nav: an entry is the title of a part"),
        ("nav:\n", "nav:\n  - Data: data/index.md\n", "NAV: nav: an entry is the title of a part"),
        ("nav:\n", "nav:\n  - Data: [{Index: data/index.md}]\n", "NAV: nav: an entry is"),
        ("nav:\n", "navigation:\n", "1: nav: there are no pages"),
        ("\nnav:\n", "\nnav: []\nplugins: []\nrest:\n", r"\d+: the key 'plugins' stands twice"),
        ("theme:\n", "theme: [\n", r"\d+: not valid YAML: "),
        ("theme:\n", "theme:\r\n", r"\d+: ends its lines with CR LF"),
        ("theme:\n", "theme: # \0\n", r"\d+: has the character U\+0000"),
        ("site_name:", "- site_name:", r"\d+: not valid YAML: "),
    ],
)
def test_a_broken_mkdocs_yml_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, told: str
) -> None:
    broken = tmp_path / "mkdocs.yml"
    text = settings.FILE.read_text(encoding="utf-8")
    broken.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    monkeypatch.setattr(settings, "FILE", broken)
    with pytest.raises(GuideError) as refused:
        settings.check()
    first_entry = text[: text.index("\nnav:\n")].count("\n") + 3
    told = told.replace("NAV", str(first_entry))
    assert re.fullmatch(rf"{broken}:{told}.*", str(refused.value)), refused.value
