"""From rendered pages to tests: one for each code block, named after its heading."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_markdown_docs._runners import DefaultRunner, register_runner
from pytest_markdown_docs.definitions import FenceTestDefinition
from pytest_markdown_docs.plugin import MarkdownInlinePythonItem, MarkdownTextFile
from sybil import Document, Region
from sybil.example import Example

from macros.errors import shown
from tests.checks import example, registry
from tests.checks.python import interpreter, lint
from tests.checks.python.interpreter import FenceError
from tests.evidence import notes, versions
from tests.guide import reading


class PageDocument(Document):
    """A page as its reader sees it; its examples have the lines of the page's source."""

    @classmethod
    def parse(cls, path: str, *parsers: Any, encoding: str = "utf-8") -> PageDocument:
        """Render the page at `path`, then let the parsers find its blocks."""
        document = cls(reading.rendered(Path(path)).text, path)
        for parser in parsers:
            for region in parser(document):
                document.add(region)
        return document

    def examples(self) -> Iterator[Example]:
        """Yield the blocks with their lines in the page, not in the rendered text."""
        for _, region in self.regions:
            yield Example(self, region.parsed.line, 1, region, self.namespace)


def parse_blocks(document: Document) -> Iterator[Region]:
    """Yield every block that is not Python: each gets checked, or fails for want of a check."""
    for block in reading.blocks(Path(document.path)):
        if not _is_python(block):
            yield Region(block.start, block.end, block, _evaluate)


def _is_python(block: reading.Block) -> bool:
    return block.language == "python" and not example.is_one(block)


def _evaluate(found: Example) -> None:
    message = registry.failure(found.parsed)
    if message:
        pytest.fail(message, pytrace=False)


class PythonFences(MarkdownTextFile):
    """The Python fences of a rendered page, with lines of the page's source."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each Python block and each of its different texts."""
        for block in reading.blocks(self.path):
            if _is_python(block):
                for text, (name, _) in block.texts().items():
                    suffix = "" if name == "sample" else f"[{name}]"
                    yield _python_item(self, block, block.id + suffix, text)


def _python_item(parent: PythonFences, block: reading.Block, name: str, text: str) -> pytest.Item:
    item = PythonItem.from_parent(parent, name=name, test_definition=_definition(block, text))
    item.block = block
    return item


def _definition(block: reading.Block, text: str) -> FenceTestDefinition:
    origin = block.origins[0]
    return FenceTestDefinition(
        source="\n" * (origin.line - 1) + text,
        fixture_names=[],
        start_line=origin.line - 1,
        source_path=origin.path,
        runner_name=None,
        max_retries=0,
    )


def fence_failure(block: reading.Block, readers: Container[str] = registry.ALL) -> str | None:
    """Return how the test of `block` fails for `readers`, or None, without its surroundings."""
    if block.language != "python":
        return registry.failure(block, readers)
    for text, (name, _) in block.texts().items():
        if name not in readers:
            continue
        try:
            FenceRunner().runtest(_definition(block, text), {})
        except FenceError as error:
            return str(error)
    return None


class PythonItem(MarkdownInlinePythonItem):
    """A Python fence whose failure says how to run it again."""

    block: reading.Block

    def runtest(self) -> None:
        """Run the fence."""
        notes.note(self.block, "sandbox", versions.named("Python"))
        super().runtest()  # type: ignore[no-untyped-call]

    def repr_failure(self, excinfo: Any, style: Any = None) -> str:
        """Return the runner's report and the command."""
        report = super().repr_failure(excinfo, style)
        return f"{report}Run again: pytest {shown(self.path)} -k {self.name.split('[')[0]}"


@register_runner(default=True)
class FenceRunner(DefaultRunner):
    """Runs a Python fence: linted, in a sandbox."""

    def runtest(
        self, test: FenceTestDefinition, args: dict[str, Any], *, asyncio_runner: Any = None
    ) -> None:
        """Run `test`; raises FenceError."""
        lint.check(test)
        interpreter.run(test.source, str(test.source_path))

    def repr_failure(self, test: FenceTestDefinition, excinfo: Any, style: Any = None) -> str:
        """Return the fence, what went wrong in which line, and how to run it again."""
        if not isinstance(excinfo.value, FenceError):
            return str(super().repr_failure(test, excinfo, style))
        first = test.start_line + 1
        failed = excinfo.value.line or first
        shown_lines = [
            f"{'>' if number == failed else ' '} {number:3} | {line}"
            for number, line in enumerate(test.source.lstrip("\n").split("\n"), first)
        ]
        told = f"{shown(test.source_path)}:{failed}: {excinfo.value}"
        return "\n".join([told, *shown_lines, ""])
