"""What can be changed: snippets, the pages' fences, what their text names, the facts they have."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from sybil import Document
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

from macros import facts, snippets
from macros.errors import read_text, shown
from tests.checks import prose, registry
from tests.guide import reading
from tests.tools.mutants.tokens import changes

#: The parts that look at other set-ups than a page makes.
DOCTORS = ("laptop/doctor", "stat/doctor", "records")
#: What each probe of a survey says is tried by what is planted in the lab (tests/suites/survey),
#: one thing at a time, and not by a change of the probe.
_SURVEYS = ("laptop/survey", "stat/survey")
#: What of a fact is about it: no page prints it as a name, or a token of it proves nothing.
_ABOUT = {"source", "verified", "seen", "what", "note", "since", "until", "use"}
_LEXER = RawFencedCodeBlockLexer(re.compile(r"(?P<info>[^\n]*)(?:\n|\Z)"))


@dataclass(frozen=True)
class Mutant:
    """A file with one token changed.

    `key` outlives edits elsewhere: file, line's text, what is changed, and which of its like;
    `digest` is that of the snippet, fence or fact with the change; `part` is the snippet, page or
    file of facts; `start` is the token's offset in the file.
    """

    key: str
    digest: str
    path: Path
    part: str
    material: str
    start: int
    old: str
    new: str

    @property
    def line(self) -> int:
        """The line (1-based) of the file where the change is."""
        return read_text(self.path).count("\n", 0, self.start) + 1

    def apply(self, text: str) -> str:
        """Return `text`, the file's, with the change."""
        assert text[self.start : self.start + len(self.old)] == self.old, self.key
        return text[: self.start] + self.new + text[self.start + len(self.old) :]

    def diff(self, text: str) -> str:
        """Return where in the file's `text` the change is, the lines that differ, and the key."""
        line = text.count("\n", 0, self.start)
        end = line + self.old.count("\n") + 1
        before = text.split("\n")[line:end]
        after = self.apply(text).split("\n")[line:end]
        told = [f"{shown(self.path)}:{line + 1}", *(f"  - {b.strip()}" for b in before)]
        return "\n".join([*told, *(f"  + {a.strip()}" for a in after), f"  {self.key}"])


def mutants() -> list[Mutant]:
    """Return all, in the order of the files; those that change nothing are left out."""
    found: list[Mutant] = []
    seen: Counter[str] = Counter()
    text_of = cache(read_text)
    for path, start, text, language, part, material in _texts():
        source = text_of(path)
        # Of a fact's field the last token, as the whole field is held against what was verified.
        found_here = list(changes(text, language))
        for change in found_here[-1:] if material == "facts" else found_here:
            at = start + change.start
            line = source[source.rfind("\n", 0, at) + 1 :].split("\n")[0].strip()
            key = f"{shown(path)}: {line}: {change.old} -> {change.new}".replace("\n", " ")
            seen[key] += 1
            key += f" #{seen[key]}" if seen[key] > 1 else ""
            changed = text[: change.start] + change.new + text[change.start + len(change.old) :]
            digest = hashlib.sha256(changed.encode()).hexdigest()[:16]
            found.append(Mutant(key, digest, path, part, material, at, change.old, change.new))
    return found


_Text = tuple[Path, int, str, str, str, str]


def _texts() -> Iterator[_Text]:
    yield from _snippets()
    yield from _fences()
    yield from _prose()
    yield from _facts()


def _snippets() -> Iterator[_Text]:
    for name, snippet in snippets.load().items():
        if name in _SURVEYS:
            continue
        language = snippet.description.language
        yield snippet.path, 0, snippet.source, language, name, registry.material(language)
    records = snippets.FOLDER / "records.bash"
    yield records, 0, read_text(records), "bash", "records", "bash"


def _fences() -> Iterator[_Text]:
    """Yield the text of every fence in its page's source, line by line where it is indented."""
    for page in reading.pages():
        source, end = read_text(page), 0
        for region in sorted(_LEXER(Document(source, str(page))), key=lambda region: region.start):
            if region.start < end:
                continue
            end = region.end
            language = re.findall(r"[\w-]+", region.lexemes["info"])[0]
            part = shown(page)
            for start, text in _places(source, region.start, region.lexemes["source"]):
                yield page, start, text, language, part, registry.material(language)


def _prose() -> Iterator[_Text]:
    """Yield what the text of every page names: inline code, and numbers with their units."""
    for page in reading.pages():
        for start, text in prose.places(read_text(page)):
            yield page, start, text, "text", f"prose {shown(page)}", "prose"


def _places(source: str, start: int, text: str) -> Iterator[tuple[int, str]]:
    """Yield where `text` stands in `source` after the fence's first line, whole or by line."""
    body = source.index("\n", start) + 1
    if source.startswith(text, body):
        yield body, text
        return
    for line in text.splitlines(keepends=True):
        body = source.index(line.rstrip("\n"), body)
        yield body, line
        body += len(line)


def _facts() -> Iterator[_Text]:
    """Yield every scalar of the facts that pages have, and the names of columns."""
    used = reading.used()
    for kind in facts.KINDS:
        path = facts.FOLDER / f"{kind}.yml"
        source = read_text(path)
        document = yaml.compose(source, Loader=yaml.CSafeLoader)
        assert isinstance(document, yaml.MappingNode)
        for key, fact in document.value:
            if (kind, key.value) in used:
                for node in _values(fact):
                    start, end = node.start_mark.index, node.end_mark.index
                    yield path, start, source[start:end].rstrip(), "text", shown(path), "facts"


def _values(fact: yaml.MappingNode) -> Iterator[yaml.ScalarNode]:
    for key, value in fact.value:
        if key.value in _ABOUT:
            continue
        if isinstance(value, yaml.ScalarNode):
            yield value
        elif isinstance(value, yaml.SequenceNode):
            yield from value.value
        else:
            if key.value in ("columns", "partitions"):
                yield from (name for name, _ in value.value)
            yield from _values(value)
