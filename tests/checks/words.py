"""Plain words: what a program can see of a text that is hard to read.

Usage: python -m tests.checks.words. Prints a line for each fault, as ``file:line: message``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from macros import front_matter, yaml_lines
from macros.errors import ROOT, read_text, shown

FILE = Path(__file__).with_suffix(".yml")
#: What people read, beside the pages: only the words count there.
_OTHERS = (
    "README.md",
    "CONTRIBUTING.md",
    "tests/README.md",
    "snippets/*.yml",
    "snippets/*/*.yml",
    "snippets/*/doctor.bash",
    "macros/theme/**/*.html",
)
#: Words in a sentence at most.
LONGEST = 30
#: What is no running text; lines stay lines.
_SKIPPED = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,}).*?^ *(?P=fence)|<!--.*?-->|\[\[(?:%.*?%|#.*?#)\]\]",
    re.DOTALL | re.MULTILINE,
)
_NAMES = re.compile(r"`[^`\n]*`|\[\[\[.*?\]\]\]", re.DOTALL)
#: Where links and attributes lead: old addresses stay.
_TARGETS = re.compile(r"(?<=\]\()[^)\n]*|\{ [^}\n]*\}")
_MARKS = re.compile(r"\]\([^)]*\)|\{ [^}\n]*\}|<[^>\n]*>|[*\[\]]")
#: A line with which another text begins: of a list, table, definition, note or heading.
_BEGINS = re.compile(r"\s*(?:[-*+] |\d+\. |: |\||#{1,6} |!!! |\?\?\? |=== |$)")
_HEADING = re.compile(r"^(#{1,6}) (.*?)(?: \{.*\})?$", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])[\"”)]?\s+|\s\|\s?")


def problems(path: Path) -> list[str]:
    """Return a line with place and message for each fault in the text `path`."""
    source = read_text(path)
    found = list(_words(source, commented=path.suffix != ".md"))
    if path.suffix == ".md":
        prose = _prose(source)
        found += [*_long(prose), *_headings(prose)]
    return [f"{shown(path)}:{line}: {message}" for line, message in sorted(found)]


def texts() -> list[Path]:
    """Return every text that is looked at."""
    others = [path for pattern in _OTHERS for path in ROOT.glob(pattern)]
    return sorted({*(ROOT / "docs").rglob("*.md"), *others})


@cache
def _avoided() -> list[tuple[re.Pattern[str], str]]:
    listed = yaml_lines.load(FILE).data
    return [(re.compile(each["avoid"], re.IGNORECASE), each["write"]) for each in listed]


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _prose(source: str) -> str:
    """Return `source` with a … in place of all but its running text, on the same lines."""
    header = front_matter.header(source)
    text = "\n" * header.count("\n") + source[len(header) :]
    return _SKIPPED.sub(lambda skipped: "…" + _blank(skipped), text)


def _words(source: str, commented: bool) -> Iterator[tuple[int, str]]:
    text = _TARGETS.sub("", re.sub(r"`[^`\n]*`", "`…`", _SKIPPED.sub(_blank, source)))
    # What is said to those who write the file.
    text = re.sub(r"(^|[ \t])#.*$", "", text, flags=re.MULTILINE) if commented else text
    for number, line in enumerate(text.split("\n"), 1):
        for avoided, instead in _avoided():
            if match := avoided.search(line):
                yield number, f"{match[0]!r}: write {instead}"


def _long(prose: str) -> Iterator[tuple[int, str]]:
    for first, text in _paragraphs(prose):
        start = 0
        for end in [*(match.end() for match in _SENTENCE.finditer(text)), len(text)]:
            words = re.findall(r"[\w…][\w'’…-]*", text[start:end])
            if len(words) > LONGEST:
                line = first + text.count("\n", 0, start + _margin(text[start:end]))
                yield line, f"a sentence of {len(words)} words, at most {LONGEST}: {_short(words)}"
            start = end


def _margin(text: str) -> int:
    return len(text) - len(text.lstrip())


def _short(words: list[str]) -> str:
    return f"{' '.join(words[:6])} …"


def _paragraphs(prose: str) -> Iterator[tuple[int, str]]:
    """Yield each piece of running text, with the number of its first line."""
    text = _NAMES.sub(lambda name: "…" + "\n" * name[0].count("\n"), prose)
    lines, begun = _MARKS.sub("", text).split("\n"), 0
    for number, line in enumerate([*lines, ""]):
        if _BEGINS.match(line):
            yield begun + 1, "\n".join(lines[begun:number])
            begun = number


def _headings(prose: str) -> Iterator[tuple[int, str]]:
    """Yield each heading without words, or with nothing below it."""
    for heading in _HEADING.finditer(prose):
        line, below = prose.count("\n", 0, heading.start()) + 1, prose[heading.end() :].lstrip()
        following = _HEADING.match(below)
        if not heading[2].strip():
            yield line, "a heading without words"
        elif not below or (following and len(following[1]) <= len(heading[1])):
            yield line, f"nothing is below the heading {heading[2]!r}"


def main() -> int:
    """Print every fault; return 1 where there is one."""
    found = [problem for path in texts() for problem in problems(path)]
    print("\n".join(found) or "Plain words: nothing to mend")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
