"""Where a text can be changed by one meaningful token, and into what.

Words, numbers, operators and quotes are taken one by one. A change is what a writer could have
got wrong and a parser might let through: another operator, the opposite, the next number; only
what has no such neighbour is misspelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.token import Comment
from pygments.util import ClassNotFound

from macros import profile
from macros.facts import current


@dataclass(frozen=True)
class Change:
    """A token of a text, at `start`, and what stands in its place."""

    start: int
    old: str
    new: str


#: What stands for what: the opposite, or the neighbour with which it is confused.
_OPPOSITES = {
    one: other
    for pair in (
        "yes no", "true false", "on off", "and or", "sum max", "min avg", "asc desc", "left right",
        "year month", "day hour", "union except", "int string", "< >=", "<= >", "== !=", "= !=",
        "-eq -ne", "-lt -ge", "-gt -le", "-z -n", "-f -d", "-r -w", "-x -e", "&& ||", "* +",
    )
    for one, other in (pair.split(), pair.split()[::-1])
}  # fmt: skip
_IN_BASH = {**_OPPOSITES, ">": ">>", ">>": ">", "<": ">", "|": ";"}
_MARK = re.compile(
    r"\[\[\[\s*(?P<value>.+?)\s*\]\]\]|\[\[%[-+]?\s*(?P<tag>.+?)\s*[-+]?%\]\]|\[\[#.*?#\]\]",
    re.DOTALL,
)
_TOKEN = re.compile(
    r"(?P<number>(?<!\w)\d+)|(?P<word>\w+)|(?P<test>(?<= )-(?:eq|ne|lt|le|gt|ge|[zdfrxn])(?= ))"
    r"|(?P<operator>&&|\|\||[<>!=]=|<>|>>|[<>=|!$*+])"
)
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
#: Words that echo puts together again where there are no quotes.
_PLAIN = re.compile(r"[\w.:,-]+( [\w.:,-]+)*")


def changes(text: str, language: str) -> Iterator[Change]:
    """Yield every change of `text`, in the order of its tokens."""
    marks = list(_MARK.finditer(text))
    masked = _MARK.sub(lambda mark: "Q" * len(mark[0]), text)
    beside = _positions([*_comments(masked, language), *_holes(masked), *_nothing(masked)])
    yield from filter(None, (_of_mark(mark) for mark in marks if mark.start() not in beside))
    in_marks = _positions(range(mark.start(), mark.end()) for mark in marks)
    skipped = beside | in_marks | _positions(_prose(masked, language))
    for quoted in _QUOTED.finditer(masked):
        spoken = masked.endswith("echo ", 0, quoted.start()) and _PLAIN.fullmatch(quoted[0][1:-1])
        if quoted.start() not in skipped and not spoken:
            yield from _requoted(quoted, text[quoted.start() : quoted.end()], language)
    for match in _TOKEN.finditer(masked):
        if match.start() not in skipped:
            yield _of_token(match, _IN_BASH if language == "bash" else _OPPOSITES)


def _positions(spans: Iterable[range]) -> set[int]:
    return {position for span in spans for position in span}


def _of_mark(mark: re.Match[str]) -> Change | None:
    """Return another value of the reader, a value with a letter more, or the other branch."""
    if mark["value"]:
        names = list(profile.fields(current()))
        new = f"{mark[0]}x"
        if mark["value"] in names:
            new = mark[0].replace(mark["value"], names[names.index(mark["value"]) - 1])
        return Change(mark.start(), mark[0], new)
    condition = re.match(r"(if|elif) (.+)", mark["tag"] or "", re.DOTALL)
    if condition is None:
        return None
    new = mark[0].replace(condition[0], f"{condition[1]} not ({condition[2]})")
    return Change(mark.start(), mark[0], new)


@cache
def _lexer(language: str) -> Lexer:
    try:
        lexer: Lexer = get_lexer_by_name(language, ensurenl=False, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(ensurenl=False, stripnl=False)
    return lexer


def _comments(text: str, language: str) -> Iterator[range]:
    """Yield where comments are, and a script's first line."""
    lexer = _lexer(language)
    for start, kind, token in lexer.get_tokens_unprocessed(text):
        if Comment in kind.split():
            yield range(start, start + len(token))
    if lexer.name == "Text only":
        for match in re.finditer(r"^\s*#.*", text, re.MULTILINE):
            yield range(match.start(), match.end())


def _holes(text: str) -> Iterator[range]:
    """Yield what stands for whatever is seen: ‹the time›."""
    yield from (range(m.start(), m.end()) for m in re.finditer(r"‹[^›\n]*›", text))


def _nothing(text: str) -> Iterator[range]:
    """Yield what changes nothing: names that bash gets as local ones, how nothing is written."""
    for line in re.finditer(
        r"^ *local [^=\n]+$|(?<=\blocal ).+|> (?=/dev/null)", text, re.MULTILINE
    ):
        for word in re.finditer(r"\S+", line[0]):
            if "=" not in word[0]:
                yield range(line.start() + word.start(), line.start() + word.end())


def _prose(text: str, language: str) -> Iterator[range]:
    """Yield what is written for people: of a sentence in a string, all but its longest word."""
    if language == "remarkup":
        yield from (range(m.start(), m.end()) for m in re.finditer(r"\D+", text))
    for match in _QUOTED.finditer(text) if language in ("bash", "python", "r") else ():
        words = re.findall(r"(?<![-\w])[A-Za-z]+(?!\w)", match[0])
        if len(words) >= 3:
            longest = max(words, key=len)
            kept = match.start() + match[0].index(longest)
            yield range(match.start() + 1, kept)
            yield range(kept + len(longest), match.end() - 1)


def _requoted(match: re.Match[str], old: str, language: str) -> Iterator[Change]:
    """Yield quotes of the other kind where they mean something else, or none where that matters."""
    inside, shown = old[1:-1], match[0][1:-1]
    if language == "bash" and re.search(r"[$`\"']|\\\\[$`\"\\\\]", shown):
        other = "'" if old[0] == '"' else '"'
        yield Change(match.start(), old, f"{other}{inside}{other}")
    elif language == "sql" or (language == "bash" and re.search(r"^#|[^\w./@:=,%+^#-]", shown)):
        yield Change(match.start(), old, inside)


def _of_token(match: re.Match[str], opposites: Mapping[str, str]) -> Change:
    """Return the opposite of a token, the next number, a misspelled word; of `$`, nothing."""
    token = match[0]
    new = opposites.get(token.lower(), "")
    if not new and match["number"]:
        new = _next(token)
    if not new and match["word"]:
        of_letters = match.string.endswith(" -", 0, match.start()) and len(token) <= 3
        new = _other_end(token) if of_letters else _misspelt(token)
    return Change(match.start(), token, new.upper() if token.isupper() else new)


def _next(number: str) -> str:
    return number[:-1] + ("8" if number[-1] == "9" else str(int(number[-1]) + 1))


def _misspelt(word: str) -> str:
    """Return `word` with two neighbours near its end swapped, or with another last letter."""
    for n in range(len(word) - 1, 1, -1):
        if word[n] != word[n - 1] and word[n - 1 : n + 1].isalpha():
            return word[: n - 1] + word[n] + word[n - 1] + word[n + 1 :]
    return _other_end(word)


def _other_end(word: str) -> str:
    """Return `word` with another last letter."""
    return word[:-1] + ("y" if word[-1] in "xX" else "x")
