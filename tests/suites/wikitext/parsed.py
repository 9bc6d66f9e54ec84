"""What mwparserfromhell reads in wikitext, in the words of the tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

import mwparserfromhell
from mwparserfromhell.nodes import (
    ExternalLink,
    Heading,
    HTMLEntity,
    Node,
    Tag,
    Template,
    Text,
    Wikilink,
)
from mwparserfromhell.wikicode import Wikicode

NOTE = "Onboarding note"
SAMPLE = "Onboarding sample"
_VERBATIM = re.compile(r"<(nowiki|syntaxhighlight)\b[^>]*(?:/>|>.*?</\1>)", re.DOTALL)
#: What MediaWiki expands and mwparserfromhell does not know, or passes over. The number of an RFC
#: stands on its line (Parser::SPACE_NOT_NL of MediaWiki).
_MAGIC = re.compile(
    r"__[^\W_]+__|-\{|~{3}|\{\{\{|\b(?:RFC|PMID|ISBN)[^\S\n]+\d|^[ \t]+\S|^-{4}|^=+[^=\n]+$"
    r"|(?<!\[)\b(?:https?|ftps?|ssh|git|ircs?|svn)://|(?<!\[)\b(?:mailto|news|tel|sms|urn):\S"
    r"|\]\][a-z]",
    re.IGNORECASE | re.MULTILINE,
)


def parse(wikitext: str) -> Wikicode:
    return mwparserfromhell.parse(wikitext)


def plain(code: Wikicode | None) -> str:
    """Return the text that a reader of the wiki sees."""
    return "".join(map(_plain, code.nodes)) if code is not None else ""


def _plain(node: Node) -> str:
    if isinstance(node, Text):
        return str(node.value)
    if isinstance(node, HTMLEntity):
        return str(node.normalize())
    if isinstance(node, Template):
        return " ".join(
            plain(value.value) for value in node.params if str(value.name).strip() != "type"
        )
    if isinstance(node, Wikilink | Heading):
        return plain(node.text if isinstance(node, Wikilink) else node.title)
    if isinstance(node, ExternalLink):
        return plain(node.title) if node.title is not None else f"[bare {node.url}]"
    if isinstance(node, Tag):
        return "\n" if str(node.tag) == "br" else plain(node.contents)
    raise AssertionError(f"{type(node).__name__} is nothing that the writer makes: {node}")


def skeleton(code: Wikicode | None) -> list[object]:
    """Return the markup in `code` without its texts: types of nodes, tags, what is inside."""
    return [bone for node in (code.nodes if code is not None else []) for bone in _bones(node)]


def _bones(node: Node) -> Iterator[object]:
    if isinstance(node, Text | HTMLEntity) or _is_nowiki(node):
        return
    inner: list[object] = []
    for child in node.__children__():
        inner += skeleton(child)
    name = str(node.tag) if isinstance(node, Tag) else type(node).__name__
    yield name, inner


def _is_nowiki(node: Node) -> bool:
    return isinstance(node, Tag) and str(node.tag) == "nowiki"


def magic(wikitext: str) -> list[str]:
    """Return what MediaWiki would expand although mwparserfromhell sees nothing in it."""
    return [match[0] for match in _MAGIC.finditer(_VERBATIM.sub("\x02", wikitext))]


def one_line(text: str) -> str:
    return " ".join(text.split())
