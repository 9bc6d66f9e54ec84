"""What MediaWiki would expand is kept as text, in every context alike.

A run that means something to MediaWiki stands in `<nowiki>`; `<` and `&` become
entities, which hold inside `<nowiki>` too. Pipes, equals signs and single braces
are risky wherever they stand, so that the same text is safe in a sentence, a
cell, a heading, a link and an argument of a template.
"""

from __future__ import annotations

import re
from urllib.parse import quote

#: MediaWiki's $wgUrlProtocols that go without `//`.
_SCHEMES = "bitcoin|geo|magnet|mailto|matrix|news|sips?|sms|tel|urn|xmpp"
_RISKY = (
    r"[\[\]{}|=]"  # links, templates, arguments, tables, headings
    r"|''|^'|'$|-$"  # bold and italic; at an edge, beside such a mark or before a template
    r"|~{3}|__|!!|-{4}"  # signatures, behaviour switches, header cells, rules
    rf"|://|\b(?:{_SCHEMES}):(?=\S|$)"  # free links
    r"|\b(?:RFC|PMID|ISBN)(?=\s+\d)"  # magic links
)
_WORD = re.compile(rf"\S*?(?:{_RISKY})\S*(?:[ \t]+\S*?(?:{_RISKY})\S*)*", re.IGNORECASE)
_AT_LINE_START = re.compile(r"[*#:;!]+|\s+")


def entities(text: str) -> str:
    """Return `text` without a tag or an entity of its own."""
    return re.sub(r"&(?=[#\w])", "&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def prose(text: str, also: str = "") -> str:
    """Return `text` with its risky words in `<nowiki>`, and so each character of `also`."""
    pattern = re.compile(rf"{_WORD.pattern}|[{also}]", re.IGNORECASE) if also else _WORD
    parts, end = [], 0
    for match in pattern.finditer(text):
        parts += [entities(text[end : match.start()]), _nowiki(match[0])]
        end = match.end()
    return "".join([*parts, entities(text[end:])])


def code(text: str, also: str = "") -> str:
    """Return `text`, part of inline code: whole in `<nowiki>` where anything in it is risky."""
    risky = _WORD.search(text) or set(also) & set(text)
    return _nowiki(text) if risky else entities(text)


def line(wikitext: str) -> str:
    """Return escaped `wikitext` for the start of a line, where lists and blanks count."""
    start = _AT_LINE_START.match(wikitext)
    return _nowiki(start[0]) + wikitext[start.end() :] if start else wikitext


def address(url: str) -> str:
    """Return `url` for an external link, its risky characters encoded."""
    return _encoded(url, r"[\s\[\]{}|<>\"'~]|_(?=_)|(?<=_)_")


def fragment(text: str) -> str:
    """Return `text`, that of a heading, for the part of a link behind `#`."""
    return _encoded(text, r"[\[\]{}|<>#%&'~]|_(?=_)|(?<=_)_")


def _nowiki(text: str) -> str:
    return f"<nowiki>{entities(text)}</nowiki>"


def _encoded(text: str, risky: str) -> str:
    return re.sub(risky, lambda match: _percent(match[0]), text)


def _percent(character: str) -> str:
    # `quote` leaves these two alone, which count among its safe characters.
    return {"_": "%5F", "~": "%7E"}.get(character) or quote(character, safe="")
