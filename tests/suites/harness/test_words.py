"""Hard words are told with their line and what to write, and plain ones are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks import words

HEADER = "---\ntitle: Planted\n---\n# Planted\n\n"

LONG = " ".join(["word"] * 31)
#: Of each kind: what a page has below its heading, the line of it that is told, and the words.
FAULTS = {
    "word": ("You have to\nlog in.", 1, "'have to': write must"),
    "turn": ("One.\n\nThis stands at the top.", 3, "'stands at': write is"),
    "own": ("It has\na home of its own.", 2, "'home of its own': write your own"),
    "article": ("Take a [[[ shell_name ]]].", 1, "'a [[[': write a word between"),
    "link": ("One, or\n[here](index.md).", 2, "'[here](': write a link text"),
    "sentence": (f"Short.\n{LONG}.", 2, "a sentence of 31 words"),
    "item": (f"- short\n- {LONG}", 2, "a sentence of 31 words"),
    "heading": ("## Empty\n\n## Full\n\nText.", 1, "nothing is below the heading 'Empty'"),
    "last heading": ("Text.\n\n## Last", 3, "nothing is below the heading 'Last'"),
}
PLAIN = """
Log in. It takes `a hole` of [your own](reading.md#holes){ .stands-in }.

| A | B |
|---|---|
| has | to |

## A block { #holes }

``` { .bash .laptop }
echo have to
```

### Below

See [[[ shell_name ]]].
"""


def _problems(folder: Path, text: str, name: str = "page.md") -> list[str]:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return [problem.removeprefix(f"{file}:") for problem in words.problems(file)]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_its_line(tmp_path: Path, fault: str) -> None:
    text, line, message = FAULTS[fault]
    (problem,) = _problems(tmp_path, HEADER + text + "\n")
    assert problem.startswith(f"{HEADER.count(chr(10)) + line}: {message}")


def test_plain_words_are_left_alone(tmp_path: Path) -> None:
    assert _problems(tmp_path, HEADER + PLAIN) == []


def test_what_is_said_to_writers_of_a_snippet_is_not_looked_at(tmp_path: Path) -> None:
    text = "# it has to be\nwhat: it has to be # it has to\n"
    assert _problems(tmp_path, text, "x.yml") == ["2: 'has to': write must"]


def test_every_page_is_looked_at() -> None:
    names = {path.name for path in words.texts()}
    assert {"ssh.md", "README.md", "CONTRIBUTING.md", "sabotages.yml", "doctor.bash"} <= names
