"""What each test reads of the project, beside its code: what is not listed here reads everything.

A line is the beginning of tests' names, and parts of `tests/guide/parts.py`; of lines that begin a
name the longest counts. In braces is what a test's name has: {page}, {step}, {query}; {opened} are
the pages that the test itself names, or its file outside of tests.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from macros.errors import ROOT
from tests.checks import replica_queries
from tests.guide import lake_queries, parts, reading
from tests.guide.profiles import readers
from tests.guide.steps import steps

_SITE = ("outline", "fact-files", "{page}")
_WHOLE = ("structure", "fact-files", "pages")
_PROJECT = ("structure", "code")
READS: dict[str, tuple[str, ...]] = {
    "docs/": ("{blocks}",),
    "tests/suites/browser/": ("outline", "fact-files", "{opened}"),
    "tests/suites/browser/test_download.py": _WHOLE,
    "tests/suites/browser/test_equality.py::test_hundreds": _SITE,
    "tests/suites/browser/test_everyone.py": ("structure", "fact-files", "{opened}"),
    "tests/suites/browser/test_pages.py": _SITE,
    "tests/suites/browser/test_search.py": _WHOLE,
    "tests/suites/browser/test_twins.py": _WHOLE,
    "tests/suites/browser/test_weight.py": _WHOLE,
    "tests/suites/browser/test_whole.py": _WHOLE,
    "tests/suites/day_one/": ("structure",),
    "tests/suites/day_one/test_contract.py::test_check_fails": ("{step}",),
    "tests/suites/day_one/test_day_one.py": ("{step}",),
    "tests/suites/day_one/test_witnesses.py": ("{step}",),
    "tests/suites/doctor/": ("shell",),
    "tests/suites/harness/": _PROJECT,
    "tests/suites/harness/test_partial.py": (parts.EVERYTHING,),
    "tests/suites/harness/test_preview.py": (*_PROJECT, "{opened}"),
    "tests/suites/harness/test_telling.py": (*_PROJECT, "{opened}"),
    "tests/suites/lab/": ("structure",),
    "tests/suites/macros/": ("structure", "fact-files"),
    "tests/suites/macros/sources/": ("fact-files",),
    "tests/suites/macros/test_freshness.py": _WHOLE,
    "tests/suites/macros/test_profile.py": ("structure",),
    "tests/suites/macros/test_proof.py": ("structure", "pages"),
    "tests/suites/macros/test_rendering.py": _WHOLE,
    "tests/suites/macros/test_slots.py": (),
    "tests/suites/mutants/": _PROJECT,
    "tests/suites/mutants/test_mutants.py::test_of_what_texts_name": (*_PROJECT, "pages"),
    "tests/suites/notebooks/": ("structure",),
    "tests/suites/practice/": ("structure", "code"),
    "tests/suites/queries/": ("structure",),
    "tests/suites/queries/test_contained.py": ("facts",),
    "tests/suites/queries/test_discriminating.py::test_every_change": ("{query}",),
    "tests/suites/queries/test_lake.py::test_another_engine": ("{query}",),
    "tests/suites/queries/test_lake.py::test_result": ("{query}",),
    "tests/suites/queries/test_refusals.py": ("facts",),
    "tests/suites/queries/test_replicas.py::test_another_wiki": ("{query}",),
    "tests/suites/queries/test_replicas.py::test_every_mutant": ("{query}",),
    "tests/suites/queries/test_replicas.py::test_order": ("{query}",),
    "tests/suites/queries/test_replicas.py::test_result": ("{query}",),
    "tests/suites/site/": _SITE,
    "tests/suites/site/test_builders.py": _WHOLE,
    "tests/suites/site/test_fences.py": ("structure",),
    "tests/suites/site/test_names.py": ("structure", "fact-files", "{page}"),
    "tests/suites/site/test_secrets.py": (parts.EVERYTHING,),
    "tests/suites/site/test_serve.py": ("structure",),
    "tests/suites/site/test_twins.py": _WHOLE,
    "tests/suites/snippets/": ("structure",),
    "tests/suites/survey/": ("structure", "fact-files"),
    "tests/suites/wikitext/": _SITE,
    "tests/suites/wikitext/test_escaping.py": ("structure",),
    "tests/suites/wikitext/test_writing.py": ("structure",),
}


@cache
def of(test: str) -> tuple[str, ...]:
    """Return the parts that the test called `test` reads, as pytest names it."""
    lines = [line for line in READS if test.startswith(line)]
    declared = READS[max(lines, key=len)] if lines else (parts.EVERYTHING,)
    return tuple(part for each in declared for part in _filled(each, test))


def _filled(part: str, test: str) -> Iterator[str]:
    file, _, name = test.partition("::")
    inside = name.partition("[")[2].rstrip("]")
    if part == "{blocks}":
        yield f"blocks {file.removeprefix('docs/')}"
    elif part == "{page}":
        yield from [_page(inside)] if "[" in name else ["pages", "structure"]
    elif part == "{opened}":
        yield from (f"page {page}" for page in _opened(file, name.partition("[")[0]))
    elif part == "{step}":
        yield from _step(inside)
    elif part == "{query}":
        page = _of_queries().get(inside)
        yield f"blocks {page}" if page else "structure"
    else:
        yield part


def _page(inside: str) -> str:
    """Return the part of the page that a test's parameters name, by file or address."""
    page = _addresses().get(inside, inside)
    if page in reading.PAGES:
        return f"page {page}"
    return "pages"


@cache
def _addresses() -> dict[str, str]:
    return {reading.address(page): page for page in reading.PAGES} | {"": "index.md"}


@cache
def _opened(file: str, test: str) -> tuple[str, ...]:
    """Return the pages that `test` of `file` opens or changes by name, and the first page."""
    text = "".join(_outside_of_other_tests((ROOT / file).read_text(encoding="utf-8"), test))
    named = set(re.findall(r"[\"'](?:docs/)?([\w/-]+(?:/|\.md))[\"'#]", text))
    return tuple(
        page
        for page in reading.PAGES
        if page == "index.md" or {page, reading.address(page)} & named
    )


def _outside_of_other_tests(module: str, test: str) -> list[str]:
    """Return the lines of `module` without those of its tests, but for `test`."""
    lines = module.splitlines(keepends=True)
    for node in ast.parse(module).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1
            if node.name != test:
                lines[first : node.end_lineno] = [""] * ((node.end_lineno or first) - first)
    return lines


def _step(inside: str) -> Iterator[str]:
    """Yield the part of the step that a test's parameters name, and of each reader that they do."""
    step = max((name for name in steps() if name in inside), key=len, default="")
    of = [name for name in readers() if inside in (f"{name}-{step}", f"{step}-{name}")]
    yield from (f"step {name} {step}" for name in of or ["sample"])


@cache
def _of_queries() -> dict[str, str]:
    """Return the page of each query by its id."""
    known = {each.id: each.block for each in lake_queries.queries()}
    known |= {each.id: each.block for each in replica_queries.queries()}
    return {name: str(block.page.relative_to(reading.DOCS)) for name, block in known.items()}
