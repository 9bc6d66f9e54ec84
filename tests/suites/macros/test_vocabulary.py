"""What pages name by a macro is printed, with all that its fact has: nothing vanishes unseen."""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from macros import checklist, profile, vocabulary
from macros.errors import ROOT
from macros.facts import current
from macros.rendering import Guide
from tests.guide import reading

#: What has nothing to print where all is well, for this reader, or as long as nobody has seen it.
_SILENT = {"mark", "when", "seen"}
TABLES = [key for key, table in current().tables.items() if table.columns]


@cache
def words() -> dict[str, Callable[..., str]]:
    """Return the macros of the published site."""
    return dict(vocabulary.vocabulary(reading.guide()))


def rows(text: str) -> list[list[str]]:
    """Return the cells of the table `text`, without its head."""
    found = LexborHTMLParser(text).css("tbody tr")
    return [[cell.text() for cell in row.css("td")] for row in found]


def test_what_a_page_names_leaves_something_on_it() -> None:
    """Whatever macro it is, on every page."""
    silent: set[tuple[object, ...]] = set()
    called: Counter[str] = Counter()

    def listened(name: str, macro: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(macro)
        def call(*given: Any, **named: Any) -> Any:
            said = macro(*given, **named)
            called[name] += 1
            if not said:
                silent.add((name, guide.page_name, *given))
            return said

        return call

    def all_words(guide: Guide) -> dict[str, Callable[..., Any]]:
        known = vocabulary.vocabulary(guide)
        return {n: m if n in _SILENT else listened(n, m) for n, m in known.items()}

    guide = Guide(current(), profile.sample(current()), all_words)
    for page in reading.pages():
        guide.render_page(page)
    assert not silent
    assert len(called) > 20


@pytest.mark.parametrize("key", TABLES)
def test_the_columns_of_a_table_are_all_there(key: str) -> None:
    table = current().tables[key]
    expected = [[name, kind, "partition"] for name, kind in table.partitions.items()]
    since = [column.since for column in table.columns.values() if column.since]
    for name, column in table.columns.items():
        later = f"since {column.since}" if column.since and column.since > min(since) else ""
        expected.append([name, column.type, column.note or later])
    assert rows(words()["columns"](key)) == expected


def test_tasks_are_at_the_end_of_the_page_on_which_they_are_done() -> None:
    tasks = checklist.every(checklist.load(current()))
    pages = defaultdict(list)
    for name, task in tasks.items():
        pages[(task.page or "").partition("#")[0]].append(name)
    for page in pages.keys() - {""}:
        shown = re.findall(r'data-task="([\w-]+)"', words()["tasks_of"](page))
        assert shown == pages[page], page


@pytest.mark.parametrize("kind", ["tools", "lists"])
def test_a_name_is_linked_where_it_has_an_address(kind: str) -> None:
    macro = words()["tool" if kind == "tools" else "mailing_list"]
    for key, fact in getattr(current(), kind).items():
        link = current().links[fact.link] if fact.link else None
        named = f"[{fact.title}](<{link.url}>)" if link and link.url else fact.title
        assert macro(key).startswith(named)
        assert ("class=" in macro(key)) is (fact.status != "current"), key


@pytest.mark.parametrize("status", ["retired", "unverified"])
def test_what_is_not_current_is_marked(status: str) -> None:
    found = [(k, key, f) for k, key, f in current().all() if f.status == status]
    assert found
    for kind, key, fact in found:
        said = words()["mark"](kind, key)
        assert f'class="mark {status}"' in said
        told = fact.until if status == "retired" else (fact.note or "no current source").rstrip(".")
        assert html.escape(str(told)) in said


def test_what_is_current_has_no_mark() -> None:
    assert {words()["mark"](k, key) for k, key, f in current().all() if f.status == "current"} == {
        ""
    }


def test_a_fact_is_printed_as_it_is() -> None:
    facts, said = current(), words()
    assert all(said["host"](key) == host.host for key, host in facts.hosts.items())
    assert all(said["group"](key) == key for key in facts.groups)
    assert all(said["value"](key) == str(each.value) for key, each in facts.values.items())
    assert all(said["section"](key) == each.alias for key, each in facts.sections.items())
    ports = {key: host.port for key, host in facts.hosts.items() if host.port}
    ports |= {key: section.port for key, section in facts.sections.items()}
    assert all(said["port"](key) == str(port) for key, port in ports.items())
    assert all(said["url"](key) == link.url for key, link in facts.links.items() if link.url)
    assert said["alias"]("stat1008") == "stat8"
    names = {key: said["table"](key).split("`")[1] for key in facts.tables}
    assert all(key in (name, f"mediawiki.{name}") for key, name in names.items())


def test_a_link_has_its_own_words_or_its_title() -> None:
    known = next(key for key, link in current().links.items() if link.url)
    hidden = next(key for key, link in current().links.items() if not link.url)
    link = current().links[known]
    assert words()["link"](known).startswith(f"[{link.title}](<{link.url}>)")
    assert words()["link"](known, "here").startswith(f"[here](<{link.url}>)")
    assert words()["link"](hidden).startswith(current().links[hidden].title)


def test_what_is_retired_is_listed_with_what_replaced_it() -> None:
    for kind in ("hosts", "tools", "groups"):
        retired = {k: f for k, f in getattr(current(), kind).items() if f.status == "retired"}
        found = rows(words()["retired_names"](kind))
        names = [getattr(f, "title", getattr(f, "host", k)) for k, f in retired.items()]
        assert [row[0] for row in found] == names
        assert [row[2:] for row in found] == [
            [str(f.until), f.use or "no replacement"] for f in retired.values()
        ]


def test_trouble_has_every_symptom_of_its_page() -> None:
    shown = [s for s in reading.sabotages().values() if s.see or s.misses]
    assert shown
    for sabotage in shown:
        assert f"`{(sabotage.see or sabotage.misses or '').strip()}`" in words()["trouble"](
            sabotage.page
        )


def test_the_values_of_a_reader_are_listed_with_their_help() -> None:
    declared = profile.fields(current()).values()
    found = rows(words()["profile_table"]())
    assert [row[:3] for row in found] == [[f.label, f.name, f.help] for f in declared]
    assert all(row[3] for row in found)


def test_a_picture_stands_in_the_page() -> None:
    for path in (ROOT / "docs" / "pictures").glob("*.svg"):
        assert f'data-picture="{path.stem}"><svg' in words()["picture"](path.stem)
