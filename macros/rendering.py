"""Rendering: from a page or snippet, a profile and the facts to text.

The marks are `[[[ value ]]]`, `[[% tag %]]` and `[[# comment #]]`, which leave
ordinary shell, SQL, R and Python lines alone. The generator is a detail: this
module knows nothing of it (`main.py` hands the same names to mkdocs-macros).
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from macros import snippets as snippet_files
from macros.errors import ROOT, GuideError, GuideErrors, unknown
from macros.facts import Facts
from macros.profile import Profile, derived, fields
from macros.slots import NeedsVariants, Slot, fill
from macros.snippets import Snippet
from macros.vocabulary import vocabulary

MARKS: dict[str, Any] = {
    "variable_start_string": "[[[",
    "variable_end_string": "]]]",
    "block_start_string": "[[%",
    "block_end_string": "%]]",
    "comment_start_string": "[[#",
    "comment_end_string": "#]]",
}
#: Put at the start of a source line, and taken out again: `path-number:line`.
_LINE_MARK = re.compile("\ue000(\\d+):(\\d+)\ue001")


@dataclass(frozen=True)
class Origin:
    """Where a rendered line comes from: a file and its line (1-based)."""

    path: Path
    line: int


@dataclass(frozen=True)
class Rendered:
    """Rendered text, and the origin of each of its lines."""

    text: str
    origins: list[Origin]


@dataclass(frozen=True)
class Variant:
    """A snippet rendered for one case; `conditions` are the choices that lead to it."""

    conditions: Mapping[str, str]
    text: str


@dataclass
class Guide:
    """Everything that a page can name, for one profile.

    With `slots`, values are printed as slots (the site); without, as the plain
    values of the profile (what the site shows to that reader). `all_variants`
    renders what is meant for other readers too, as the published site does.
    """

    facts: Facts
    profile: Profile
    slots: bool = True
    all_variants: bool = True
    snippets: dict[str, Snippet] = field(default_factory=snippet_files.load)
    used: set[tuple[str, str]] = field(default_factory=set)
    errors: list[GuideError] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._fields, self._derived = fields(self.facts), derived(self.facts)
        self._choices = {n: f.choices for n, f in self._fields.items() if f.choices}
        self._pages: list[tuple[Path, int]] = []
        self._marked: list[Path] | None = None
        self._names = {**self.values(), **vocabulary(self)}
        self.page_environment = self._environment(_page_undefined(self), keep_trailing_newline=True)
        self._snippet_environment = self._environment(
            _strict_undefined(self),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def _environment(self, undefined: type[jinja2.Undefined], **options: Any) -> jinja2.Environment:
        # Markdown, not HTML: what it prints is escaped where it becomes HTML.
        environment = jinja2.Environment(undefined=undefined, **MARKS, **options)  # noqa: S701
        environment.globals = dict(self._names)
        return environment

    def names(self) -> dict[str, Any]:
        """Return what pages can name: values as variables, macros as functions."""
        return dict(self._names)

    def values(self) -> dict[str, Any]:
        """Return the profile's values: slots, or plain text."""
        if not self.slots:
            return dict(self.profile.values)
        slots = {name: Slot(name, name if f.choices else None) for name, f in self._fields.items()}
        return slots | {name: Slot(name, value.choice) for name, value in self._derived.items()}

    # -- snippets --------------------------------------------------------------------------

    def snippet(self, name: str) -> Snippet:
        """Return the snippet called `name`; raises GuideError with near names."""
        if name not in self.snippets:
            raise GuideError(unknown("snippet", name, self.snippets))
        self.used.add(("snippets", name))
        return self.snippets[name]

    def variants(self, name: str) -> list[Variant]:
        """Return `snippet` rendered, once for each value of every choice that it branches on."""
        conditions = self._conditions(self.snippet(name))
        if not self.all_variants:
            own = self.profile.values
            conditions = [c for c in conditions if all(own[k] == v for k, v in c.items())]
        return [Variant(c, self._render_snippet(self.snippets[name], c)) for c in conditions]

    def render_snippet(self, name: str) -> str:
        """Return `snippet` as the profile's reader has it, with plain values."""
        return self._render_snippet(self.snippet(name), {})

    def _conditions(self, snippet: Snippet) -> list[dict[str, str]]:
        slots = self if self.slots else self.with_slots()
        waiting: list[dict[str, str]] = [{}]
        done = []
        while waiting:
            conditions = waiting.pop(0)
            try:
                slots._render_snippet(snippet, conditions)
                done.append(conditions)
            except NeedsVariants as need:
                waiting[:0] = [{**conditions, need.name: v} for v in self._choices[need.name]]
        return done

    def with_slots(self) -> Guide:
        """Return this guide with values printed as slots."""
        return Guide(self.facts, self.profile, True, self.all_variants, self.snippets)

    def _render_snippet(self, snippet: Snippet, conditions: Mapping[str, str]) -> str:
        source = snippet.source
        if self._marked is not None:
            source = self._mark(source, snippet.path)
        fixed = dict(conditions)
        for name, value in self._derived.items():
            if value.choice in conditions:
                fixed[name] = value.table[conditions[value.choice]]
        with self._inside(snippet.path, 0), _located(snippet.path):
            return _template(self._snippet_environment, source).render(fixed)

    # -- pages -----------------------------------------------------------------------------

    def render_page(self, path: Path) -> Rendered:
        """Render the page at `path`, front matter left out of the rendering but kept.

        Raises GuideErrors with file and line of everything that is wrong in it.
        """
        source = snippet_files.read(path)
        header = front_matter(source)
        self._marked = [path]
        try:
            with self.page(path, header.count("\n")):
                text = self._render_body(source[len(header) :], path, header.count("\n"))
            rendered = self._unmark(header + text, path)
        finally:
            self._marked = None
        if self.errors:
            errors, self.errors = self.errors, []
            raise GuideErrors(errors)
        return rendered

    def _render_body(self, body: str, path: Path, offset: int) -> str:
        try:
            return _template(self.page_environment, self._mark(body, path, offset)).render()
        except jinja2.TemplateSyntaxError:
            self._record_syntax_error(body)
        except (NeedsVariants, GuideError) as error:
            self.record(_page_error(error), _line_of(error))
        return ""

    def _record_syntax_error(self, body: str) -> None:
        """Record the error as it is without the marks of lines."""
        try:
            self.page_environment.parse(body)
        except jinja2.TemplateSyntaxError as error:
            self.record(GuideError(f"macro syntax: {error.message}"), error.lineno)

    @contextmanager
    def page(self, path: Path, header_lines: int) -> Iterator[None]:
        """Say which page is rendered, so that errors can name it.

        `header_lines` is the height of the front matter, which the renderer
        does not see.
        """
        with self._inside(path, header_lines):
            yield

    @contextmanager
    def _inside(self, path: Path, offset: int) -> Iterator[None]:
        self._pages.append((path, offset))
        try:
            yield
        finally:
            self._pages.pop()

    # -- errors ----------------------------------------------------------------------------

    def record(self, error: GuideError, line: int | None = None) -> str:
        """Keep `error` with its page and line, and return what stands in its place."""
        if error.path is None:
            path, offset = self._pages[-1] if self._pages else (ROOT, 0)
            line = line or _template_line()
            error = GuideError(error.message, path, line + offset if line else None)
        self.errors.append(error)
        return f'<strong class="guide-error">{html.escape(str(error))}</strong>'

    def recording(self, macro: Callable[..., str]) -> Callable[..., str]:
        """Wrap a macro so that its GuideError is recorded and the page goes on."""

        def wrapped(*args: Any, **kwargs: Any) -> str:
            try:
                return macro(*args, **kwargs)
            except NeedsVariants as need:
                return self.record(_page_error(need))
            except GuideErrors as errors:
                return "".join(self.record(error) for error in errors.errors)
            except GuideError as error:
                return self.record(error)
            except TypeError as error:
                return self.record(GuideError(f"{macro.__name__}: {_call_error(error)}"))

        wrapped.__name__ = macro.__name__
        return wrapped

    # -- lines -----------------------------------------------------------------------------

    def _mark(self, source: str, path: Path, offset: int = 0) -> str:
        assert self._marked is not None
        if path not in self._marked:
            self._marked.append(path)
        number = self._marked.index(path)
        inside = _lines_inside_tags(source)
        return "\n".join(
            line
            if n in inside or (line.lstrip().startswith("[[%") and line.rstrip().endswith("%]]"))
            else f"\ue000{number}:{n + offset}\ue001{line}"
            for n, line in enumerate(source.split("\n"), 1)
        )

    def _unmark(self, text: str, path: Path) -> Rendered:
        assert self._marked is not None
        lines: list[str] = []
        origins: list[Origin] = []
        last = Origin(path, 0)
        for line in text.split("\n"):
            marks = _LINE_MARK.findall(line)
            if marks:
                last = Origin(self._marked[int(marks[0][0])], int(marks[0][1]))
            elif len(lines) < front_matter(text).count("\n"):
                last = Origin(path, len(lines) + 1)
            lines.append(_LINE_MARK.sub("", line))
            origins.append(last)
        return Rendered("\n".join(lines), origins)


def _template(environment: jinja2.Environment, source: str) -> jinja2.Template:
    """Return the template of `source`; equal sources are compiled once for all guides."""
    key = source, environment.trim_blocks
    if key not in _CODE:
        _CODE[key] = environment.compile(source)
    return jinja2.Template.from_code(environment, _CODE[key], environment.globals)


_CODE: dict[tuple[str, bool], Any] = {}


def _lines_inside_tags(source: str) -> set[int]:
    """Return the lines (1-based) of `source` that start inside a tag."""
    inside: set[int] = set()
    for tag in re.finditer(r"\[\[([\[%#]).*?([\]%#])\]\]", source, re.DOTALL):
        first = source.count("\n", 0, tag.start()) + 1
        inside.update(range(first + 1, first + 1 + tag[0].count("\n")))
    return inside


def front_matter(source: str) -> str:
    """Return the YAML header of a page with its marks and the newlines after it, or nothing."""
    match = re.match(r"---\n.*?\n---\n+", source, re.DOTALL)
    return match[0] if match else ""


def plain(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with its tokens filled from `values`: what the reader of `values` copies."""
    return fill(text, dict(values))


def _page_error(error: Exception) -> GuideError:
    if isinstance(error, NeedsVariants):
        return GuideError(
            f"{error.name} is a choice of the reader: print it, or use "
            f'[[% call when("{error.name}", "...") %]] for text that depends on it'
        )
    return error if isinstance(error, GuideError) else GuideError(str(error))


def _call_error(error: TypeError) -> str:
    return re.sub(r"^.*?\.(?=\w+\(\))", "", str(error)).replace("self", "the guide")


def _template_line() -> int | None:
    """Return the line of the innermost Jinja template on the stack."""
    frame = sys._getframe(1)
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            return int(template.get_corresponding_lineno(frame.f_lineno))
        frame = frame.f_back  # type: ignore[assignment]
    return None


@contextmanager
def _located(path: Path) -> Iterator[None]:
    """Turn the errors of a snippet's template into GuideErrors with its file and line."""
    try:
        yield
    except jinja2.TemplateSyntaxError as error:
        raise GuideError(f"macro syntax: {error.message}", path, error.lineno) from error
    except jinja2.UndefinedError as error:
        raise GuideError(str(error.message), path, _line_of(error)) from error
    except GuideError as error:
        raise GuideError(
            error.message, error.path or path, error.line or _line_of(error)
        ) from error


def _line_of(error: BaseException) -> int | None:
    line, traceback = None, error.__traceback__
    while traceback:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            line = template.get_corresponding_lineno(traceback.tb_lineno)
        elif traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _undefined_message(undefined: jinja2.Undefined, guide: Guide) -> str:
    name = undefined._undefined_name
    return unknown("value or macro", name, guide.names())


def _strict_undefined(guide: Guide) -> type[jinja2.Undefined]:
    class Strict(jinja2.StrictUndefined):
        @property
        def _undefined_message(self) -> str:
            return _undefined_message(self, guide)

    for operation in (
        "__str__",
        "__iter__",
        "__bool__",
        "__len__",
        "__eq__",
        "__ne__",
        "__contains__",
    ):
        setattr(Strict, operation, jinja2.Undefined._fail_with_undefined_error)
    return Strict


def _page_undefined(guide: Guide) -> type[jinja2.Undefined]:
    """An unknown name on a page is recorded, and the page goes on to its next error."""

    class Recorded(_strict_undefined(guide)):  # type: ignore[misc]
        jinja_pass_arg = None  # Jinja asks for it before a call; without it, that is the error

        def __str__(self) -> str:
            return guide.record(GuideError(_undefined_message(self, guide)))

        def __call__(self, *_: Any, **__: Any) -> str:
            return str(self)

    return Recorded
