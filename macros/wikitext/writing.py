"""HTML of a page to wikitext. What has no form here yet is an error, so that nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

from macros.tree import (
    HEADINGS,
    LISTS,
    Part,
    children,
    classes,
    elements,
    is_title,
    parts,
    spaced,
)
from macros.wikitext import escaping
from macros.wikitext.html import Page
from macros.wikitext.inline import Inline, lost
from macros.wikitext.titles import Titles

NOTE = "Onboarding note"
_MARKS = {"ul": "*", "ol": "#"}
_MARKS_OF_TERMS = {"dt": ";", "dd": ":"}
#: What does not fit into an item that a mark at the start of a line makes.
_TOO_LONG = "table, details, figure, form, h2, h3, h4, h5, h6, div:not(.highlight)"


class Writer:
    """Writes the blocks of one page."""

    def __init__(self, page: Page, titles: Titles):
        self.page, self.titles = page, titles
        self.inline, self.term = Inline(page, titles), Inline(page, titles, also=":")
        self._forms: dict[str, Callable[[LexborNode], str]] = {
            "p": self._paragraph,
            "table": self._table,
            "details": self._note,
            "figure": self._picture,
            "form": lambda _: "''Here the site of the guide has a form.''",
            "div": self._division,
            "h1": lambda _: "",  # the title of the page on the wiki
            **dict.fromkeys(HEADINGS[1:], self._heading),
            **dict.fromkeys(LISTS, self._list),
        }

    def blocks(self, node: LexborNode) -> list[str]:
        """Return what stands in `node`, block by block; raises GuideError with file and line."""
        return [block for part in parts(node) if (block := self._block(part))]

    def _block(self, part: Part) -> str:
        if isinstance(part, list):
            return escaping.line(self.inline.line(part))
        return self._forms[part.tag or ""](part)

    def _paragraph(self, node: LexborNode) -> str:
        return escaping.line(self.inline.line(children(node)))

    def _heading(self, node: LexborNode) -> str:
        marks = "=" * int((node.tag or "")[1])
        return f"{marks} {self.inline.line(children(node))} {marks}"

    def _division(self, node: LexborNode) -> str:
        if "highlight" in classes(node):
            return "\n".join(self._code(node))
        if "tabbed-set" in classes(node):
            return self._tabs(node)
        titled = any(is_title(child) for child in children(node))
        if "admonition" in classes(node) or ("when" in classes(node) and titled):
            return self._note(node)
        return "\n\n".join(self.blocks(node))

    def _code(self, node: LexborNode) -> list[str]:
        """Return a line that says where the block belongs, and the block."""
        block = node.css("pre > code")[0].text()
        if re.search(r"</\s*syntaxhighlight", block, re.IGNORECASE):
            raise self.page.error(
                "a code block on the wiki cannot hold the end of one", "</syntaxhighlight"
            )
        where = [f"'''{escaping.prose(each.text())}'''" for each in node.css("p.place")]
        where += [f"<code>{escaping.code(each.text())}</code>" for each in node.css(".filename")]
        language = re.search(r"\blanguage-(\S+)", node.attributes.get("class") or "")
        opening = f'<syntaxhighlight lang="{language[1] if language else "text"}">'
        said = [" ".join(where)] if where else []
        return [*said, f"{opening}\n{block}</syntaxhighlight>"]

    def _tabs(self, node: LexborNode) -> str:
        blocks: list[str] = []
        labels, contents = node.css(".tabbed-labels > label"), node.css(".tabbed-block")
        for label, content in zip(labels, contents, strict=True):
            blocks += [f"; {self.term.line(children(label))}", *self.blocks(content)]
        return "\n\n".join(blocks)

    def _note(self, node: LexborNode) -> str:
        """Return a box: an admonition, what can be unfolded, what is for some readers only."""
        kinds = [c for c in (node.attributes.get("class") or "note").split() if c != "admonition"]
        kind = "reader" if "when" in kinds else kinds[0]
        titles = [child for child in children(node) if is_title(child)]
        title = self.inline.line(children(titles[0])) if titles else kind
        inner = InArgument(self.page, self.titles).blocks(node)
        return note(kind, escaping.line(title), "\n\n".join(inner))

    def _picture(self, node: LexborNode) -> str:
        title, says = (
            escaping.prose(spaced(node.css(f"svg > {name}")[0].text()).strip())
            for name in ("title", "desc")
        )
        file = escaping.prose(f"docs/pictures/{node.attributes.get('data-picture')}.svg")
        return note("picture", escaping.line(title), f"{escaping.line(says)} <small>{file}</small>")

    # -- tables ------------------------------------------------------------------------------

    def _table(self, node: LexborNode) -> str:
        lines = ['{| class="wikitable"']
        for row in node.css("tr"):
            cells = [f"{'!' if c.tag == 'th' else '|'}{self._cell(c)}" for c in elements(row)]
            lines += ["|-", *cells]
        return "\n".join([*lines, "|}"])

    def _cell(self, cell: LexborNode) -> str:
        has_blocks = any(not isinstance(part, list) for part in parts(cell))
        inner = "\n\n".join(self.blocks(cell))
        return f"\n{inner}\n" if has_blocks else f" {inner}".rstrip()

    # -- lists -------------------------------------------------------------------------------

    def _list(self, node: LexborNode) -> str:
        if node.css_first(_TOO_LONG):
            return self._long_list(node)
        return "\n".join(self._items(node, ""))

    def _items(self, node: LexborNode, prefix: str) -> Iterator[str]:
        for item in elements(node):
            mark = _MARKS.get(node.tag or "") or _MARKS_OF_TERMS.get(item.tag or "")
            if not mark:
                raise lost(self.page, item)
            if item.tag == "dt":
                yield f"{prefix}; {self.term.line(children(item))}"
            else:
                yield from self._item(item, prefix + mark)

    def _item(self, item: LexborNode, mark: str) -> Iterator[str]:
        start, goes_on = mark, mark if mark.endswith(":") else f"{mark}:"
        for part in parts(item):
            yield from self._lines_of_item(part, mark, start, goes_on)
            start = goes_on

    def _lines_of_item(self, part: Part, mark: str, start: str, goes_on: str) -> Iterator[str]:
        if isinstance(part, list) or part.tag not in {"div", *LISTS}:
            yield f"{start} {self._block(part)}"
        elif part.tag in LISTS:
            yield from self._items(part, mark)
        else:
            where, *block = self._code(part)
            yield f"{start} {where}"
            yield from (f"{goes_on} {each}" for each in block)

    def _long_list(self, node: LexborNode) -> str:
        """Return a list with tables, notes or the like in it as HTML, which MediaWiki takes too."""
        lines = [f"<{node.tag}>"]
        for item in elements(node):
            inner = "\n\n".join(self.blocks(item))
            lines.append(f"<{item.tag}>\n{inner}\n</{item.tag}>")
        return "\n".join([*lines, f"</{node.tag}>"])


class InArgument(Writer):
    """Writes what stands in an argument of a template, where the bars of a table would end it."""

    def _table(self, node: LexborNode) -> str:
        lines = ['<table class="wikitable">']
        for row in node.css("tr"):
            cells = [f"<{c.tag}>{self._cell(c).lstrip(' ')}</{c.tag}>" for c in elements(row)]
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return "\n".join([*lines, "</table>"])


def note(kind: str, title: str, text: str) -> str:
    """Return a box of `kind` around `text`; `title` and `text` are wikitext."""
    return f"{{{{{NOTE}\n|type={kind}\n|title={title}\n|text=\n{text}\n}}}}"
