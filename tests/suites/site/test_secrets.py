"""Nothing in the repository or on the site is a secret or somebody's own address."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import get_settings, transient_settings

from macros.errors import ROOT
from macros.facts import Value, current
from tests.environments.built_site import Site
from tests.guide.profiles import readers

pytestmark = pytest.mark.slow

#: The detectors that know the form of a secret; those that measure entropy take every hash for one.
DETECTORS = ["PrivateKey", "GitHubToken", "GitLabToken", "BasicAuth", "Keyword", "AWSKey"]
DETECTORS += ["JwtToken", "Slack", "PypiToken", "Npm"]
#: What lets whole lines through, and takes as long as all detectors: a remark that allows what is
#: there, and an assignment of what a function returns.
LENIENT = [
    "detect_secrets.filters.allowlist.is_line_allowlisted",
    "detect_secrets.filters.heuristic.is_indirect_reference",
]
#: What looks like a secret and is none: file, what is found there, why.
NONE = {
    ("docs/access/ssh-keys.md", "BEGIN OPENSSH PRIVATE KEY"): "says what a private key begins with",
    ("snippets/sabotages.yml", "expired | git credential-cache store"): "a command with no secret",
    ("snippets/exam.yml", "Choose your password for Kerberos, and have a ticket."): "a goal",
    ("tests/suites/browser/questions.yml", "setup/jupyter"): "a page",
    ("tests/suites/browser/questions.yml", "access/ssh-keys"): "a page",
    ("tests/checks/prose.yml", "BEGIN OPENSSH PRIVATE KEY"): "what the page says of it",
    ("snippets/cases.yml", "a-token"): "made up",
    ("snippets/cases.yml", "BEGIN SSH2 ENCRYPTED PRIVATE KEY"): "a key that is none",
    ("tests/actors/handles.py", "BEGIN OPENSSH PRIVATE KEY"): "of a key that is made there",
    ("tests/suites/browser/test_details.py", "BEGIN OPENSSH PRIVATE KEY"): "a key that is none",
    ("tests/suites/macros/test_profile.py", "BEGIN OPENSSH PRIVATE KEY"): "a key that is none",
    ("tests/actors/newcomer.py", "Tr0ub4dor&3 of the lab"): "of the lab",
    ("tests/suites/doctor/test_doctor.py", "s3cret"): "made up",
    ("tests/actors/insider.py", "of one afternoon"): "of the lab",
    ("tests/suites/macros/survey/test_lines.py", "s3cret"): "made up",
    ("tests/suites/snippets/test_doctor.py", "s3cret"): "made up",
    ("tests/actors/desk.py", "password-of-the-kerberos-account"): "of the lab",
}
#: On the site, which is made of the same texts.
ON_SITE = {"BEGIN OPENSSH PRIVATE KEY"}
_ADDRESS = re.compile(r"[\w.%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_EXAMPLE = re.compile(
    r"(?:^(?:git|jdoe|jane-doe)@|[@.]example\.(?:org|com|co\.uk)$|@x\.org$|\.wmnet$"
    r"|^sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com$)"  # types of keys
)


def secrets(paths: Iterable[Path]) -> Iterator[tuple[Path, int, str]]:
    """Yield file, line and text of everything in `paths` that has the form of a secret."""
    with transient_settings({"plugins_used": [{"name": f"{name}Detector"} for name in DETECTORS]}):
        get_settings().disable_filters(*LENIENT)
        for path in paths:
            for found in scan_file(str(path)):
                yield path, found.line_number, found.secret_value or ""


def addresses(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of every e-mail address in `path` that is no fact and no example."""
    facts = {str(fact.value) for fact in current().values.values() if isinstance(fact, Value)}
    known = facts | {reader.values["email"] for reader in readers().values()}
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        for address in _ADDRESS.findall(line):
            if address not in known and not _EXAMPLE.search(address):
                yield number, address


def tracked() -> list[Path]:
    """Return the text files of the repository, and those that will be; lock files apart."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in names.split("\0") if name and not name.endswith(".lock")]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()]


def test_the_repository_has_none() -> None:
    files = [path for path in tracked() if path != Path(__file__)]
    found = {(str(path.relative_to(ROOT)), secret): n for path, n, secret in secrets(files)}
    strange = [f"{file}:{line}: {s}" for (file, s), line in found.items() if (file, s) not in NONE]
    assert not strange, "looks like a secret:\n" + "\n".join(strange)
    assert NONE.keys() <= found.keys(), f"stale: {NONE.keys() - found.keys()}"


def test_the_repository_has_nobodys_address() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}: {address}"
        for path in tracked()
        if path != Path(__file__)
        for line, address in addresses(path)
    }
    strange = {each for each in found if not each.endswith(" someone@wikimedia.org")}  # planted
    assert not strange, "looks like somebody's address:\n" + "\n".join(sorted(strange))


def test_the_site_has_none(site: Site, tmp_path: Path) -> None:
    """A line that is the same on many pages is read once."""
    pages = sorted(site.folder.rglob("*.html"))
    assert len(pages) > 40
    lines: dict[str, str] = {}
    for page in pages:
        for number, line in enumerate(page.read_text(encoding="utf-8").split("\n"), 1):
            lines.setdefault(line, f"{page}:{number}")
    different, places = tmp_path / "lines.html", list(lines.values())
    different.write_text("\n".join(lines), encoding="utf-8")
    found = [f"{places[n - 1]}: {s}" for _, n, s in secrets([different]) if s not in ON_SITE]
    found += [f"{places[n - 1]}: {address}" for n, address in addresses(different)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA PRIVATE KEY-----",
        "token: ghp_" + "a1B2c3D4" * 4 + "abcd",
        "url = https://jdoe:hunter2hunter2@gitlab.wikimedia.org/x.git",
        'password = "correct-horse-battery"',
        'password = "correct-horse-battery"  # pragma: allowlist secret',
    ],
)
def test_one_that_is_planted_is_found(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.md").write_text(f"# Page\n\n{text}\n")
    assert [line for _, line, _ in secrets([tmp_path / "page.md"])] == [3]


def test_an_address_that_is_planted_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("Ask jane@wikimedia.org, not noc@wikimedia.org.\n")
    assert list(addresses(tmp_path / "page.md")) == [(1, "jane@wikimedia.org")]
