"""The tree of a page's HTML, for other forms of it: what is read, and what is a block."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

#: What the browser alone can use.
_LEFT_OUT = {"script", "style", "noscript", "template", "button", "wbr"}
LISTS = ("ul", "ol", "dl")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = {"p", "div", "table", "details", "figure", "form", "footer", *HEADINGS, *LISTS}

Part = LexborNode | list[LexborNode]


def children(node: LexborNode) -> list[LexborNode]:
    """Return the elements and texts in `node` that are read."""
    return [child for child in node.iter(include_text=True) if not _is_left_out(child)]


def elements(node: LexborNode) -> list[LexborNode]:
    """Return the elements in `node` that are read."""
    return [child for child in children(node) if not child.is_text_node]


def parts(node: LexborNode) -> Iterator[Part]:
    """Yield the blocks of `node`, and as lists what stands between them in running text."""
    run: list[LexborNode] = []
    for child in children(node):
        if child.tag not in _BLOCKS:
            run.append(child)
            continue
        if _says_something(run):
            yield run
        run = []
        if not is_title(child):
            yield child
    if _says_something(run):
        yield run


def is_title(node: LexborNode) -> bool:
    """Return whether `node` is the title of the box that it stands in."""
    return node.tag == "summary" or bool(classes(node) & {"admonition-title", "reader"})


def classes(node: LexborNode) -> set[str]:
    """Return the classes of `node`; a text has none."""
    return set() if node.is_text_node else set((node.attributes.get("class") or "").split())


def spaced(text: str) -> str:
    """Return `text` with one blank for each run of blanks and ends of lines, as a browser does."""
    return re.sub(r"[ \t\r\n\f]+", " ", text)


def _says_something(run: list[LexborNode]) -> bool:
    return any(not is_title(node) and (node.text().strip() or node.tag == "input") for node in run)


def _is_left_out(node: LexborNode) -> bool:
    if node.is_text_node or node.is_comment_node:
        return node.is_comment_node
    hidden = "hidden" in node.attributes and node.tag != "form"  # a form is told of
    return node.tag in _LEFT_OUT or hidden or "headerlink" in classes(node)
