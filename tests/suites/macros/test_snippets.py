"""Snippets and sabotages that an editor has broken: each is told with its file, all at once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from macros import sabotages, snippets
from macros.errors import GuideError

Break = Callable[[Path], object]
LISTED = "laptop/snippets.yml"
CONFIG = "laptop/ssh_config"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the project's snippets to break."""
    return shutil.copytree(snippets.FOLDER, tmp_path / "snippets")


def written(name: str, data: str | bytes) -> Break:
    """Return what writes `data` into the file `name`."""
    raw = data.encode() if isinstance(data, str) else data
    return lambda folder: (folder / name).write_bytes(raw)


def added(name: str, data: str) -> Break:
    """Return what writes `data` at the end of the file `name`."""
    return lambda folder: written(name, (folder / name).read_text() + data)(folder)


def described(entry: str) -> Break:
    """Return what adds a snippet laptop/new that is described by `entry`."""

    def add(folder: Path) -> None:
        written("laptop/new.sh", "true\n")(folder)
        added(LISTED, f"new: {entry}\n")(folder)

    return add


def instead(name: str, make: Break) -> Break:
    """Return what removes the file `name` and makes something else there."""

    def replace(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return replace


BROKEN: dict[str, tuple[Break, str]] = {
    "list": (written(LISTED, "- a\n"), rf"{LISTED}:1: is no mapping"),
    "scalar": (written(LISTED, "a\n"), rf"{LISTED}:1: is no mapping"),
    "nothing": (written(LISTED, ""), r"laptop/doctor.bash: describe doctor in .*, or remove"),
    "no YAML": (added(LISTED, "a: [\n"), rf"{LISTED}:\d+: not valid YAML"),
    "no UTF-8": (written(LISTED, b"a: caf\xe9\n"), rf"{LISTED}:1: not UTF-8"),
    "no description": (instead(LISTED, lambda path: None), rf"{LISTED}: cannot be read: No such"),
    "folder": (instead(LISTED, Path.mkdir), rf"{LISTED}: cannot be read: Is a directory"),
    "described twice": (
        added(LISTED, "ssh_config: {}\n"),
        rf"{LISTED}:\d+: the key 'ssh_config' stands twice, first on line \d+",
    ),
    "described by nobody": (written("laptop/new.sh", "true\n"), r"laptop/new.sh: describe new in"),
    "described as a list": (
        described("[a]"),
        rf"{LISTED}:\d+: new: Input should be a valid",
    ),
    "described by nothing": (described(""), rf"{LISTED}:\d+: new: Input should be a valid"),
    "unknown field": (
        described("{language: sh, what: x, titel: y}"),
        rf"{LISTED}:\d+: new: titel: Extra inputs are not permitted",
    ),
    "language": (
        described("{language: 'sh } x', what: x}"),
        rf"{LISTED}:\d+: new: language: String should match",
    ),
    "title that ends its quotes": (
        described("""{language: sh, what: x, title: 'x" onclick="x'}"""),
        rf"{LISTED}:\d+: new: title: String should match",
    ),
    "missing": (
        instead(CONFIG, lambda path: None),
        rf"{LISTED}:\d+: no snippet file called 'ssh_config'; known: doctor",
    ),
    "misspelt": (
        lambda folder: (folder / CONFIG).rename(folder / "laptop" / "ssh_confg"),
        rf"{LISTED}:\d+: no snippet file called 'ssh_config'; (known|did you mean)",
    ),
    "two of one name": (written(f"{CONFIG}.txt", "x\n"), rf"{CONFIG}.txt: is called as ssh_config"),
    "loop of links": (
        instead(CONFIG, lambda path: path.symlink_to(path)),
        rf"{CONFIG}: cannot be read: Too many levels of symbolic links",
    ),
    "folder in a place": (lambda f: (f / "laptop/more").mkdir(), r"laptop/more: a place has files"),
    "no place": (lambda f: (f / "lapptop").mkdir(), r"lapptop: no place .* did you mean laptop"),
    "in no place": (written("new.sql", "SELECT 1\n"), r"new.sql: no place called 'new.sql'"),
    "empty": (written(CONFIG, ""), rf"{CONFIG}: must end in exactly one newline"),
    "no newline": (added(CONFIG, "# x"), rf"{CONFIG}: must end in exactly one newline"),
    "CR LF": (added(CONFIG, "# x\r\n"), rf"{CONFIG}:\d+: ends its lines with CR LF"),
    "NUL": (added(CONFIG, "# \0\n"), rf"{CONFIG}:\d+: has the character U\+0000"),
    "right-to-left override": (added(CONFIG, "# \u202e\n"), rf"{CONFIG}:\d+: .* U\+202E"),
    "mark of the byte order": (written(CONFIG, "\ufeffHost x\n"), rf"{CONFIG}:1: .* order mark"),
    "UTF-16": (written(CONFIG, "Host x\n".encode("utf-16")), rf"{CONFIG}:1: not UTF-8"),
}


def refusal(folder: Path) -> list[str]:
    with pytest.raises(GuideError) as refused:
        snippets.load(folder)
    return str(refused.value).replace(f"{folder}/", "").split("\n")


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_snippet_is_told_with_its_file(folder: Path, kind: str) -> None:
    spoil, told = BROKEN[kind]
    spoil(folder)
    said = refusal(folder)
    assert sum(bool(re.match(told, line)) for line in said) == 1, said


def test_all_that_is_broken_is_told_at_once(folder: Path) -> None:
    for kind in ("unknown field", "CR LF", "no place", "in no place", "folder in a place"):
        BROKEN[kind][0](folder)
    assert len(refusal(folder)) == 5


def test_what_editors_leave_while_they_work_is_no_snippet(folder: Path) -> None:
    for name in (".DS_Store", "laptop/.ssh_config.swp", "laptop/ssh_config~"):
        (folder / name).write_bytes(b"\0\xff")
    (folder / "laptop/.#ssh_config").symlink_to("somebody@somewhere.1:2")
    assert snippets.load(folder).keys() == snippets.load().keys()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n", "1: is no mapping"),
        ("a\n", "1: is no mapping"),
        ("a: {\n", "2: not valid YAML"),
        ("a: 5\n", "1: a: Input should be a valid dictionary"),
        ("a: &x {step: b}\nb: *x\n", "2: b is an alias"),
        ("a: {step: b}\na: {step: c}\n", "2: the key 'a' stands twice"),
        ("a: {step: b, place: stat, see: x, cause: x, cure: x, aply: x}\n", "1: a: aply: Extra"),
        (
            "a: {step: b, place: stat, cause: x, cure: x}\n",
            "1: a: give the symptom",
        ),
        ("a: {step: b, place: moon, cause: x, cure: x}\n", "1: a: place: Input should be 'laptop'"),
        (
            "a:\n  step: b\n  place: moon\n  cause: 1\n  cure: x\n",
            "3: a: place: Input should be 'laptop' or 'stat'\n{file}:4: a: cause: Input should be",
        ),
        ("a: {step: 2026-13-45}\n", "1: '2026-13-45' cannot be read"),
    ],
)
def test_a_broken_sabotage_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    file = tmp_path / "sabotages.yml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(sabotages, "FILE", file)
    with pytest.raises(GuideError) as refused:
        sabotages.load()
    assert str(refused.value).startswith(f"{file}:{told.format(file=file)}")
