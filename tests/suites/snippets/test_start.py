"""What the commands of the first pages do, in a folder like the project's."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

from macros.errors import ROOT
from macros.profile import PRIVATE_FILE
from tests.checks.snippet_texts import blocks_with
from tests.environments.sandbox import sandbox
from tests.guide import reading

DETAILS, PRACTICE, READING = "start/your-details", "start/practice", "start/reading"


def answer(asking: reading.Block) -> reading.Block:
    """Return the output that its page shows below a block."""
    blocks = reading.blocks(asking.page)
    return blocks[blocks.index(asking) + 1]


def test_a_profile_of_your_own_is_made_and_git_ignores_it() -> None:
    (copy,), (ask,) = blocks_with(DETAILS, "cp "), blocks_with(DETAILS, "git ")
    with sandbox("jdoe") as box:
        for name in (".gitignore", "profile.example.yml"):
            shutil.copy(ROOT / name, box.home)
        assert box.run(["git", "init", "--quiet"]).code == 0
        assert box.run(["bash", "-ec", copy.text]).code == 0, copy.where(1)
        assert (box.home / PRIVATE_FILE.name).is_file(), copy.where(1)
        assert box.run(["bash", "-ec", ask.text]).out == answer(ask).text, ask.where(1)
    assert answer(ask).text == f"{PRIVATE_FILE.name}\n", answer(ask).where(1)


def test_the_lab_gets_a_profile_of_your_own() -> None:
    (block,) = blocks_with(PRACTICE, "make lab ")
    with sandbox("jdoe") as box:
        shutil.copy(ROOT / "Makefile", box.home)
        said = box.run(
            ["bash", "-ec", block.text.replace("make", "make --dry-run --old-file=set-up", 1)]
        )
    assert said.out.endswith(f"tests.tools.practice {PRIVATE_FILE.name}\n"), block.where(1)


def test_the_example_of_a_hole_is_this_year() -> None:
    block, *_ = blocks_with(READING, "date ")
    with sandbox("jdoe") as box:
        *_, year = box.run(["bash", "-ec", block.text]).out.split()
    now = datetime.now(UTC)
    assert year in {f"{now:%Y}", f"{now - timedelta(minutes=5):%Y}"}, block.where(2)
