"""What the commands of the pages on code and on retention do, beyond the example that they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tests import evidence, reading, versions
from tests.checks.sandbox import Sandbox, sandbox
from tests.profiles import readers

DATA = {"a.csv", "a.tsv", "a.parquet", "a.feather", "a.rds", "a.RData", "data/a.txt"}
LEFT_BEHIND = {".Rhistory", ".ipynb_checkpoints/a.ipynb"}
CODE = {"a.py", "a.R", "a.sql", "a.md", "a.ipynb", "data.py"}


def block_with(page: str, word: str) -> reading.Block:
    """Return the first block of `page` that has `word` in it."""
    return next(b for b in reading.blocks(reading.DOCS / f"{page}.md") if word in b.text)


@contextmanager
def home() -> Iterator[Sandbox]:
    with sandbox(readers()["sample"].values["shell_name"], host="stat") as box:
        yield box


def test_git_takes_code_and_no_data() -> None:
    block = block_with("practice/code", ".gitignore")
    evidence.note(block, "effect", versions.named("git"))
    with home() as box:
        (box.home / "data").mkdir()
        for name in DATA:  # which a pattern without quotes would become
            (box.home / name).touch()
        assert box.run(["bash", "-ec", block.text]).code == 0
        once = (box.home / "my-analysis" / ".gitignore").read_text()
        assert box.run(["bash", "-ec", block.text]).code == 0
        assert (box.home / "my-analysis" / ".gitignore").read_text() == once
        names = "\n".join(sorted(DATA | LEFT_BEHIND | CODE))
        ignored = box.run(["git", "-C", "my-analysis", "check-ignore", "--stdin"], stdin=names)
    assert set(ignored.out.split()) == DATA | LEFT_BEHIND, block.where()


def test_old_files_with_data_are_found() -> None:
    """Those of the last 80 days are not, nor is code of any age."""
    block = block_with("practice/retention", "-mtime")
    evidence.note(block, "effect", versions.named("bash"))
    kept = {"new.csv": 80.5, "old.py": 300.0, "old.md": 300.0, "csv": 300.0}
    old = {f"old.{kind}": 81.5 for kind in ("csv", "tsv", "parquet", "rds")}
    with home() as box:
        for name, days in {**kept, **old}.items():
            hours = int(24 * days)
            assert box.run(["touch", "-d", f"{hours} hours ago", name]).code == 0
        said = box.run(["bash", "-ec", block.text])
    found = set(re.findall(r"/([^/\s]+)$", said.out, re.MULTILINE))
    assert found == {*old, "trial.csv"}, block.where()
