"""The Markdown extension that says how blocks were proven: at the foot of each, and summed up.

`python -m macros.proof FOLDER` lists the blocks of a built site that nothing has proven.
"""

from __future__ import annotations

import html
import logging
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from pathlib import Path
from textwrap import shorten

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from macros import evidence, whole
from macros.evidence import Proof
from macros.snippets import PLACES

log = logging.getLogger("mkdocs.guide")
UNPROVEN = "Not proven in this build"
#: Where the summary stands, on a page that is converted after all that have blocks. In it are links
#: to every page of the navigation, in order.
SUMMARY_PLACE = (
    '<div class="proven" markdown="1">This copy of the guide does not say how the blocks of these '
    "pages were proven: {links}.</div>"
)
_PLACE = re.compile(r'<div class="proven">(.*?)</div>', re.DOTALL)
_LINK = re.compile(r"<a [^>]*>.*?</a>")
_BLOCK = re.compile(
    r'<div class="language-(?P<language>[\w-]+) (?P<classes>[^"]*?)\s?highlight"[^>]*>'
    r'(?:<span class="filename">[^<]*</span>)?'
    r"<pre>(?:<span></span>)?<code>(?P<code>.*?)</code></pre>\s*(?=</div>)",
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]*>")
_UNPROVEN = re.compile(
    rf'<code>((?:(?!<code>).)*)</code></pre>\s*<p class="proof"[^>]*>{UNPROVEN}</p>', re.DOTALL
)
_END = "</div>"
_DEPTHS = {"run": "Run", "effect": "Effect tested", "parsed": "Checked", "none": "Not proven"}
_LANGUAGES = {"bash": "shell", "ini": "git config", "python": "Python", "r": "R", "sql": "SQL"}


@dataclass(frozen=True)
class ListedBlock:
    """A block of a page: where it is used, its language, its text, its classes, and its proof.

    `start` and `end` are positions in the HTML, where the last is inside of the block's element.
    """

    place: str
    language: str
    text: str
    classes: tuple[str, ...]
    start: int
    end: int
    proof: Proof | None

    @property
    def depth(self) -> str:
        """How deep the proof goes: a key of _DEPTHS."""
        return self.proof.depth if self.proof else "none"

    @property
    def kind(self) -> str:
        """What readers call such a block."""
        language = _LANGUAGES.get(self.language, self.language)
        place = PLACES[self.place]
        return place if self.place == "output" or language in place else f"{place}, {language}"


def blocks_of(page: str, text: str) -> list[ListedBlock]:
    """Return the blocks in the HTML `text` of `page`, a path under docs/; values are tokens."""
    found = []
    for match in _BLOCK.finditer(text):
        classes = tuple(match["classes"].split())
        place = next((name for name in classes if name in PLACES), "")
        if place:
            found.append((match, classes, place, html.unescape(_TAG.sub("", match["code"]))))
    known = evidence.current()
    prints = evidence.fingerprints(page, [(place, code) for _, _, place, code in found])
    return [
        ListedBlock(place, m["language"], code, classes, m.start(), m.end(), known.get(fingerprint))
        for (m, classes, place, code), fingerprint in zip(found, prints, strict=True)
    ]


def marked(text: str, blocks: Iterable[ListedBlock]) -> str:
    """Return the HTML `text` with a line at the foot of each of its `blocks`.

    A block and the output right below it have one together.
    """
    parts, done, maker = [], 0, None
    blocks = list(blocks)
    for block, following in zip_longest(blocks, blocks[1:]):
        if following and _belongs(text, block, following):
            maker = block
            continue
        words = _words(block, maker)
        parts += [text[done : block.end], f'<p class="proof" data-search-exclude>{words}</p>']
        done, maker = block.end, None
    return "".join([*parts, text[done:]])


def _belongs(text: str, block: ListedBlock, following: ListedBlock) -> bool:
    """Return whether `following` is the output of `block`, for all readers, and right below it."""
    between = text[block.end : following.start].strip()
    alone = "when" not in block.classes and block.place != "output"
    return alone and following.place == "output" and between == _END


def _words(block: ListedBlock, maker: ListedBlock | None) -> str:
    proof = block.proof
    if proof is None or (maker and maker.proof is None):
        return UNPROVEN
    done = maker.proof if maker and maker.proof else proof
    words = evidence.KINDS[done.kind].words
    if block.place == "output" and "run" in (done.depth, proof.depth):
        words += ", output compared" if proof.depth == "run" else ", output not compared"
    parts = [words, html.escape(", ".join(done.programs)), _whole(min(done.day, proof.day))]
    return " · ".join(part for part in parts if part)


def _whole(day: date) -> str:
    return f'<span class="whole">{day}</span>'


# -- the summary ---------------------------------------------------------------------------------


def summary(links: dict[str, str], pages: dict[str, list[ListedBlock]]) -> str:
    """Return the HTML that sums up the blocks of `pages`; `links` leads to each page, in order."""
    every = [block for blocks in pages.values() for block in blocks]
    found = [block.proof for block in every if block.proof]
    if not found:
        return (
            f"<p><strong>{UNPROVEN}.</strong> It was made without the notes of a test run, so it "
            f"cannot say of any of its {len(every)} blocks how it was proven.</p>"
        )
    counted = Counter(block.depth for block in every)
    days = sorted({proof.day for proof in found})
    when = f"on {days[0]}" if len(days) == 1 else f"between {days[0]} and {days[-1]}"
    lead = (
        f"<p>Of {len(every)} blocks {counted['run']} were run, of {counted['effect']} the effect "
        f"was tested, {counted['parsed']} were checked and not run, and {counted['none']} are not "
        f"proven in this build. The tests ran {when}.</p>"
    )
    by_kind: dict[str, list[ListedBlock]] = defaultdict(list)
    for block in sorted(every, key=lambda each: [*PLACES].index(each.place)):
        by_kind[block.kind].append(block)
    by_page = {link: pages[page] for page, link in links.items() if pages[page]}
    return "".join(
        [
            lead,
            _section("not-run", "What was not run", _not_run(links, pages)),
            _section("pages", "By page", _counts("Page", by_page)),
            _section("languages", "By place and language", _counts("Block", by_kind)),
            _section("programs", "By which programs", _programs(every)),
        ]
    )


def _section(name: str, title: str, table: str) -> str:
    return f'<h2 id="{name}">{title}</h2>{table}'


def _table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    head = "".join(f"<th>{column}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table data-search-exclude><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _counts(what: str, groups: dict[str, list[ListedBlock]]) -> str:
    def row(name: str, blocks: list[ListedBlock]) -> list[object]:
        counted = Counter(block.depth for block in blocks)
        return [name, len(blocks), *(counted[depth] or "" for depth in _DEPTHS)]

    return _table([what, "Blocks", *_DEPTHS.values()], (row(*group) for group in groups.items()))


def _not_run(links: dict[str, str], pages: dict[str, list[ListedBlock]]) -> str:
    """Return lists of the blocks that were not run, by what was done instead, and why."""
    found: dict[str, list[str]] = defaultdict(list)
    for page, link in links.items():
        for block in (each for each in pages[page] if each.depth != "run"):
            code = html.escape(_beginning(block.text))
            found[_stated(block)].append(f"<li>{link}: <code>{code}</code></li>")
    lists = (
        f"<p data-search-exclude>{what}.</p><ul data-search-exclude>{''.join(items)}</ul>"
        for what, items in found.items()
    )
    return "".join(lists) or "<p>There is none: every block was run.</p>"


def _beginning(text: str) -> str:
    """Return the first words of a block; a token of a value is never cut."""
    return shorten(text, 48, break_long_words=False, break_on_hyphens=False, placeholder=" …")


def _stated(block: ListedBlock) -> str:
    proof = block.proof
    if proof is None:
        return UNPROVEN
    words = evidence.KINDS[proof.kind].words if block.place != "output" else "Output not compared"
    by = f" ({', '.join(proof.programs)})" if proof.programs else ""
    why = f": {proof.why}" if proof.why else ""
    return html.escape(f"{words}{by}{why}")


def _programs(blocks: Iterable[ListedBlock]) -> str:
    days: dict[str, list[date]] = defaultdict(list)
    for proof in (block.proof for block in blocks if block.proof):
        for program in proof.programs:
            days[program].append(proof.day)
    return _table(
        ["Program", "Blocks", "Last on"],
        (
            [html.escape(program), len(found), _whole(max(found))]
            for program, found in sorted(days.items(), key=lambda each: each[0].lower())
        ),
    )


# -- in a build ----------------------------------------------------------------------------------

#: The blocks of the pages by their names, kept from build to build: a saved page is replaced.
listed: dict[str, list[ListedBlock]] = {}


def blocks_of_build() -> list[ListedBlock]:
    """Return the blocks of all pages that were built so far."""
    return [block for blocks in listed.values() for block in blocks]


class Proofs(Postprocessor):
    """Puts a line at the foot of each block of a page, and the summary in its place."""

    def run(self, text: str) -> str:
        """Return the HTML of a page with its proofs; what is no page of a build stays as it is."""
        page = whole.current_page()
        if page is None:
            return text
        listed[page] = blocks_of(page, text)
        text = marked(text, listed[page])
        place = _PLACE.search(text)
        if place is None:
            return text
        links = dict(zip(whole.names(), _LINK.findall(place[1]), strict=True))
        try:
            made = summary(links, {name: listed[name] for name in links})
        except KeyError as error:
            log.warning("docs/%s: %s of the navigation comes after this page", page, error)
            return text
        return text.replace(place[1], made)


class ProofExtension(Extension):
    """Python-Markdown's hook."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register before the guide's other extensions: values are still tokens then."""
        md.postprocessors.register(Proofs(md), "proof", -5)


def makeExtension(**_: object) -> ProofExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return ProofExtension()


# -- by hand -------------------------------------------------------------------------------------


def unproven(site: Path) -> list[str]:
    """Return a line, with page and beginning, for each block of `site` that nothing has proven."""
    return [
        f"{page.relative_to(site)}: {_beginning(html.unescape(_TAG.sub('', found[1])))}"
        for page in sorted(set(site.rglob("*.html")) - {site / whole.PAGE.replace(".md", ".html")})
        for found in _UNPROVEN.finditer(page.read_text(encoding="utf-8"))
    ]


def main(site: Path) -> int:
    """Print the blocks of the built `site` without a proof; return 1 where there are any."""
    if not (site / "index.html").is_file():
        print(f"{site}: there is no site; make site", file=sys.stderr)
        return 1
    found = unproven(site)
    for line in found:
        print(line, file=sys.stderr)
    if found:
        print(f"Not proven: {len(found)}. Run make test, then make site.", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
