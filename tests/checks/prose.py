"""Running text: the names in `code`, the numbers with units and the retired hosts.

A name is known if it is a fact, occurs in a block or tells a sabotage; a command, if its program
and options are. Anything else is declared in prose.yml, with the reason, or is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from macros import front_matter, profile, sabotages, yaml_lines
from macros.errors import ROOT, GuideError, read_text, shown
from macros.facts import current
from macros.lines import Origin
from macros.sabotages import Sabotage
from macros.slots import fill
from tests.guide import commands, reading
from tests.guide.profiles import readers

FILE = Path(__file__).with_suffix(".yml")
#: What of a fact is said about it in words, or only leads to it.
_ABOUT = {"source", "verified", "note", "what", "use"}
_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_FENCE = re.compile(r"^( *)(`{3,}).*?^ *\2", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`|\[\[(?:\[.*?\]|%.*?%|#.*?#)\]\]|<svg[^>]*>", re.DOTALL)
_UNITS = (
    r"(?:hour|day|week|month|year|minute|second|bit|byte|digit|character|row|core)s?"
    r"|times|[KMGT]i?B"
)
_COUNTED = r"\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|twelve"
_NUMBER = re.compile(
    rf"(?<![\w.-])(?:{_COUNTED})[ -](?:[a-z]+ )?(?:{_UNITS})\b|\d+(?:\.\d+)? ?%"
    r"|\bports? \d+|(?:localhost|127\.0\.0\.1):\d+",
    re.IGNORECASE,
)
_IN_WORD = re.compile(r"[\w-]")
#: What stands for a word of the reader's, as in `hdfs dfs -put FILE`.
_STAND_IN = re.compile(r"FILE|…")
_MARK = re.compile(r'[`>)]* <span class="mark retired">')


_DECLARE = f"declare it with its reason in {shown(FILE)}"
_CURE = f"correct it, or {_DECLARE}"


@dataclass(frozen=True)
class Named:
    """What a page names in its text, and where that is written."""

    text: str
    origin: Origin


def problems(page: Path) -> list[str]:
    """Return a line with place, name and cure for each thing on `page` that is not known."""
    declared = _declared().get(shown(page), {})
    found = [
        f"{_where(named)}: {message}{_near(named.text)}"
        for named, message in [*_unknown_code(page), *_literal_numbers(page)]
        if named.text not in declared
    ]
    return list(dict.fromkeys([*found, *_unmarked_hosts(page)]))


def problems_of_sabotages() -> list[str]:
    """Return a line for each number that a cause or a cure of a sabotage has in its text."""
    declared = _declared().get(shown(sabotages.FILE), {})
    found = _numbers_of_sabotages()
    return [f"{_where(named)}: {message}" for named, message in found if named.text not in declared]


def stale() -> list[str]:
    """Return a line for each declaration that nothing needs."""
    document = yaml_lines.load(FILE)
    return [
        f"{shown(FILE)}:{document.line(page, reason, number)}: {page} does not name {text!r}, or "
        "it is known without this line; remove it"
        for page, reasons in document.mapping().items()
        for needed in [_needed(ROOT / page)]
        for reason, texts in reasons.items()
        for number, text in enumerate(texts)
        if text not in needed
    ]


def _needed(page: Path) -> set[str]:
    found: list[tuple[Named, str]] = []
    if page == sabotages.FILE:
        found = [*_numbers_of_sabotages()]
    elif page in reading.pages():
        found = [*_unknown_code(page), *_literal_numbers(page)]
    return {named.text for named, _ in found}


@cache
def _declared() -> dict[str, dict[str, str]]:
    """Return the reason for each text that is declared, by page."""
    document = yaml_lines.load(FILE)
    found: dict[str, dict[str, str]] = {}
    for page, reasons in document.mapping().items():
        if not isinstance(reasons, dict) or not all(isinstance(t, list) for t in reasons.values()):
            raise GuideError("is no mapping of reasons to lists", FILE, document.line(page))
        found[page] = {text: reason for reason, texts in reasons.items() for text in texts}
    return found


def _where(named: Named) -> str:
    return f"{shown(named.origin.path)}:{named.origin.line}"


# -- code in running text ------------------------------------------------------------------------


def code(page: Path) -> Iterator[Named]:
    """Yield each piece of inline code of `page`, as the sample reader sees it."""
    rendered = reading.rendered(page)
    text = _without_blocks(page, rendered.text)
    values = dict(readers()["sample"].values)
    for span in _SPAN.finditer(text):
        origin = rendered.origins[text.count("\n", 0, span.start())]
        yield Named(fill(span[2], values).strip(), origin)


def _without_blocks(page: Path, text: str) -> str:
    """Return `text`, that of the rendered `page`, with blanks in the place of its blocks."""
    for block in reading.blocks(page):
        text = text[: block.start] + _blank(text[block.start : block.end]) + text[block.end :]
    return text


def _unknown_code(page: Path) -> Iterator[tuple[Named, str]]:
    for named in code(page):
        message = refusal(named.text)
        if message:
            yield named, message


@cache
def refusal(text: str) -> str:
    """Return why the inline code `text` cannot be told to be right; nothing if it is known."""
    if _occurs(text):
        return ""
    first = text.split(maxsplit=1)[0]
    if first in _programs() and text != first:
        return _of_command(text)
    return f"`{text}` is not a fact, and is in no block; {_CURE}"


def _of_command(text: str) -> str:
    """Return what is wrong with a command: a program, an option or another word nobody knows."""
    for command in commands.parse(text):
        if command.name not in _programs():
            return f"`{text}`: no program called {command.name!r} is known; {_CURE}"
        for word in command.words:
            option = word.split("=")[0]
            if word.startswith("-") and word != "-" and option not in _options()[command.name]:
                return f"`{text}`: no block gives {command.name} the option {option!r}; {_CURE}"
            if not word.startswith("-") and not (_STAND_IN.fullmatch(word) or _occurs(word)):
                return f"`{text}`: {word!r} is not a fact, and is in no block; {_CURE}"
    return ""


def _near(text: str) -> str:
    near = get_close_matches(text, _words(), n=1, cutoff=0.7)
    return f" (did you mean {near[0]}?)" if near else ""


@cache
def _programs() -> frozenset[str]:
    return commands.RUNS_HERE | commands.ELSEWHERE.keys()


@cache
def _options() -> dict[str, frozenset[str]]:
    """Return the options of each program: those listed, and those of the guide's own blocks."""
    found = {
        name: set(commands.ELSEWHERE[name].options) if name in commands.ELSEWHERE else set()
        for name in _programs()
    }
    for text in _texts_of_blocks("bash"):
        for command in commands.parse(text):
            options = {w.split("=")[0] for w in command.words if w.startswith("-")}
            found.setdefault(command.name, set()).update(options)
    return {name: frozenset(options) for name, options in found.items()}


# -- what is known -------------------------------------------------------------------------------


def _texts_of_blocks(language: str = "") -> Iterator[str]:
    for block in reading.all_blocks():
        if language in ("", block.language):
            yield from block.texts()


@cache
def _known() -> str:
    """Return all that prose may name: facts, blocks, values and what tells of sabotages."""
    values = profile.sample(current())
    texts = [*_texts_of_blocks(), *values.values.values(), *profile.fields(current())]
    texts += [block.attributes.get("title", "") for block in reading.all_blocks()]
    for kind, key, fact in current().all():
        texts += [kind, key, *_strings(fact.model_dump(exclude=_ABOUT))]
    sample = dict(values.values)
    for name, sabotage in reading.sabotages().items():
        texts += [name, *(fill(text, sample) for text in _of_sabotage(sabotage))]
    return "\0".join([*texts, *commands.ELSEWHERE])


def _of_sabotage(sabotage: Sabotage) -> Iterator[str]:
    """Yield what the lab sees, and a cure that it types; what breaks a set-up is no example."""
    yield from sabotage.words
    yield from re.findall(r"^`([^`]+)`$", sabotage.cure)
    yield from filter(None, [sabotage.see, sabotage.misses, sabotage.doctor])


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
    elif value is not None:
        yield str(value)


@cache
def _words() -> frozenset[str]:
    return frozenset(re.findall(r"[\w./~-]{3,}", _known()))


@cache
def _occurs(text: str) -> bool:
    """Return whether `text` stands somewhere in what is known, not as a part of a word."""
    known, at = _known(), -1
    while (at := known.find(text, at + 1)) >= 0:
        around = (
            (known[at - 1 : at], text[0]),
            (text[-1], known[at + len(text) : at + len(text) + 1]),
        )
        if not any(_IN_WORD.fullmatch(a) and _IN_WORD.fullmatch(b) for a, b in around):
            return True
    return False


# -- numbers and hosts ---------------------------------------------------------------------------


def numbers(source: str) -> Iterator[re.Match[str]]:
    """Yield each number with a unit, and each port, that the page `source` has in its own text."""
    header = front_matter.header(source)
    text = _blank(header) + source[len(header) :]
    for pattern in (_FENCE, _CODE):
        text = pattern.sub(lambda found: _blank(found[0]), text)
    yield from _NUMBER.finditer(text)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def places(source: str) -> Iterator[tuple[int, str]]:
    """Yield start and text of what the page `source` names: code, and digits that have a unit."""
    header = front_matter.header(source)
    text = _blank(header) + _FENCE.sub(lambda found: _blank(found[0]), source[len(header) :])
    yield from ((span.start(2), span[2]) for span in _SPAN.finditer(text))
    for number in numbers(source):
        yield from ((number.start() + d.start(), d[0]) for d in re.finditer(r"\d+", number[0]))


def _literal_numbers(page: Path) -> Iterator[tuple[Named, str]]:
    source = read_text(page)
    for number in numbers(source):
        origin = Origin(page, source.count("\n", 0, number.start()) + 1)
        yield Named(number[0], origin), _no_fact(number[0])


def _numbers_of_sabotages() -> Iterator[tuple[Named, str]]:
    document = yaml_lines.load(sabotages.FILE)
    for name, sabotage in document.mapping().items():
        for field in ("cause", "cure"):
            for number in _NUMBER.finditer(_CODE.sub("", sabotage[field])):
                origin = Origin(sabotages.FILE, document.line(name, field))
                yield Named(number[0], origin), _no_fact(number[0])


def _no_fact(number: str) -> str:
    return f"{number!r} is not a fact; print one, as [[[ value(...) ]]] does, or {_DECLARE}"


@cache
def _retired_hosts() -> re.Pattern[str]:
    facts = current().hosts
    retired = {
        name
        for key, host in facts.items()
        if host.status == "retired"
        for name in (key, host.host, host.host.split(".")[0])
    } - {host.host.split(".")[0] for host in facts.values() if host.status != "retired"}
    longest = sorted(retired, key=len, reverse=True)
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, longest))})(?![\w-])")


def _unmarked_hosts(page: Path) -> Iterator[str]:
    """Yield each retired host that a line of a source names, and that has no mark."""
    rendered = reading.rendered(page)
    for line, origin in zip(
        _without_blocks(page, rendered.text).split("\n"), rendered.origins, strict=False
    ):
        for host in _retired_hosts().finditer(line):
            short = host[0].split(".")[0]
            if short in _source_line(origin) and not _MARK.match(line, host.end()):
                yield (
                    f"{shown(origin.path)}:{origin.line}: {host[0]} is retired, and not marked so; "
                    f'write [[[ mark("hosts", "{short}") ]]] after it, or name what replaced it'
                )


def _source_line(origin: Origin) -> str:
    return read_text(origin.path).split("\n")[origin.line - 1]
