"""What the commands of the pages on code and on retention do, beyond the example that they show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from tests.checks.snippet_texts import blocks_with
from tests.environments.sandbox import Sandbox, sandbox
from tests.evidence import notes, versions
from tests.guide.profiles import readers

DATA = {"a.csv", "a.tsv", "a.parquet", "a.feather", "a.rds", "a.RData", "data/a.txt"}
LEFT_BEHIND = {".Rhistory", ".ipynb_checkpoints/a.ipynb"}
#: What version 4 of the format wants (nbformat.v4.schema.json).
NOTEBOOK = {"cells", "metadata", "nbformat", "nbformat_minor"}
CODE = {"a.py", "a.R", "a.sql", "a.md", "a.ipynb", "data.py"}


@contextmanager
def home() -> Iterator[Sandbox]:
    with sandbox(readers()["sample"].values["shell_name"], host="stat") as box:
        yield box


def test_git_takes_code_and_no_data() -> None:
    block, *_ = blocks_with("practice/code", ".gitignore")
    notes.note(block, "effect", versions.named("git"))
    with home() as box:
        (box.home / "data").mkdir()
        for name in DATA:  # a pattern without quotes would become their names
            (box.home / name).with_stem("mine").touch()
        assert box.run(["bash", "-ec", block.text]).code == 0
        once = box.read("my-analysis/.gitignore")
        assert box.run(["bash", "-ec", block.text]).code == 0
        assert box.read("my-analysis/.gitignore") == once
        names = "\n".join(sorted(DATA | LEFT_BEHIND | CODE))
        ignored = box.run(["git", "-C", "my-analysis", "check-ignore", "--stdin"], stdin=names)
    assert set(ignored.out.split()) == DATA | LEFT_BEHIND, block.where()


def test_the_file_that_git_leaves_out_is_there() -> None:
    block, *_ = blocks_with("practice/code", "check-ignore")
    with home() as box:
        assert box.run(["git", "init", "--quiet", "my-analysis"]).code == 0
        (box.home / "my-analysis" / ".gitignore").write_text("*.csv\n")
        named = box.run(["bash", "-ec", block.text])
        assert box.run(["test", "-f", f"my-analysis/{named.out.strip()}"]).code == 0, block.where()


def test_the_notebook_is_one_and_is_written_anew() -> None:
    block, *_ = blocks_with("practice/code", "nbformat")
    with home() as box:
        assert box.run(["git", "init", "--quiet", "my-analysis"]).code == 0
        for _ in range(2):
            assert box.run(["bash", "-ec", block.text]).code == 0
        (path,) = (box.home / "my-analysis").glob("*.ipynb")
        keys = set(json.loads(box.read(f"my-analysis/{path.name}")))
    assert keys == NOTEBOOK, block.where(1)


def test_old_files_with_data_are_found() -> None:
    """Those of the last 80 days are not, nor is code of any age."""
    block, *_ = blocks_with("practice/retention", "-mtime")
    notes.note(block, "effect", versions.named("bash"))
    kept = {"new.csv": 80.5, "old.py": 300.0, "old.md": 300.0, "csv": 300.0}
    old = {f"old.{kind}": 81.5 for kind in ("csv", "tsv", "parquet", "rds")}
    with home() as box:
        for name, days in {**kept, **old}.items():
            hours = int(24 * days)
            assert box.run(["touch", "-d", f"{hours} hours ago", name]).code == 0
        said = box.run(["bash", "-ec", block.text])
    found = set(re.findall(r"/([^/\s]+)$", said.out, re.MULTILINE))
    assert found == {*old, "trial.csv"}, block.where()
