"""The checklist's data: what is wrong in it is one clear error with its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from macros import bundle, checklist, profile
from macros.errors import GuideError, GuideErrors
from macros.facts import current
from macros.progress import PAGE, Boxes
from macros.slots import fill
from tests.guide import reading


def tasks() -> dict[str, checklist.Task]:
    """All tasks of the guide, by their ids."""
    return checklist.tasks(current())


HEAD = "- title: Part\n  ticket: 1\n  tasks:\n"


@pytest.fixture
def refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Return what says why a checklist with `entries` from line 4 on is refused, error by error."""

    def load(entries: str) -> list[str]:
        path = tmp_path / "checklist.yml"
        path.write_text(HEAD + entries, encoding="utf-8")
        monkeypatch.setattr(checklist, "FILE", path)
        with pytest.raises(GuideError) as refused:
            checklist.load(current())
        return str(refused.value).replace(f"{tmp_path}/", "").split("\n")

    return load


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        (
            "    - {id: a, text: A}\n    - {id: b, text: B}\n    - {id: a, text: C}\n",
            "6: the id a stands twice, first on line 4",
        ),
        (
            "    - {id: ssh-keys, text: A}\n    - id: b\n      text: B\n      waits_for:\n"
            "        - ssh-kyes\n",
            "8: b: no task called 'ssh-kyes'; did you mean ssh-keys?",
        ),
        (
            "    - {id: a, text: A, aside: code_reviw}\n",
            "4: a: no value that can be put aside called 'code_reviw'; did you mean code_review?",
        ),
        (
            "    - id: ab\n      text: A\n      meanwhile:\n        - ab\n        - ac\n",
            "8: ab: no task called 'ac'; did you mean ab?",
        ),
        ("    - {id: a, text: A, link: superst}\n", "4: a: no link called 'superst'; did you mean"),
        (
            "    - {id: a, text: A, page: access/shh}\n",
            "4: a: no page called 'access/shh'; did you mean access/ssh",
        ),
        (
            "    - {id: a, text: A, page: access/ssh-keys#make-keys}\n",
            "4: a: no section of access/ssh-keys called 'make-keys'; did you mean make-the-keys",
        ),
        (
            '    - {id: a, text: A, takes: "{access_busines_days} days"}\n',
            "4: a: no value called 'access_busines_days'; did you mean access_business_days",
        ),
        ("    - {id: a, text: A, who: [you, boss]}\n", "4: who: Input should be 'you', 'manager'"),
        ("    - {id: a, text: A, who: []}\n", "4: who: List should have at least 1 item"),
        ("    - {id: a, text: A, takes: 0}\n", "4: takes: "),
        ("    - {id: a, text: A, takes: [1]}\n", "4: takes: "),
        ("    - {id: a, text: A, wait_for: [a]}\n", "4: wait_for: Extra inputs are not permitted"),
        ("    - {id: a}\n", "4: text: Field required"),
        ("    - {id: A b, text: A}\n", "4: id: String should match pattern"),
        ("    - {id: a, text: A, only: volunteer}\n", "4: only: Input should be 'staff'"),
        (
            "    - {id: a, text: A, tasks: [{id: b, text: B}, {id: b, text: C}]}\n",
            "4: the id b stands twice, first on line 4",
        ),
    ],
)
def test_a_wrong_entry_is_one_error_with_its_line(
    refusal: Callable[[str], list[str]], entries: str, error: str
) -> None:
    said = refusal(entries)
    assert len(said) == 1, said
    assert said[0].startswith(f"checklist.yml:{error}"), said


def test_tasks_that_wait_for_one_another_are_named(refusal: Callable[[str], list[str]]) -> None:
    """The first waits for the second, the second for the third: as they are to be read."""
    said = refusal(
        "    - {id: a, text: A}\n"
        "    - {id: b, text: B, waits_for: [a, d]}\n"
        "    - {id: c, text: C, waits_for: [b]}\n"
        "    - {id: d, text: D, waits_for: [c]}\n"
    )
    assert len(said) == 1
    found = re.fullmatch(r"checklist.yml:(\d): tasks that wait for one another: (.*)", said[0])
    assert found, said
    assert found[2] in {"b > d > c > b", "d > c > b > d", "c > b > d > c"}
    assert int(found[1]) == {"b": 5, "c": 6, "d": 7}[found[2][0]]


def test_all_errors_come_at_once(refusal: Callable[[str], list[str]]) -> None:
    said = refusal("    - {id: a, text: A, link: x, page: y}\n    - {id: b, text: B, page: z}\n")
    assert [line.split(": ")[0] for line in said] == ["checklist.yml:4"] * 2 + ["checklist.yml:5"]


def test_anchors_are_those_of_headings_alone() -> None:
    block = "``` { .bash }\n# no heading\n```\n"
    text = f"## The wait\n\n{block}\n### When `ssh` asks {{ #first }}\n## A, b\n"
    assert checklist.anchors(text) == {"the-wait", "first", "a-b"}


def test_a_task_of_the_guide_alone_is_not_in_the_ticket() -> None:
    parts = checklist.load(current())
    everything, ticket = checklist.every(parts), checklist.every(checklist.of_ticket(parts))
    assert {"ssh-config", "first-query", "ldap-group"} <= set(everything) - set(ticket)
    assert {"ssh-keys", "production-access-task", "mend-this-guide"} <= set(ticket)
    assert [part.title for part in checklist.of_ticket(parts)][:2] == [
        "Set up by others",
        "Google groups",
    ]


def test_every_page_with_tasks_shows_them_and_is_no_other(site_pages: dict[str, str]) -> None:
    for name, task in checklist.every(checklist.load(current())).items():
        page = (task.page or "").partition("#")[0]
        call = f'[[[ tasks_of("{page}") ]]]'
        assert not page or call in site_pages[page], (
            f"docs/{page}.md: {name} of checklist.yml is done here: end the page with {call}"
        )
    for page, text in site_pages.items():
        called = re.findall(r'\[\[\[ tasks_of\("([^"]*)"\) \]\]\]', text)
        assert called in ([], [page]), f"docs/{page}.md: shows the tasks of {called}"


@pytest.fixture
def site_pages() -> dict[str, str]:
    """The source of every page by its name."""
    return {
        str(path.relative_to(reading.DOCS).with_suffix("")): path.read_text(encoding="utf-8")
        for path in reading.pages()
    }


def boxes(kind: str | None = None, done: tuple[str, ...] = (), **given: str) -> Boxes:
    reader = profile.build({"done": list(done), **given}, current(), tasks)
    return Boxes(checklist.load(current()), current(), reader, kind)


@pytest.mark.parametrize("kind", [None, "staff", "contractor"])
def test_the_whole_list_has_one_box_for_each_task_of_the_reader(kind: str | None) -> None:
    shown = re.findall(r'data-task="([^"]*)"', boxes(kind).whole())
    tasks = checklist.every(checklist.load(current())).values()
    assert shown == [task.id for task in tasks if kind is None or task.only in (None, kind)]


def test_a_task_that_is_put_aside_is_in_no_list() -> None:
    aside = [t.id for t in checklist.every(checklist.load(current())).values() if t.aside]
    assert aside == ["other-keys", "code-review-key"]
    for name in aside:
        marked = rf'data-task="{name}"[^\n]*\n *{{: \.when \.chosen data-when="code_review=show" }}'
        assert re.search(marked, boxes().whole())
        assert f'data-task="{name}"' in boxes(code_review="show").whole()
        assert f'data-task="{name}"' not in boxes(code_review="aside").whole()


def test_a_box_says_who_acts_and_its_line_where_to_go() -> None:
    whole = boxes().whole()
    assert 'data-task="account-mediawiki" data-who="you"' in whole
    assert 'data-task="production-access" data-who="others"' in whole
    link = current().links["mediawiki_account"]
    assert f"[{link.title}](<{link.url}>)" in whole


def test_what_the_profile_has_done_is_ticked() -> None:
    whole = boxes(done=("ssh-keys",)).whole()
    ticked = re.findall(r'data-task="([^"]*)"[^>]* checked', whole)
    assert ticked == ["ssh-keys", "list-engineering-all"]
    assert 'data-task="ssh-keys" data-who="you" checked' in boxes(done=("ssh-keys",)).of_page(
        "access/ssh-keys"
    )


def test_what_others_take_is_never_invented() -> None:
    """A figure stands only beside your own work, or is a fact."""
    for task in checklist.every(checklist.load(current())).values():
        if set(task.who) & {"you"} and isinstance(task.takes, int):
            continue
        words = checklist.VALUE.sub("", str(task.takes or ""))
        assert not re.search(r"\d", words), f"{task.id} takes {task.takes!r}"


def test_who_waits_and_what_for_can_be_read() -> None:
    whole = boxes("staff").whole()
    line = next(line for line in whole.split("\n") if 'data-task="production-access"' in line)
    days = current().values["access_business_days"].value
    assert f"The SRE on clinic duty: nobody promises a time; after {days} business days" in line
    assert "Meanwhile: Save the SSH configuration; " in line
    line = next(line for line in whole.split("\n") if 'data-task="known-hosts"' in line)
    assert "You: about 5 minutes. After: Save the SSH configuration." in line
    assert "[Host keys](../access/host-keys.md#known-hosts)" in line


def test_the_page_of_the_whole_list_is_the_one_that_others_link_to() -> None:
    assert "[[[ checklist() ]]]" in (reading.DOCS / f"{PAGE}.md").read_text(encoding="utf-8")
    assert "](progress.md)" in boxes().of_page("start/ticket")
    assert "](../start/progress.md)" in boxes().of_page("data/index")
    with pytest.raises(GuideError, match="no page with tasks called 'access/shh'; did you mean"):
        boxes().of_page("access/shh")


# -- the profile ---------------------------------------------------------------------------------


def test_a_profile_may_say_what_is_done(tmp_path: Path) -> None:
    path = tmp_path / "profile.yml"
    path.write_text('site: "esams"\ndone:\n  - ssh-keys\n  - first-query\n', encoding="utf-8")
    made = profile.load(path, current(), tasks)
    assert made.done == {"ssh-keys", "first-query"}
    assert made.own == {"site", "bastion"} and "done" not in made.values
    assert profile.sample(current()).done == frozenset()


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        (
            "done:\n  - ssh-keys\n  - ssh-kys\nemail: x\n",
            [
                "3: done: no task called 'ssh-kys'; did you mean ssh-keys",
                "4: email: 'x' is not accepted",
            ],
        ),
        ("kind: staff\ndone: ssh-keys\n", ["2: done: write the ids of tasks as a list"]),
        ("done: [1, [ssh-keys]]\n", ["1: done: no task called '1'", "1: done: no task called"]),
        ("kind: staff\nshel_name: x\n", ["2: no value of the profile called 'shel_name'"]),
        ("done: {ssh-keys: true}\n", ["1: done: write the ids"]),
    ],
)
def test_a_profile_says_where_it_names_no_task(
    tmp_path: Path, text: str, errors: list[str]
) -> None:
    path = tmp_path / "profile.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GuideErrors) as refused:
        profile.load(path, current(), tasks)
    said = str(refused.value).replace(f"{tmp_path}/", "").split("\n")
    assert len(said) == len(errors), said
    for line, error in zip(said, errors, strict=True):
        assert line.startswith(f"profile.yml:{error}")


# -- the prefilled links -------------------------------------------------------------------------

SCRIPT = bundle.SOURCES / "progress.js"
FIELDS = profile.fields(current())
#: A letter of four bytes, which an address writes with twelve characters.
LONGEST = {name: "𐐀" * 60 for name, field in FIELDS.items() if r"\p" in field.pattern}
LONGEST |= {"shell_name": "a" * 31, "email": f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 24}"}


def values(kind: str) -> st.SearchStrategy[dict[str, str]]:
    """Return profiles of every length, in letters of every script."""
    wide = st.text(st.characters(categories=["L"]), min_size=1, max_size=60)
    return st.fixed_dictionaries(
        {
            name: wide if r"\p" in field.pattern else st.from_regex(field.pattern, fullmatch=True)
            for name, field in FIELDS.items()
            if name in LONGEST
        }
    ).map(lambda made: made | {"kind": kind})


@pytest.mark.parametrize("kind", ["staff", "contractor"])
def test_the_longest_profile_fits_into_an_address(kind: str) -> None:
    """What the script asks before it offers the link; RFC 9110, section 4.1, has the limit."""
    limit = re.search(r"LONGEST = (\d+)", SCRIPT.read_text(encoding="utf-8"))
    assert limit and int(limit[1]) == 8000
    form = current().links["generic_task_form"].url or ""
    texts = prefilled(kind)

    @given(values(kind))
    @example(LONGEST | {"kind": kind})
    @settings(max_examples=15)
    def fits(given: dict[str, str]) -> None:
        made = dict(profile.build(given, current()).values)
        for name, (title, text) in texts.items():
            query = {"title": fill(title, made), "description": fill(text, made)}
            address = f"{form}?{urlencode(query | {'projects': 'LDAP-Access-Requests'})}"
            assert len(address) <= 8000, f"{name}: {len(address)} characters; shorten its text"

    fits()


def prefilled(kind: str) -> dict[str, tuple[str, str]]:
    """Return title and text of all that a link fills in for readers of `kind`, with tokens."""
    blocks = [
        block
        for page in ("start/ticket", "access/request")
        for block in reading.blocks(reading.DOCS / f"{page}.md")
        if kind in block.conditions.get("kind", [kind])
    ]
    titles = {b.attributes["data-title"]: b.text for b in blocks if "data-title" in b.attributes}
    texts = {block.snippet: block.text for block in blocks}
    theirs = {"nda_request"} if kind == "contractor" else set()
    assert set(titles) == {"onboarding_ticket", "access_request"} | theirs
    return {
        name: (title.rstrip(), texts[f"phabricator/{name}"].rstrip())
        for name, title in titles.items()
    }
