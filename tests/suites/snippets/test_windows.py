"""What the commands for a laptop with Windows do: to downloads, and to line ends."""

from __future__ import annotations

import pytest

from macros.facts import current
from tests.checks.snippet_texts import blocks_with
from tests.environments.ended import Ended
from tests.environments.sandbox import Sandbox, sandbox
from tests.evidence import notes, versions

DOWNLOADS = str(current().values["wsl_downloads"].value)
NONE = "They are all those of Linux\n"
FILES = [".bashrc", ".profile", ".wmf_tunnels.bash", "onboarding-doctor", ".ssh/wmf_prod"]


def run(box: Sandbox, page: str, word: str) -> Ended:
    """Run the block of `page` with `word` in it, with Windows' downloads in the home."""
    block, *_ = blocks_with(page, word)
    notes.note(block, "effect", versions.named("bash"))
    return box.run(["bash", "-ec", block.text.replace(DOWNLOADS, "~/Users/*/Downloads")])


@pytest.mark.parametrize(
    ("page", "name", "file"),
    [
        ("access/ssh", "config", ".ssh/config"),
        ("setup/jupyter", "wmf_tunnels.bash", ".wmf_tunnels.bash"),
        ("setup/doctor", "onboarding-doctor", "onboarding-doctor"),
        ("setup/survey", "onboarding-survey", "onboarding-survey"),
    ],
)
def test_a_download_comes_to_its_place_closed(page: str, name: str, file: str) -> None:
    with sandbox("jdoe") as box:
        downloads = box.home / "Users" / "Jane Doe" / "Downloads"
        downloads.mkdir(parents=True)
        (box.home / ".ssh").mkdir()
        (downloads / name).write_text("mine\n")
        (downloads / name).chmod(0o777)
        done = run(box, page, "install -m")
        assert (done.code, done.out, done.err) == (0, "", "")
        saved = box.home / file
        assert (saved.read_text(), saved.stat().st_mode & 0o777) == ("mine\n", 0o600)


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_line_ends_of_windows_is_named(name: str) -> None:
    with sandbox("jdoe") as box:
        (box.home / ".ssh").mkdir()
        for file in FILES:
            (box.home / file).write_bytes(b"a CR\rwithin, and r\n")
        assert run(box, "start/windows", "grep -ls").out == NONE
        (box.home / name).write_bytes(b"one\r\ntwo\r\n")
        assert run(box, "start/windows", "grep -ls").out == f"/home/jdoe/{name}\n"


def test_a_file_is_mended_where_it_is_there() -> None:
    with sandbox("jdoe") as box:
        done = run(box, "start/windows", "sed -i")
        assert (done.code, done.err, list(box.home.iterdir())) == (0, "", [])
        (box.home / ".wmf_tunnels.bash").write_bytes(b"a CR\rwithin\r\nr\r\n")
        assert run(box, "start/windows", "sed -i").code == 0
        assert (box.home / ".wmf_tunnels.bash").read_bytes() == b"a CR\rwithin\nr\n"
