"""What stands within a line: text, code, links, values, marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from macros.errors import GuideError
from macros.tree import children, classes, spaced
from macros.wikitext import escaping
from macros.wikitext.html import Page
from macros.wikitext.titles import Titles, resolve

SAMPLE = "Onboarding sample"
_QUOTES = {"em": "''", "strong": "'''"}
#: Classes of what is said beside the text: marks, readers, what is known of a task.
_ASIDE = {"mark", "reason", "reader", "told"}
#: Elements that are nothing but their text on the wiki.
_PLAIN = {"span", "label", "time", "abbr", "small"}


@dataclass(frozen=True)
class Markup:
    """Finished wikitext, between texts that are still to be escaped."""

    wikitext: str


Piece = str | Markup


class Inline:
    """Writes what stands within a line of `page`; `also` names further risky characters."""

    def __init__(self, page: Page, titles: Titles, also: str = ""):
        self.page, self.titles, self.also = page, titles, also

    def line(self, nodes: list[LexborNode]) -> str:
        """Return `nodes` as wikitext of one line, without blanks around it.

        Raises GuideError for an element that has no form on the wiki.
        """
        return self._join(_stripped(self._pieces(nodes)))

    def _pieces(self, nodes: list[LexborNode]) -> list[Piece]:
        return [piece for node in nodes for piece in self._piece(node)]

    def _piece(self, node: LexborNode) -> list[Piece]:
        if node.is_text_node:
            return [spaced(node.text())]
        if "value" in classes(node):
            return [_sample(node)]
        if classes(node) & _ASIDE:
            line = "<br>" if "told" in classes(node) else ""
            return [Markup(f"{line}<small>{self.line(children(node))}</small>")]
        if node.tag in _PLAIN:
            return self._pieces(children(node))
        return [self._element(node)]

    def _element(self, node: LexborNode) -> Piece:
        tag = node.tag or ""
        if tag == "input":
            return "☑" if "checked" in node.attributes else "☐"
        if tag == "br":
            return Markup("<br>")
        if tag == "code":
            return Markup(f"<code>{self._code(node)}</code>")
        if tag == "a":
            return self._link(node)
        if tag in _QUOTES:
            quotes = _QUOTES[tag]
            return Markup(f"{quotes}{self._join(self._pieces(children(node)))}{quotes}")
        raise lost(self.page, node)

    def _code(self, node: LexborNode) -> str:
        pieces = [
            _sample(child) if "value" in classes(child) else child.text().replace("\n", " ")
            for child in children(node)
        ]
        return "".join(
            piece.wikitext if isinstance(piece, Markup) else escaping.code(piece, self.also)
            for piece in _merged(pieces)
        )

    def _link(self, node: LexborNode) -> Markup:
        href, shown = node.attributes.get("href") or "", self.line(children(node))
        if re.match(r"[a-z][a-z0-9+.-]*:", href):
            return Markup(f"[{escaping.address(href)} {shown}]")
        return Markup(f"[[{resolve(href, self.page, self.titles)}|{shown}]]")

    def _join(self, pieces: list[Piece]) -> str:
        """Return wikitext of `pieces`; an empty `<nowiki/>` keeps apart what would become one."""
        made = ""
        for piece in _merged(pieces):
            is_text = isinstance(piece, str)
            right = escaping.prose(piece, self.also) if isinstance(piece, str) else piece.wikitext
            quotes = made.endswith("'") and right.startswith("'")
            trail = is_text and made.endswith("]]") and right[:1].isalpha()
            made += f"<nowiki/>{right}" if quotes or trail else right
        return made


def lost(page: Page, node: LexborNode) -> GuideError:
    """Return the error for an element that the wiki would lose."""
    words = node.text().strip().split("\n")[0][:30]
    message = f"<{node.tag}> has no form on the wiki yet; give it one in macros/wikitext"
    return page.error(message, f"<{node.tag}", words)


def _sample(node: LexborNode) -> Markup:
    return Markup(f"{{{{{SAMPLE}|1={escaping.prose(node.text())}}}}}")


def _merged(pieces: list[Piece]) -> list[Piece]:
    """Return `pieces` with texts side by side as one: what is risky may stand across them."""
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return merged


def _stripped(pieces: list[Piece]) -> list[Piece]:
    pieces = _merged(pieces)
    if pieces and isinstance(pieces[0], str):
        pieces[0] = pieces[0].lstrip(" ")
    if pieces and isinstance(pieces[-1], str):
        pieces[-1] = pieces[-1].rstrip(" ")
    return [piece for piece in pieces if piece]
