"""Measures the site's build against plain Material's in one run: `make benchmark`.

Plain Material gets the same pages with the macros' work done: rendered, values filled in, written
as Markdown, under the same configuration but for what is ours. Both build in turns, first the
guide, then synthetic guides of its copies. Compared are the processor's seconds, in which what
else the machine does counts least.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice, pairwise
from pathlib import Path
from statistics import median
from typing import Any

import yaml
from mkdocs.utils.yaml import yaml_load

from macros.errors import ROOT
from macros.facts import current
from macros.profile import sample
from macros.rendering import Guide
from macros.slots import fill
from macros.vocabulary import vocabulary
from tests.environments import scratch
from tests.guide.reading import DOCS
from tests.tools import figures

#: How many times plain Material's seconds `make site` may take.
BAR = 1.5
#: How much higher the ratio may be at one size than at the last: two measurements of the same
#: differ by as much.
NOISE = 1.08
#: The sizes of synthetic guides in pages, and how often each is built.
SYNTHETIC = {200: 3, 1000: 2}
#: How often the guide itself is built.
ROUNDS = 7


@dataclass(frozen=True)
class MadePage:
    """A page of a guide to build: its section, its source, and its place under docs/."""

    section: str
    source: str
    place: str


@dataclass(frozen=True)
class Timing:
    """The seconds that both take for a guide of so many pages."""

    pages: int
    ours: float
    plain: float

    @property
    def ratio(self) -> float:
        """How many times plain Material's seconds ours takes."""
        return self.ours / self.plain


def main() -> int:
    """Print a line for each size; return 1 where a bar is missed."""
    configuration = yaml_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    pages = list(_pages(configuration["nav"]))
    rendered = _rendered(pages)
    guides = [(pages, ROUNDS)]
    guides += [(list(islice(_copies(pages), size)), rounds) for size, rounds in SYNTHETIC.items()]
    with figures.of("make benchmark") as say:
        results = _results(configuration, guides, rendered, say)
        missed = list(_missed(results))
        say("\n".join(missed) or f"At most {BAR} times plain Material, and growing no faster.")
    return 1 if missed else 0


def _results(
    configuration: dict[str, Any],
    guides: list[tuple[list[MadePage], int]],
    rendered: dict[str, str],
    say: Callable[[str], None],
) -> list[Timing]:
    """Build each of `guides`, by both; `say` a line on each."""
    say(f"{'pages':>6}{'make site':>12}{'plain Material':>16}{'ratio':>7}")
    results = []
    for guide, rounds in guides:
        with scratch.folder() as folder:
            result = _measure(folder, configuration, guide, rendered, rounds)
        results.append(result)
        say(f"{result.pages:>6}{result.ours:>10.2f} s{result.plain:>14.2f} s{result.ratio:>7.2f}")
    return results


def _missed(results: list[Timing]) -> Iterator[str]:
    """Yield what is not as it has to be."""
    for result in results:
        if result.ratio > BAR:
            yield f"{result.pages} pages: {result.ratio:.2f} times plain Material, the bar is {BAR}"
    for less, more in pairwise(results):
        if more.ratio > less.ratio * NOISE:
            yield f"from {less.pages} to {more.pages} pages it grows faster than plain Material"


def _pages(nav: Iterable[Any], section: str = "") -> Iterator[MadePage]:
    """Yield the pages of `nav`, as it stands in mkdocs.yml."""
    for item in nav:
        for title, below in item.items() if isinstance(item, dict) else [(section, item)]:
            if isinstance(below, str):
                yield MadePage(section or title, below, below)
            else:
                yield from _pages(below, title)


def _copies(pages: list[MadePage]) -> Iterator[MadePage]:
    """Yield copies of all pages without end, each time in a folder and in sections of their own."""
    for number in count(1):
        for page in pages:
            yield MadePage(f"{page.section} {number}", page.source, f"copy-{number}/{page.source}")


def _rendered(pages: Iterable[MadePage]) -> dict[str, str]:
    """Return the sources as plain Markdown: macros rendered, the sample's values filled in."""
    facts = current()
    reader = sample(facts)
    guide = Guide(facts, reader, vocabulary)
    sources = {page.source for page in pages}
    return {
        source: fill(guide.render_page(DOCS / source).text, dict(reader.values))
        for source in sources
    }


def _measure(
    folder: Path,
    configuration: dict[str, Any],
    pages: list[MadePage],
    rendered: dict[str, str],
    rounds: int,
) -> Timing:
    """Return what the guide of `pages` takes, built in turns."""
    sources = {page.source: (DOCS / page.source).read_text(encoding="utf-8") for page in pages}
    ours = _prepare(folder / "ours", _moved(configuration), pages, sources)
    plain = _prepare(folder / "plain", _plain(configuration), pages, rendered)
    turns = [(_build(ours), _build(plain)) for _ in range(rounds)]
    return Timing(len(pages), median(a for a, _ in turns), median(b for _, b in turns))


def _moved(configuration: dict[str, Any]) -> dict[str, Any]:
    """Return the guide's own configuration for a file that stands elsewhere."""
    theme = configuration["theme"] | {
        "custom_dir": str(ROOT / configuration["theme"]["custom_dir"])
    }
    plugins = [
        {"macros": each["macros"] | {"module_name": str(ROOT / each["macros"]["module_name"])}}
        if _name(each) == "macros"
        else each
        for each in configuration["plugins"]
    ]
    return configuration | {"theme": theme, "plugins": plugins}


def _plain(configuration: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration without what is ours: theme, styles, scripts, macros, extension."""
    theme = {key: value for key, value in configuration["theme"].items() if key != "custom_dir"}
    plugins = [each for each in configuration["plugins"] if _name(each) != "macros"]
    changed = {"theme": theme, "plugins": plugins, "extra_css": [], "extra_javascript": []}
    return configuration | changed


def _name(entry: str | dict[str, Any]) -> str:
    return entry if isinstance(entry, str) else next(iter(entry))


def _prepare(
    folder: Path, configuration: dict[str, Any], pages: list[MadePage], texts: dict[str, str]
) -> Path:
    """Write a guide of `pages` with its configuration into `folder`; return the latter's path."""
    docs = folder / "docs"
    shutil.copytree(DOCS, docs, ignore=shutil.ignore_patterns("*.md"))
    nav: dict[str, list[str]] = {}
    for page in pages:
        path = docs / page.place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[page.source], encoding="utf-8")
        nav.setdefault(page.section, []).append(page.place)
    sections = [{section: places} for section, places in nav.items()]
    changed = {"docs_dir": "docs", "site_dir": "site", "nav": sections, "watch": []}
    file = folder / "mkdocs.yml"
    file.write_text(yaml.safe_dump(configuration | changed), encoding="utf-8")
    return file


def _build(configuration: Path) -> float:
    """Build the site of `configuration`; return the processor's seconds."""
    program = str(Path(sys.executable).parent / "mkdocs")
    process = subprocess.Popen(
        [program, "build", "--quiet", "--config-file", str(configuration)],
        cwd=ROOT,
        env={**os.environ, "GUIDE_PUBLISH": "1", "NO_MKDOCS_2_WARNING": "1"},
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
