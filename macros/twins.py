"""A twin of each page in Markdown, for programs: the same text, made from the built page.

`access/ssh.md` beside the site is the twin of the page `access/ssh`, with samples. It is filled
from `access/ssh.md.in`, and so is, by a button of the page, the one with a reader's own values.
A field in it is what stands between two control characters, which no page has:

    ␂name␃              a value of the reader; ␂%name␃ is the same in an address
    ␂/address␃          a link within the guide, relative to the folder of the twin
    ␂?kind=staff␄text␃  text for some readers; ␂!kind=staff␄text␃ says for whom it is, and where
                        it ends
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urldefrag, urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from macros import settings, whole
from macros.errors import GuideError
from macros.settings import NavPart
from macros.tree import HEADINGS, children, classes, elements, is_title, parts, spaced

#: What is about the site, not of the page; a page says which of its facts are how old in a line.
_OF_THE_SITE = ".details-bar, details.sources, .built, .twin, noscript"
#: The ending of what a browser fills in.
TEMPLATE = ".in"
#: All pages in one, after https://llmstxt.org.
FULL = "llms-full.txt"
_FORM = "Here the site of the guide has a form."
#: Elements that are nothing but their text, and elements around one.
_PLAIN, _WITH_TEXT = {"span", "label", "time", "abbr", "small"}, {"a", "em", "strong"}
_FIELD = re.compile("\x02([%/?!]?)([^\x02\x03]*)\x03")
#: Where a line begins: behind what opens or closes a text for some readers.
_LINE = re.compile("^((?:\x03|\x02[?!][^\x04\n]*\x04)*)(?=([^\n\x03]?))", re.MULTILINE)
_MARKS = re.compile(r"[\\`*_\[\]<~|]|&(?=[#\w]+;)")
_AT_START = re.compile(r"^(?=[#>+=-])|^(\d+)(?=[.)](?:\s|$))")


@dataclass(frozen=True)
class Twin:
    """The twin of the page `name`, a path under docs/; `template` has fields."""

    name: str
    title: str
    description: str
    template: str

    def filled(self, values: Mapping[str, str], folder: str | None = None) -> str:
        """Return the text with `values`, its links relative to `folder` (else to its own)."""
        own = posixpath.dirname(self.name)

        def field(match: re.Match[str]) -> str:
            kind, body = match.groups()
            if kind in ("?", "!"):
                return str(body.partition("\x04")[2])
            if kind == "/":
                path = posixpath.join(own, body)
                return body if folder is None else posixpath.relpath(path, folder or ".")
            return quote(values[body], safe="") if kind else values[body]

        return _filled(self.template, field)


def _filled(text: str, field: Callable[[re.Match[str]], str]) -> str:
    """Return `text` with every field replaced, from the inner ones on."""
    while (new := _FIELD.sub(field, text)) != text:
        text = new
    return text.strip() + "\n"


def twins(site: Path, pages: Iterable[str]) -> list[Twin]:
    """Return the twins of `pages`, which stand in the built `site`.

    Raises GuideError for an element that has no form in Markdown yet.
    """
    pages = [*pages]
    addresses = {_file(site, page): page for page in pages}
    known = {**addresses, _file(site, whole.PAGE): FULL}
    return [_twin(file, page, known) for file, page in addresses.items()]


def files(
    twins: list[Twin], listed: Iterable[NavPart], values: Mapping[str, str]
) -> dict[str, str]:
    """Return what stands beside the site: the texts of files by their names.

    `llms.txt` says what there is, in the order of `listed`, and FULL has all of it.
    """
    known = {twin.name: twin for twin in twins}
    made = {f"{twin.name}{TEMPLATE}": twin.template for twin in twins}
    made |= {twin.name: twin.filled(values) for twin in twins}
    order = [(part, [known[page] for page in part.pages]) for part in listed]
    about = settings.load().mapping()
    lines = [
        f"# {about['site_name']}\n\n> {about['site_description']}\n",
        "Every page in Markdown. Values of a reader, such as a shell name, are samples. "
        f"[All pages in one file]({FULL}).",
    ]
    for part, own in order:
        lines.append(f"\n## {part.title}\n")
        lines += [f"- [{twin.title}]({twin.name}): {twin.description}" for twin in own]
    made["llms.txt"] = "\n".join(lines) + "\n"
    made[FULL] = "\n".join(twin.filled(values, folder="") for _, own in order for twin in own)
    return made


def _file(site: Path, page: str) -> Path:
    """Return the file of `page`, whichever addresses the site was built with."""
    name = page.removesuffix(".md")
    folder = site / name / "index.html"
    return folder if folder.is_file() else site / f"{name}.html"


def _twin(file: Path, page: str, addresses: Mapping[Path, str]) -> Twin:
    tree = LexborHTMLParser(file.read_text(encoding="utf-8"))
    article, heading = tree.css_first("article"), tree.css_first("article h1")
    described = tree.css_first('meta[name="description"]')
    assert article is not None and heading is not None and described is not None
    for node in article.css(_OF_THE_SITE):
        node.decompose()
    writer = Writer(page, file, addresses)
    title = writer.line(children(heading))
    return Twin(
        page,
        _filled(title, lambda field: "").strip(),
        described.attributes.get("content") or "",
        "".join(writer.blocks(article)),
    )


class Writer:
    """Writes what stands in the article of `page`, block by block, with fields."""

    def __init__(self, page: str, file: Path, addresses: Mapping[Path, str]):
        self.page, self.file, self.addresses = page, file, addresses
        self._forms: dict[str, Callable[[LexborNode], str]] = {
            "p": lambda node: _start(self.line(children(node))),
            "table": self._table,
            "figure": self._picture,
            "form": lambda _: f"*{_FORM}*",
            "ul": self._list,
            "ol": self._list,
            "dl": self._list,
            **dict.fromkeys(HEADINGS, self._heading),
        }

    # -- blocks ------------------------------------------------------------------------------

    def blocks(self, node: LexborNode) -> Iterator[str]:
        """Yield the blocks in `node`, each with a blank line behind it."""
        for part in parts(node):
            if isinstance(part, list):
                yield f"{_start(self.line(part))}\n\n"
            elif part.tag in ("div", "footer"):
                yield from self._division(part)
            elif part.tag not in self._forms:
                raise self._lost(part)
            elif text := self._forms[part.tag or ""](part):
                yield _for_some(part, f"{text}\n\n")

    def _heading(self, node: LexborNode) -> str:
        text = re.sub("(#+)$", r"\\\1", self.line(children(node)))
        return f"{'#' * int((node.tag or '')[1])} {text}"

    def _division(self, node: LexborNode) -> Iterator[str]:
        kinds, title = classes(node), [child for child in children(node) if is_title(child)]
        if "highlight" in kinds:
            yield _for_some(node, "".join(self._code(node)))
        elif "tabbed-set" in kinds:
            yield from self._tabs(node)
        elif "when" in kinds and not title:
            yield _for_some(node, "".join(self.blocks(node)))
        elif "when" in kinds:
            label = _label(node, f"*{self.line(children(title[0]))}*\n\n")
            who = re.sub(r"[<>-]", " ", title[0].text())  # what could end the comment
            end = _label(node, f"<!-- end: {who} -->\n\n")
            yield _for_some(node, label + "".join(self.blocks(node)) + end)
        elif title:
            yield _box(f"**{self.line(children(title[0]))}**\n\n", *self.blocks(node))
        else:
            yield from self.blocks(node)

    def _code(self, node: LexborNode) -> Iterator[str]:
        """Yield where the block belongs, the block, and how it was proven."""
        where = [f"**{_escaped(each.text())}**" for each in node.css("p.place")]
        where += [f"`{each.text()}`" for each in node.css(".filename")]
        if where:
            yield f"{' · '.join(where)}\n\n"
        code = "".join(map(self._verbatim, node.css("pre > code")[0].iter(include_text=True)))
        language = re.search(r"\blanguage-(\S+)", node.attributes.get("class") or "")
        fence = _fence(code, 3)
        yield f"{fence}{language[1] if language else ''}\n{code}{fence}\n\n"
        for proof in node.css("p.proof"):
            yield f"*{self.line(children(proof))}*\n\n"

    def _tabs(self, node: LexborNode) -> Iterator[str]:
        labels, contents = node.css(".tabbed-labels > label"), node.css(".tabbed-block")
        for label, content in zip(labels, contents, strict=True):
            yield f"**{self.line(children(label))}**\n\n"
            yield from self.blocks(content)

    def _picture(self, node: LexborNode) -> str:
        title, says = (
            _escaped(spaced(node.css(f"svg > {name}")[0].text()).strip())
            for name in ("title", "desc")
        )
        return _box(f"**{title}**\n\n", says).rstrip()

    def _table(self, node: LexborNode) -> str:
        rows = [[self._cell(cell) for cell in elements(row)] for row in node.css("tr")]
        head, *body = (f"| {' | '.join(cells)} |" for cells in rows)
        return "\n".join([head, "|" + " --- |" * len(rows[0]), *body])

    def _cell(self, cell: LexborNode) -> str:
        if any(not isinstance(part, list) for part in parts(cell)):
            raise self._lost(cell)
        return re.sub(r"(?<!\\)\|", r"\\|", self.line(children(cell)))

    def _list(self, node: LexborNode) -> str:
        """Return a list; a term is an item, together with what describes it."""
        items, number = "", 0
        for item in elements(node):
            number += item.tag != "dd"
            mark = f"{number}. " if node.tag == "ol" else "  " if item.tag == "dd" else "- "
            inner = "".join(self.blocks(item))
            if all(isinstance(part, list) or part.tag in ("ul", "ol") for part in parts(item)):
                inner = inner.rstrip("\n").replace("\n\n", "\n") + "\n"
            items += "\n" if item.tag == "dd" else ""
            items += _for_some(item, mark + _indented(inner, " " * len(mark))[len(mark) :])
        return items.rstrip("\n")

    # -- within a line -----------------------------------------------------------------------

    def line(self, nodes: list[LexborNode]) -> str:
        """Return `nodes` as one line, without blanks around it."""
        return "".join(map(self._piece, nodes)).strip()

    def _piece(self, node: LexborNode) -> str:
        if node.is_text_node:
            return _escaped(spaced(node.text()))
        inner = children(node)
        text = self._in_line(node, inner)
        return _for_some(node, text)

    def _in_line(self, node: LexborNode, inner: list[LexborNode]) -> str:
        kinds = classes(node)
        if "value" in kinds:
            return _value(node, _escaped)
        if "reader" in kinds:
            return _label(_surrounding(node), "".join(map(self._piece, inner)))
        if "reason" in kinds:
            return f" *{self.line(inner)}*"
        if node.tag in _PLAIN:
            return (" " if "told" in kinds else "") + "".join(map(self._piece, inner))
        return self._element(node, self.line(inner) if node.tag in _WITH_TEXT else "")

    def _element(self, node: LexborNode, text: str) -> str:
        boxed = "x" if "checked" in node.attributes else " "
        forms: dict[str, Callable[[], str]] = {
            "a": lambda: f"[{text}]({self._target(node)})",
            "br": lambda: "\\\n",
            "code": lambda: self._inline_code(node),
            "em": lambda: f"*{text}*",
            "input": lambda: f"[{boxed}]",
            "strong": lambda: f"**{text}**",
        }
        if node.tag not in forms:
            raise self._lost(node)
        return forms[node.tag]()

    def _inline_code(self, node: LexborNode) -> str:
        code = "".join(map(self._verbatim, children(node))).replace("\n", " ")
        if _in_cell(node):
            code = code.replace("|", r"\|")  # there alone a backslash is none of the code
        fence = _fence(code, 1)
        edge = " " if code.startswith("`") or code.endswith("`") else ""
        return f"{fence}{edge}{code}{edge}{fence}"

    def _verbatim(self, node: LexborNode) -> str:
        """Return the text in code, where nothing is markup."""
        if node.is_text_node:
            return node.text()
        if "value" in classes(node):
            return _value(node, str)
        return "".join(map(self._verbatim, node.iter(include_text=True)))

    def _target(self, link: LexborNode) -> str:
        href = link.attributes.get("href") or ""
        template = link.attributes.get("data-value-href")
        if template:
            return re.sub(r"\{(\w+)\}", "\x02%\\1\x03", template)
        if re.match(r"[a-z][a-z0-9+.-]*:", href):
            return re.sub(r"[\s()<>]", lambda match: quote(match[0]), href)
        path, anchor = urldefrag(href)
        target = Path(posixpath.normpath(urljoin(self.file.as_posix(), path or self.file.name)))
        found = self.addresses.get(target) or self.addresses.get(target / "index.html")
        if found is None:
            raise self._lost(link)
        name = posixpath.relpath(found, posixpath.dirname(self.page) or ".")
        return f"\x02/{name}{'#' + anchor if anchor else ''}\x03"

    def _lost(self, node: LexborNode) -> GuideError:
        words = (node.text() or "").strip().split("\n")[0][:40]
        message = (
            f"<{node.tag}> ({words}) has no form in Markdown yet; give it one in macros/twins.py"
        )
        return GuideError(message, Path("docs") / self.page)


def _value(node: LexborNode, otherwise: Callable[[str], str]) -> str:
    """Return the field of a sample; what this build knows is text."""
    name = node.attributes.get("data-value") or ""
    return f"\x02{name}\x03" if "sample" in classes(node) else otherwise(node.text())


def _for_some(node: LexborNode, text: str) -> str:
    """Return `text`, as a field if `node` is for some readers."""
    when = node.attributes.get("data-when")
    return f"\x02?{when}\x04{text}\x03" if when and text else text


def _label(node: LexborNode, text: str) -> str:
    """Return the field of `text`, which says for whom `node` is, as long as that is not known."""
    return f"\x02!{node.attributes.get('data-when')}\x04{text}\x03"


def _surrounding(node: LexborNode) -> LexborNode:
    """Return the element around `node` that is for some readers."""
    up = node.parent
    while up is not None and "data-when" not in up.attributes:
        up = up.parent
    assert up is not None
    return up


def _escaped(text: str) -> str:
    return _MARKS.sub(lambda match: f"\\{match[0]}", text)


def _start(line: str) -> str:
    """Return a line of text that does not begin a heading, a list or the like."""
    return _AT_START.sub(lambda match: f"{match[1]}\\" if match[1] else "\\", line)


def _in_cell(node: LexborNode) -> bool:
    around = node.parent
    while around and around.tag not in ("td", "th"):
        around = around.parent
    return around is not None


def _fence(code: str, least: int) -> str:
    return "`" * max(least, 1 + max(map(len, re.findall("`+", code)), default=0))


def _box(*blocks: str) -> str:
    return _indented("".join(blocks).rstrip("\n"), "> ", ">") + "\n\n"


def _indented(text: str, prefix: str, of_blank: str = "") -> str:
    """Return `text` with `prefix` before each line, and `of_blank` before those without a text."""
    return _LINE.sub(lambda m: m[1] + (prefix if m[2] else of_blank), text)
