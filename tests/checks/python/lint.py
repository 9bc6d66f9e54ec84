"""Python blocks linted by ruff, all of the guide in one process."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

from pytest_markdown_docs.definitions import FenceTestDefinition

from tests.checks.python.interpreter import FenceError
from tests.environments import scratch
from tests.guide import reading

#: Errors and likely bugs. B018: a last line that shows a value is what a notebook is for.
_RULES = ["--isolated", "--select=E9,F,B", "--ignore=B018"]


def check(fence: FenceTestDefinition) -> None:
    """Raise FenceError with ruff's first remark on `fence`."""
    remarks = _remarks().get(fence.source.lstrip("\n"), [])
    if remarks:
        message, line = remarks[0]
        raise FenceError(message, fence.start_line + line)


@cache
def _remarks() -> dict[str, list[tuple[str, int]]]:
    texts = sorted({t for b in reading.all_blocks() if b.language == "python" for t in b.texts()})
    with scratch.folder() as folder:
        paths = {str(folder / f"{n}.py"): text for n, text in enumerate(texts)}
        for path, text in paths.items():
            Path(path).write_text(text, encoding="utf-8")
        ruff = Path(sys.executable).parent / "ruff"
        done = subprocess.run(
            [str(ruff), "check", *_RULES, "--no-cache", "--output-format=json", folder],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode > 1:
        raise RuntimeError(f"ruff failed: {done.stderr}")
    remarks: dict[str, list[tuple[str, int]]] = {}
    for remark in json.loads(done.stdout):
        text = paths[remark["filename"]].lstrip("\n")
        message = f"ruff {remark['code']}: {remark['message']}"
        remarks.setdefault(text, []).append((message, remark["location"]["row"]))
    return remarks
