"""The Markdown extension: slots and places become HTML.

A token in text becomes `<span data-value="name">value</span>`, so that the
browser can put the reader's own value there; in an address it is filled and its
template kept. A fence that names its place as a class gets a label to be read.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from urllib.parse import quote

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from macros.profile import Profile
from macros.slots import BROKEN_TOKEN, TOKEN, token_name
from macros.snippets import PASTED, PLACES

log = logging.getLogger("mkdocs.guide")
_TAG = re.compile(r"(<[^>]*>)")
_HEADING = re.compile(r"<h[1-6][^>]*>.*?</h[1-6]>", re.DOTALL)
#: Of blanks in code, which have no colour: in a program, a twentieth of what the page weighs.
_BLANKS = re.compile(r'<span class="w">(\s+)</span>')
_BLOCK = re.compile(r'<div class="([^"]*\bhighlight\b[^"]*)"([^>]*)>')

#: A section that says how to check, up to the next heading, the tasks, or the end.
_CHECK = re.compile(
    r'<h3 id="check-that-it-worked[^"]*">.*?(?=<h[1-3][ >]|<div class="tasks|\Z)', re.DOTALL
)
_CODE, _SPAN = re.compile(r"<code\b.*?</code>", re.DOTALL), re.compile(r"</?span\b[^>]*>")
#: Between two cells or rows: without a blank there, the search reads two words as one.
_CELLS = re.compile(r"(?<=</t[hd]>)(?=<t)|(?<=</tr>)(?=</?t)")
#: So many lines of code are read on a page.
_READ = 100


class Slots(Postprocessor):
    """Turns what is left for the HTML into HTML; what it cannot turn is a warning."""

    def __init__(self, md: Markdown, profile: Callable[[], Profile]):
        super().__init__(md)
        self.profile = profile
        self.values: Mapping[str, str] = {}
        self.own: frozenset[str] = frozenset()

    def run(self, text: str) -> str:
        """Return the HTML of a page with its tokens and places replaced."""
        text = _CODE.sub(_uncoloured, text)
        if TOKEN.search(text):
            text = self._filled(text)
        text = _CHECK.sub(_framed, _BLOCK.sub(_label, _BLANKS.sub(r"\1", text)))
        text = _CELLS.sub("\n", text)
        # Most texts have nothing of the kind, and a search of letters is quicker than the pattern.
        if any(mark in text.lower() for mark in ("qzv", "vzq")):
            for rest in BROKEN_TOKEN.findall(text):
                log.warning("a value of the reader was changed after it was printed: %s", rest)
        return text

    def _filled(self, text: str) -> str:
        self.values, self.own = self.profile().values, self.profile().own
        for heading in _HEADING.findall(text):
            if TOKEN.search(heading):
                log.warning("a heading prints a value of the reader: %s", self._plain(heading))
        return "".join(
            self._tag(part) if part.startswith("<") else TOKEN.sub(self._span, part)
            for part in _TAG.split(text)
        )

    def _plain(self, text: str) -> str:
        return TOKEN.sub(lambda match: self.values[token_name(match[1])], text)

    def _span(self, match: re.Match[str]) -> str:
        name = token_name(match[1])
        kind = "own" if name in self.own else "sample"
        value = html.escape(self.values[name])
        return f'<span class="value {kind}" data-value="{name}" translate="no">{value}</span>'

    def _tag(self, tag: str) -> str:
        if not TOKEN.search(tag):
            return tag
        address = re.search(r' href="([^"]*)"', tag)
        if not address or TOKEN.search(tag.replace(address[0], "")):
            log.warning("an attribute prints a value of the reader: %s", self._plain(tag))
            return self._plain(tag)
        filled = TOKEN.sub(
            lambda match: quote(self.values[token_name(match[1])], safe=""), address[1]
        )
        template = TOKEN.sub(self._kept_open, address[1])
        kept = f' data-value-href="{template}"' if "{" in template else ""
        return tag.replace(address[0], f' href="{filled}"{kept}')

    def _kept_open(self, match: re.Match[str]) -> str:
        name = token_name(match[1])
        return quote(self.values[name], safe="") if name in self.own else f"{{{name}}}"


def _uncoloured(match: re.Match[str]) -> str:
    """Take the colours from a script that is to be kept, not read: they are a fifth of its page."""
    return _SPAN.sub("", match[0]) if match[0].count("\n") > _READ else match[0]


def _framed(match: re.Match[str]) -> str:
    """Put a frame round a section, unless it ends within an element that began before it."""
    depth = 0
    for tag in re.findall(r"</?div\b", match[0]):
        depth += -1 if tag == "</div" else 1
        if depth < 0:
            return match[0]
    return f'<div class="check">{match[0]}</div>' if depth == 0 else match[0]


def _label(match: re.Match[str]) -> str:
    places = [name for name in match[1].split() if name in PLACES]
    if not places:
        return match[0]
    words = ": ".join(filter(None, (PLACES[places[0]], PASTED.get(places[0]))))
    return f'{match[0]}<p class="place">{words}</p>\n'


class GuideExtension(Extension):
    """Python-Markdown's hook; `profile` is asked for when the first value is met."""

    def __init__(self, profile: Callable[[], Profile]):
        super().__init__()
        self.profile = profile

    def extendMarkdown(self, md: Markdown) -> None:
        """Register after every other postprocessor: the stash is restored by then."""
        md.postprocessors.register(Slots(md, self.profile), "guide", -10)


def makeExtension(**_: object) -> GuideExtension:
    """Return the extension for the profile of this build (Python-Markdown's entry point)."""
    # Imported when it is needed: a mistake in a macro must not keep the builder from starting.
    return GuideExtension(lambda: import_module("macros.building").guide_of_build().profile)
