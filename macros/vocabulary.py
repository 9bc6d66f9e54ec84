"""The vocabulary of a page: what can stand between `[[[` and `]]]`."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from macros import (
    cases,
    details,
    exam,
    freshness,
    home,
    prefilled,
    proof,
    sabotages,
    surveyed,
    whole,
)
from macros import checklist as checklists
from macros.errors import ROOT, GuideError, read_text, unknown
from macros.facts import Fact, Group, Host, Link, MailingList, Section, Table, Tool, Value
from macros.profile import ASIDE, SHOWN, stat_alias
from macros.progress import Boxes, title_of
from macros.rendering import Guide, Variant
from macros.slots import printed
from macros.snippets import PLACES, Snippet

F = TypeVar("F", bound=Fact)
PICTURES = ROOT / "docs" / "pictures"
#: The choices that the first page asks for.
SWITCHES = ["kind", "system"]
WHO = {"staff": "Foundation staff", "contractor": "Contractors"}


def vocabulary(guide: Guide) -> dict[str, Callable[..., Any]]:
    """Return the macros of `guide` by name."""
    words = Vocabulary(guide)
    printing: list[Callable[..., str]] = [
        words.host,
        words.alias,
        words.port,
        words.group,
        words.value,
        words.names,
        words.url,
        words.link,
        words.tool,
        words.mailing_list,
        words.table,
        words.section,
        words.mark,
        words.seen,
        words.snippet,
        words.when,
        words.put_aside,
        words.picture,
        words.checklist,
        words.tasks_of,
        words.next_step,
        words.cards,
        words.card,
        words.part,
        words.switches,
        words.prefilled,
        words.columns,
        words.trouble,
        words.records,
        words.survey,
        words.retired_names,
        words.proven,
        words.cases,
        words.exam,
        words.profile_table,
        words.details_form,
        words.ask,
        words.whole_guide,
    ]
    looking: list[Callable[..., Any]] = [
        words.facts,
        words.tasks,
        words.choices,
        words.failures,
        words.freshness,
        words.unseen,
    ]
    return {m.__name__: guide.recording(m) for m in printing} | {m.__name__: m for m in looking}


class Vocabulary:
    """The macros. Each returns Markdown on one line, `snippet` and `when` apart."""

    def __init__(self, guide: Guide):
        self.guide = guide
        self._parts: list[checklists.Part] | None = None

    def _fact(self, kind: str, key: str, model: type[F]) -> F:
        fact = self._any_fact(kind, key)
        assert isinstance(fact, model)
        return fact

    def _any_fact(self, kind: str, key: str) -> Fact:
        fact = self.guide.facts.get(kind, key)
        self.guide.use(kind, key)
        return fact

    # -- names of the outside world ----------------------------------------------------------

    def host(self, key: str) -> str:
        """The full name of the host `key`."""
        return self._fact("hosts", key, Host).host

    def alias(self, key: str) -> str:
        """The short name of the stat host `key` in the guide's ssh config."""
        self._fact("hosts", key, Host)
        return stat_alias(key)

    def port(self, key: str) -> str:
        """The port of the host or replica section `key`."""
        kind = "sections" if key in self.guide.facts.sections else "hosts"
        fact = self._any_fact(kind, key)
        port = getattr(fact, "port", None)
        if port is None:
            raise GuideError(f"{key} has no port in the facts")
        return str(port)

    def group(self, key: str) -> str:
        """The name of the group `key`, spelled as its system spells it."""
        self._fact("groups", key, Group)
        return key

    def value(self, key: str) -> str:
        """The single value `key`."""
        return str(self._fact("values", key, Value).value)

    def names(self, key: str) -> str:
        """The names that the single value `key` lists, each as code."""
        listed = str(self._fact("values", key, Value).value).split(", ")
        return ", ".join(f"`{name}`" for name in listed)

    def section(self, key: str) -> str:
        """The host name by which the replica section `key` is reached."""
        return self._fact("sections", key, Section).alias

    def url(self, key: str) -> str:
        """The bare address of the link `key`."""
        link = self._fact("links", key, Link)
        if not link.url:
            raise GuideError(f"the link {key} has no public address; write link({key!r})")
        return link.url

    # -- names with what is known of them ----------------------------------------------------

    def link(self, key: str, text: str | None = None) -> str:
        """The link `key` with its mark; without a public address, its text alone."""
        link = self._fact("links", key, Link)
        shown = text or link.title
        return (f"[{shown}](<{link.url}>)" if link.url else shown) + self._mark(link)

    def tool(self, key: str) -> str:
        """The name of the tool `key`, linked where it has an address, with its mark."""
        return self._linked(self._fact("tools", key, Tool))

    def mailing_list(self, key: str) -> str:
        """The name of the mailing list `key`, linked, with its mark."""
        return self._linked(self._fact("lists", key, MailingList))

    def _linked(self, fact: Tool | MailingList) -> str:
        link = self._fact("links", fact.link, Link) if fact.link else None
        named = f"[{fact.title}](<{link.url}>)" if link and link.url else fact.title
        return named + self._mark(fact)

    def table(self, key: str) -> str:
        """The name of the table `key`, with its mark."""
        return f"`{key.removeprefix('mediawiki.')}`" + self._mark(self._fact("tables", key, Table))

    def mark(self, kind: str, key: str) -> str:
        """The mark of a fact: nothing where it is current, else retired or not verified."""
        return self._mark(self._any_fact(kind, key))

    def seen(self, kind: str, key: str) -> str:
        """The mark of a fact that a survey has seen on the real hosts; nothing where none has."""
        seen = self._any_fact(kind, key).seen
        return f' <span class="mark seen">{seen.told()}</span>' if seen else ""

    def _mark(self, fact: Fact) -> str:
        if fact.status == "retired":
            return f' <span class="mark retired">retired {fact.until}</span>'
        if fact.status == "unverified":
            # A popover needs no script, and is reached by finger and keyboard.
            why = html.escape((fact.note or "no current source was found").rstrip("."))
            name = f"mark-{self.guide.next_number()}"
            return (
                f' <button type="button" class="mark unverified" popovertarget="{name}">'
                f"not verified</button>"
                f'<span popover id="{name}" class="reason">Not verified: {why}.</span>'
            )
        return ""

    def facts(self, kind: str) -> Mapping[str, Fact]:
        """All facts of `kind`, for loops in snippets and pages."""
        return self.guide.listing(kind)

    # -- blocks ------------------------------------------------------------------------------

    def snippet(self, name: str, indent: int = 0) -> str:
        """The snippet `name` as a fence for each of its variants, indented by `indent` blanks."""
        snippet = self.guide.snippet(name)
        variants = self.guide.variants(name)
        fences = "\n\n".join(_fence(snippet, variant, self._label(variant)) for variant in variants)
        return fences.replace("\n", "\n" + " " * indent)

    def _label(self, variant: Variant) -> str:
        open_choices = [c for c in variant.conditions if len(self.guide.shown(c)) > 1]
        return ", ".join(self._reader(name, variant.conditions[name]) for name in open_choices)

    def _reader(self, choice: str, values: Iterable[str]) -> str:
        names = WHO if choice == "kind" else self.choices(choice)
        return " or ".join(names[value] for value in values)

    def when(self, choice: str, *values: str, caller: Callable[[], str]) -> str:
        """The text up to `[[% endcall %]]`, for readers with one of these values only."""
        for value in values:
            if value not in self.choices(choice):
                raise GuideError(unknown(f"choice of {choice}", value, self.choices(choice)))
        body = caller()
        shown = set(self.guide.shown(choice))
        if shown.isdisjoint(values):
            return "\n" * body.count("\n")
        if shown.issubset(values):
            return body
        assumed = self.guide.declared[choice].assumed
        label = f'<p class="reader">{html.escape(self._reader(choice, values))}</p>'
        kind, condition = "when chosen" if assumed else "when", _when({choice: values})
        opening = f'<div class="{kind}" data-when="{condition}" markdown="1">'
        return f"{opening}{'' if assumed else label}{body}</div>"

    def put_aside(self, choice: str) -> str:
        """The line at the top of a page that readers can put aside, for those who did."""
        field = self.guide.declared[choice]
        if self.guide.shown(choice) == [SHOWN]:
            return ""
        when = f'data-when="{choice}={ASIDE}"'
        at = posixpath.relpath("start/your-details.md", posixpath.dirname(self.guide.page_name))
        hidden = " hidden" if SHOWN in self.guide.shown(choice) else ""
        return (
            f'<p class="aside" {when}{hidden} data-search-exclude markdown="span">'
            f"You put this aside ({field.label}). To take it back, "
            f"change [your details]({at}#form).</p>"
        )

    def choices(self, choice: str) -> dict[str, str]:
        """The values of a choice of the profile, with their labels."""
        return dict(self.guide.choices(choice))

    def picture(self, name: str) -> str:
        """The picture `docs/pictures/NAME.svg`, part of the page so that it has its colours."""
        known = {path.stem: path for path in PICTURES.glob("*.svg")}
        if name not in known:
            raise GuideError(unknown("picture", name, known))
        path = known[name]
        svg = self.guide.render_part(path, read_text(path))
        drawn = re.sub("\n *", " ", svg).strip()
        return f'<figure class="picture" data-picture="{name}">{drawn}</figure>'

    # -- generated from data -----------------------------------------------------------------

    def _checklist(self) -> list[checklists.Part]:
        if self._parts is None:
            self._parts = checklists.load(self.guide.facts)
        return self._parts

    def _boxes(self) -> Boxes:
        shown = self.guide.shown("kind")
        kind = shown[0] if len(shown) == 1 else None
        return Boxes(self._checklist(), self.guide.facts, self.guide.profile, kind)

    def tasks(self) -> list[checklists.Part]:
        """The onboarding checklist, for the loop of the Phabricator template."""
        return checklists.of_ticket(self._checklist())

    def checklist(self) -> str:
        """The whole onboarding checklist with boxes to tick: for the page start/progress."""
        return self._boxes().whole()

    def tasks_of(self, page: str) -> str:
        """The tasks that are done on `page`, with boxes to tick: for the end of that page."""
        return self._boxes().of_page(page)

    def next_step(self) -> str:
        """The next step, the progress, and what the script finds them in: for the first page."""
        return home.Home(self._boxes()).next_step()

    def cards(self, caller: Callable[[], str]) -> str:
        """The cards up to `[[% endcall %]]`, side by side."""
        return f'<div class="cards" markdown="1">{caller()}</div>'

    def card(self, page: str, text: str, *tasks: str) -> str:
        """A card on the first page: a page, one sentence on it, and the tasks that count there."""
        return home.Home(self._boxes()).card(page, text, tasks)

    def part(self, title: str, text: str) -> str:
        """A card on the first page: a part of the navigation, and one sentence on it."""
        return home.Home(self._boxes()).part(title, text)

    def switches(self) -> str:
        """The two choices that change most pages, for a browser that runs scripts."""
        own = self.guide.profile.own
        named = [self.guide.declared[name] for name in SWITCHES if name not in own]
        return home.switches(named)

    def prefilled(self, name: str, tag: str) -> str:
        """A link to the form for tasks, filled in with the text `phabricator/NAME` and its title.

        The title is the block with `data-title="NAME"`, `tag` a key of values. The script builds
        the address from what the blocks show, once for each variant; without it, the form is empty.
        """
        form, project = self.url("generic_task_form"), self.value(tag)
        snippet = self.guide.snippet(f"phabricator/{name}")
        return "".join(
            prefilled.link(form, project, name, self._label(variant), _when(variant.conditions))
            for variant in self.guide.variants(snippet.name)
        )

    def trouble(self, page: str) -> str:
        """The table of what can go wrong with the steps of `page`: symptom, cause and cure."""
        known = self.guide.sabotages().values()
        found = [s for s in known if s.page == page and (s.see or s.misses)]
        if not found:
            pages = {sabotage.page for sabotage in known}
            raise GuideError(unknown("page with sabotages", page, pages))
        return sabotages.table(found)

    def failures(self, place: str) -> dict[str, tuple[sabotages.Sabotage, str]]:
        """All that can go wrong at `place`, by name, each with a link to its step.

        Links lead from the page that is written.
        """
        at = self.guide.page_name
        self.guide.list_through("hosts")  # in messages, which programs print
        return {
            name: (
                known.model_copy(
                    update={
                        "cause": sabotages.moved(known.cause, known.page, at),
                        "cure": sabotages.moved(known.cure, known.page, at),
                    }
                ),
                _section_link(known.step, at),
            )
            for name, known in self.guide.sabotages().items()
            if known.place == place
        }

    def records(self, place: str) -> str:
        """The part of the doctor of `place` that keeps records, and knows the failures."""
        return self.guide.render_records(place)

    def survey(self, place: surveyed.Place) -> str:
        """The part of the survey of `place` that goes through the facts, and their list."""
        return self.guide.render_survey(place)

    def columns(self, key: str) -> str:
        """The columns of the table `key`: partitions first."""
        table = self._fact("tables", key, Table)
        first = min((c.since for c in table.columns.values() if c.since), default="")
        rows = [(name, kind, "partition") for name, kind in table.partitions.items()]
        for name, column in table.columns.items():
            later = column.since if column.since and column.since > first else None
            rows.append((name, column.type, column.note or (f"since {later}" if later else "")))
        cells = "".join(
            f"<tr><td><code>{name}</code></td><td><code>{_breakable(kind)}</code></td>"
            f"<td>{html.escape(note)}</td></tr>"
            for name, kind, note in rows
        )
        return _table(["Column", "Type", "Note"], cells)

    def retired_names(self, kind: str) -> str:
        """What is retired of `kind`: name, until when, what to use now."""
        rows = "".join(
            f"<tr><td>{_name(key, fact)}</td>"
            f"<td>{html.escape(getattr(fact, 'what', None) or fact.note or '')}</td>"
            f"<td>{fact.until}</td><td>{html.escape(fact.use or 'no replacement')}</td></tr>"
            for key, fact in self.facts(kind).items()
            if fact.status == "retired"
        )
        return _table(["Name", "What it was", "Gone by", "Now"], rows)

    def freshness(self) -> freshness.Report:
        """What is to be looked at again, for the page on it, which comes after all others."""
        return freshness.report(self.guide.facts, self.guide.uses, freshness.today())

    def unseen(self) -> dict[str, list[str]]:
        """What a survey could see and none has, for a table: names of facts by kind."""
        return freshness.unseen(self.guide.facts)

    def proven(self) -> str:
        """The place of what sums up how blocks were proven, made when all pages are converted."""
        folder = posixpath.dirname(self.guide.page_name)
        links = (
            f"[{title_of(page.removesuffix('.md'))}]({posixpath.relpath(page, folder)})"
            for page in whole.names()
        )
        return proof.SUMMARY_PLACE.format(links=", ".join(links))

    def cases(self) -> str:
        """How many of the cases have which verdict, as a table."""
        return cases.table(self.guide.cases().values())

    def exam(self) -> str:
        """The goals of the exam as a table, each with the section that says how it is reached."""
        goals = exam.load()
        return exam.table(
            goals, {step: _section_link(step, self.guide.page_name) for step in goals}
        )

    def profile_table(self) -> str:
        """The values of the profile: name, what it is, the value in use."""
        rows = "".join(
            f"<tr><td>{html.escape(field.label)}</td><td><code>{field.name}</code></td>"
            f"<td>{html.escape(field.help)}</td><td>{printed(self.guide.values()[field.name])}</td></tr>"
            for field in self.guide.declared.values()
        )
        return _table(["Value", "Name", "What it is", "In use"], rows)

    def details_form(self) -> str:
        """The form in which a reader gives their values, for a browser that runs scripts."""
        return details.form(self.guide.facts, self.guide.profile)

    def ask(self, *names: str) -> str:
        """A small form for the values `names`, on the page that needs them first."""
        return details.ask(self.guide.facts, self.guide.profile, names)

    def whole_guide(self) -> str:
        """The place of all pages as one document, which is made when they are converted."""
        return whole.GUIDE_PLACE


def _section_link(step: str, page: str) -> str:
    """Return a link on `page` to the section `step`, in the name of its page."""
    name, _, anchor = step.partition("#")
    at = posixpath.relpath(f"{name}.md", posixpath.dirname(page))
    return f"[{title_of(name)}]({at}#{anchor})"


def _table(columns: list[str], rows: str) -> str:
    head = "".join(f"<th>{column}</th>" for column in columns)
    rows = re.sub(
        r"(?<=[ >])\d{4}-\d{2}(-\d{2})?(?=[ <;,.])", r'<span class="whole">\g<0></span>', rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _name(key: str, fact: Fact) -> str:
    """What a reader calls the fact: a title, or a name as it is typed."""
    title = getattr(fact, "title", None)
    return html.escape(title) if title else f"<code>{getattr(fact, 'host', key)}</code>"


def _breakable(kind: str) -> str:
    return html.escape(kind).replace(",", ",<wbr>").replace("&lt;", "&lt;<wbr>")


def _when(conditions: Mapping[str, tuple[str, ...]]) -> str:
    return " ".join(f"{choice}={','.join(values)}" for choice, values in conditions.items())


def _fence(snippet: Snippet, variant: Variant, label: str) -> str:
    attributes = [f".{snippet.description.language}", f".{snippet.place}"]
    title = snippet.title or PLACES[snippet.place]
    attributes.append(f'title="{title} ({label})"' if label else f'title="{title}"')
    attributes.append(f'data-snippet="{snippet.name}"')
    if snippet.source.startswith("#!"):
        attributes.append('data-search-exclude=""')  # nobody searches for the words of a program
    if label:
        attributes += [".when", f'data-when="{_when(variant.conditions)}"']
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", variant.text)), default=0))
    return f"{ticks} {{ {' '.join(attributes)} }}\n{variant.text}{ticks}"
