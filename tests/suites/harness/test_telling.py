"""One cause is told once: in its own words, and not again by what fails because of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.copies import plant, ready_copy, run_pytest

pytestmark = pytest.mark.slow
#: What is planted at the end of the first section of a page, and how the only line on it begins.
_PLANTED = {
    "docs/start/way-in.md": ("Use stat1004.", "stat1004 is retired"),
    "docs/data/webrequest.md": ("Look at `wmf.webrequests`.", "wmf.webrequests is no table"),
    "docs/setup/shell.md": ("Use `set_proxy and go.", "`set_proxy begins code"),
    "docs/team/miscellaneous.md": ("See [x](nope.md).", "the link 'nope.md' leads to no page"),
}


def test_each_of_many_faults_has_one_line(tmp_path: Path) -> None:
    project = ready_copy(tmp_path)
    wanted = []
    for file, (sentence, says) in _PLANTED.items():
        text = (project / file).read_text(encoding="utf-8")
        above, below = text.split("\n## ", 1)
        line = plant(project, file, f"{above}\n## ", f"{above}\n{sentence}\n\n## ")
        assert line == 1 and below
        wanted.append(f"{file}:{above.count(chr(10)) + 2}: {says}")
    # What this command then does not print is no fault of the output below it.
    line = plant(project, "docs/setup/git.md", "git config user.name\n", "git config user.nam\n")
    wanted.append(f"docs/setup/git.md:{line - 1}: exit code 1")
    said = run_pytest(project, "-m", "not slow", "tests/suites/site", "docs/setup/git.md")
    last = said.rpartition(" failed, ")[2]
    told = [line for line in last.split("\n") if line.startswith("docs/")]
    assert len(told) == len(wanted), "\n".join(told)
    for begins in wanted:
        assert any(line.startswith(begins) for line in told), (begins, told)
    assert "more failures are of the same causes." in said
