"""Rendering: from a page or snippet, a profile and the facts to text.

The marks are `[[[ value ]]]`, `[[% tag %]]` and `[[# comment #]]`, which leave
ordinary shell, SQL, R and Python lines alone. The generator is a detail: this
module knows nothing of it (`main.py` hands the same names to mkdocs-macros).
"""

from __future__ import annotations

import html
import inspect
import re
from collections import defaultdict
from collections.abc import Callable, ItemsView, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from macros import cases as case_file
from macros import front_matter, surveyed, templates
from macros import sabotages as sabotage_file
from macros import snippets as snippet_files
from macros.cases import Case
from macros.errors import ROOT, GuideError, GuideErrors, read_text, unknown
from macros.facts import KINDS, Fact, Facts, printed
from macros.lines import Lines, Rendered
from macros.profile import Profile, dated, derived, fields
from macros.sabotages import Failure, Sabotage
from macros.slots import NeedsVariants, Slot
from macros.snippets import Snippet
from macros.surveyed import Place

#: A fenced block of code: queries name tables by themselves, without a macro.
_BLOCK = re.compile(r"^ *(`{3,}).*?^ *\1", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Variant:
    """A snippet rendered for one case: `conditions` are its readers' choices, with their values."""

    conditions: Mapping[str, tuple[str, ...]]
    text: str


class Listing(Mapping[str, Fact]):
    """All facts of a kind, as templates have them: notes on the page which of them it uses."""

    def __init__(self, kind: str, guide: Guide):
        self._facts: Mapping[str, Fact] = getattr(guide.facts, kind)
        self._kind, self._guide = kind, guide

    def __getitem__(self, key: str) -> Fact:
        """Return the fact `key`, of which the page shows something."""
        fact = self._facts[key]
        self._guide.use(self._kind, key)
        return fact

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def items(self) -> ItemsView[str, Fact]:
        """Return all, of which the page shows some."""
        self._guide.list_through(self._kind)
        return self._facts.items()


@dataclass
class Guide:
    """Everything that a page can name, for one profile.

    With `slots`, values are printed as slots (the site); without, as the plain
    values of the profile (what the site shows to that reader). Where the
    profile leaves a choice open, text for all of its values is shown.
    `words` makes the macros of a guide. `uses` collects what each page names or
    lists, as (kind, key) of facts and snippets, by the page's name under docs/;
    `page` and `page_name` are of the page that was begun last.
    """

    facts: Facts
    profile: Profile
    words: Callable[[Guide], Mapping[str, Callable[..., Any]]]
    slots: bool = True
    snippets: dict[str, Snippet] = field(default_factory=snippet_files.load)
    uses: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        self.declared, self._derived = fields(self.facts), derived(self.facts)
        self._errors: list[GuideError] = []
        self._within: list[tuple[Path, int]] = []
        self._lines: Lines | None = None
        self._number = 0
        self._sabotages: dict[str, Sabotage] = {}
        self.page: Path | None = None
        self.page_name = ""
        self._listed: set[str] = set()
        self._names = {**self.values(), **self.words(self)}
        self.page_environment = templates.environment(
            self._names, templates.recorded(self.names, self.record)
        )
        self._snippet_environment = templates.environment(
            self._names, templates.refusing(self.names), trim_blocks=True, lstrip_blocks=True
        )

    def names(self) -> Mapping[str, Any]:
        """Return what pages can name: values as variables, macros as functions."""
        return self._names

    def values(self) -> dict[str, Any]:
        """Return the profile's values: slots, or plain text."""
        if not self.slots:
            return dict(self.profile.values)
        slots = {name: Slot(name, name if f.choices else None) for name, f in self.declared.items()}
        slots |= {name: Slot(name, value.choice) for name, value in self._derived.items()}
        return slots | {name: Slot(name) for name in dated(self.facts)}

    def choices(self, name: str) -> Mapping[str, str]:
        """Return the values of the choice `name` with their labels; raises GuideError."""
        choices = {n: f.choices for n, f in self.declared.items() if f.choices}
        if name not in choices:
            raise GuideError(unknown("choice of the profile", name, choices))
        return choices[name]

    # -- what pages use --------------------------------------------------------------------

    def use(self, kind: str, key: str) -> None:
        """Note that the page has the fact or snippet `key` of `kind`."""
        self.uses[self.page_name].add((kind, key))

    def listing(self, kind: str) -> Mapping[str, Fact]:
        """Return all facts of `kind`; raises GuideError with near names."""
        if kind not in KINDS:
            raise GuideError(unknown("kind of facts", kind, KINDS))
        return Listing(kind, self)

    def list_through(self, kind: str) -> None:
        """Note that the page goes through all facts of `kind`; what it prints then tells which."""
        self._listed.add(kind)

    # -- snippets --------------------------------------------------------------------------

    def snippet(self, name: str) -> Snippet:
        """Return the snippet called `name`; raises GuideError with near names."""
        if name not in self.snippets:
            raise GuideError(unknown("snippet", name, self.snippets))
        self.use("snippets", name)
        return self.snippets[name]

    def render_snippet(self, name: str, conditions: Mapping[str, str] | None = None) -> str:
        """Return the snippet `name`; choices that `conditions` name are fixed.

        Raises GuideError with the snippet's file and line, and NeedsVariants
        where it branches on a choice that is printed as a slot.
        """
        snippet, fixed = self.snippet(name), dict(conditions or {})
        for derived_name, value in self._derived.items():
            if value.choice in fixed:
                fixed[derived_name] = value.table[fixed[value.choice]]
        source = self._lines.mark(snippet.source, snippet.path) if self._lines else snippet.source
        return self.render_part(snippet.path, source, **fixed)

    def render_records(self, place: str) -> str:
        """Return the part that both doctors have, with what the one of `place` knows of failures.

        Raises GuideError with file and line.
        """
        path = snippet_files.FOLDER / "records.bash"
        source = read_text(path).rstrip("\n")
        known = sabotage_file.failures(self.sabotages(), place)
        quoted = {
            name: Failure(*(text.replace("'", "'\\''") for text in failure))
            for name, failure in known.items()
        }
        source = self._lines.mark(source, path) if self._lines else source
        telling = sabotage_file.telling(self.sabotages(), place)
        return self.render_part(path, source, place=place, failures=quoted, telling=telling)

    def render_survey(self, place: Place) -> str:
        """Return the part that both surveys have, with the list of what is asked at `place`.

        Raises GuideError with file and line.
        """
        path = snippet_files.FOLDER / "survey.bash"
        source = read_text(path).rstrip("\n")
        source = self._lines.mark(source, path) if self._lines else source
        probes = surveyed.declared(self.facts, place).probes
        asks = surveyed.asks(self.facts, place)
        return self.render_part(path, source, place=place, probes=probes, asks=asks)

    def render_part(self, path: Path, source: str, **names: Any) -> str:
        """Return the template `source`, which stands in the file at `path`, with `names` known.

        Raises GuideError with file and line.
        """
        with self._inside(path, 0), templates.located(path):
            return templates.template(self._snippet_environment, source).render(**names)

    def variants(self, name: str) -> list[Variant]:
        """Return the snippet `name`, once for each value of every choice that it branches on.

        A choice that the profile has made is no branch: its value is the only one.
        """
        if not self.slots:
            return [Variant({}, self.render_snippet(name))]
        return self._variants(name, {})

    def _variants(self, name: str, fixed: Mapping[str, str]) -> list[Variant]:
        """Return the variants of `name` with some choices `fixed`; values that agree share one."""
        try:
            return [Variant({}, self.render_snippet(name, fixed))]
        except NeedsVariants as need:
            choice = need.name
        alike: list[tuple[list[str], list[Variant]]] = []
        for value in self.shown(choice):
            found = self._variants(name, {**fixed, choice: value})
            known = next((values for values, variants in alike if variants == found), None)
            if known is None:
                alike.append(([value], found))
            else:
                known.append(value)
        return [
            Variant({choice: tuple(values), **variant.conditions}, variant.text)
            for values, variants in alike
            for variant in variants
        ]

    def shown(self, choice: str) -> list[str]:
        """Return the values of `choice` for which there is text: the reader's own, or all."""
        made = choice in self.profile.own
        return [self.profile.values[choice]] if made else list(self.choices(choice))

    # -- sabotages and cases ---------------------------------------------------------------

    def sabotages(self) -> dict[str, Sabotage]:
        """Return every sabotage by name, its values printed; raises GuideError with its line."""
        if not self._sabotages:
            self._sabotages = {
                entry.name: sabotage_file.rendered(
                    entry, self._printed_at(sabotage_file.FILE, entry.line)
                )
                for entry in sabotage_file.load()
            }
        return self._sabotages

    def cases(self) -> dict[str, Case]:
        """Return every case by name, its values printed; raises GuideError with its line."""
        return {
            name: case_file.rendered(case, self._printed_at(case_file.FILE, line))
            for name, (case, line) in case_file.load().items()
        }

    def _printed_at(self, path: Path, line: int) -> Callable[[str], str]:
        """Return what renders a text of the file at `path`, and tells `line` where that fails."""

        def render(text: str) -> str:
            try:
                return templates.template(self._snippet_environment, text).render()
            except Exception as error:
                message = _page_error(error).message
                raise GuideError(message, path, line) from error

        return render

    # -- pages -----------------------------------------------------------------------------

    def render_page(self, path: Path) -> Rendered:
        """Return the page at `path`; its front matter is kept as it is.

        Raises GuideErrors with file and line of everything that is wrong in it.
        """
        source = read_text(path)
        header = front_matter.header(source)
        self.begin_page(path, header.count("\n"))
        self._lines = Lines()
        try:
            text = self.render_body(source[len(header) :], self._lines)
            rendered = self._lines.read(text, path, header)
        finally:
            self._lines = None
        errors = self.end_page(rendered.text)
        if errors:
            raise GuideErrors(errors)
        return rendered

    def render_body(self, body: str, lines: Lines) -> str:
        """Return the body of the page that was begun, its lines marked; errors are recorded."""
        path, header_lines = self._within[-1]
        try:
            marked = lines.mark(body, path, header_lines)
            return templates.template(self.page_environment, marked).render()
        except jinja2.TemplateSyntaxError:
            return self.check_syntax(body) or ""
        except Exception as error:
            return self.record(_page_error(error), templates.line_of(error))

    def begin_page(self, path: Path, header_lines: int) -> None:
        """Say which page is rendered, so that errors can name it.

        `header_lines` is the height of the front matter, which the renderer
        does not see.
        """
        docs = ROOT / "docs"
        self.page = path
        self.page_name = path.relative_to(docs).as_posix() if path.is_relative_to(docs) else ""
        self._within = [(path, header_lines)]
        self._number = 0
        self._listed = set()
        self.uses.pop(self.page_name, None)

    def next_number(self) -> int:
        """Return a number that no other element of the page has."""
        self._number += 1
        return self._number

    def end_page(self, text: str) -> list[GuideError]:
        """Return the errors of the page, whose rendered body is `text`, and forget them."""
        blocks = "\n".join(match[0] for match in _BLOCK.finditer(text))
        for kind in self._listed:
            for key, fact in getattr(self.facts, kind).items():
                self._use_if_named(kind, key, printed(key, fact), text)
        for key in self.facts.tables:
            if key in blocks and not key.startswith("mediawiki."):  # whose names are common words
                self._use_if_named("tables", key, key, blocks)
        errors, self._errors, self._within = self._errors, [], []
        return errors

    def _use_if_named(self, kind: str, key: str, name: str, text: str) -> None:
        """Note the fact where its `name` stands in `text`, and not within a longer one."""
        whole = rf"(?<![\w.-]){re.escape(name)}(?![\w-])"
        if name in text and not name.isdigit() and re.search(whole, text):
            self.use(kind, key)

    def check_syntax(self, body: str) -> str | None:
        """Return what stands in the place of a body that Jinja cannot read, or None."""
        try:
            self.page_environment.parse(body)
        except jinja2.TemplateSyntaxError as error:
            return self.record(GuideError(f"macro syntax: {error.message}"), error.lineno)
        return None

    @contextmanager
    def _inside(self, path: Path, offset: int) -> Iterator[None]:
        self._within.append((path, offset))
        try:
            yield
        finally:
            self._within.pop()

    # -- errors ----------------------------------------------------------------------------

    def record(self, error: GuideError, line: int | None = None) -> str:
        """Keep `error` with its page and line, and return what stands in its place."""
        if isinstance(error, GuideErrors):
            return "".join(self.record(each, line) for each in error.errors)
        if error.path is None:
            path, offset = self._within[-1] if self._within else (ROOT, 0)
            line = line or templates.current_line()
            error = GuideError(error.message, path, line + offset if line else None)
        self._errors.append(error)
        return f'<strong class="guide-error">{html.escape(str(error))}</strong>'

    def recording(self, macro: Callable[..., str]) -> Callable[..., str]:
        """Wrap a macro so that its GuideError is recorded and the page goes on."""

        def wrapped(*args: Any, **kwargs: Any) -> str:
            try:
                return macro(*args, **kwargs)
            except Exception as error:
                try:
                    inspect.signature(macro).bind(*args, **kwargs)
                except TypeError as misfit:
                    return self.record(GuideError(f"{macro.__name__}: {misfit}"))
                return self.record(_page_error(error, macro.__name__))

        wrapped.__name__ = macro.__name__
        return wrapped


def _page_error(error: Exception, macro: str | None = None) -> GuideError:
    """Return what to tell of anything that a template can raise."""
    if isinstance(error, GuideError):
        return error
    if not isinstance(error, NeedsVariants):
        where = f"{macro}: " if macro else ""
        return GuideError(where + templates.told(error))
    return GuideError(
        f"{error.name} is a choice of the reader: print it, or use "
        f'[[% call when("{error.name}", "...") %]] for text that depends on it'
    )
