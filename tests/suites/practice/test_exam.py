"""`make exam`: a program that has only the built site passes, and who does nothing does not."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from markdown_it import MarkdownIt

from macros import exam
from macros.errors import GuideErrors
from tests.actors.newcomer import PASSPHRASE
from tests.environments.built_site import Site
from tests.guide.steps import steps
from tests.suites.practice.person import PROMPT, Person, save

pytestmark = pytest.mark.slow
EXAM = (sys.executable, "-m", "tests.tools.practice", "--exam", "--json")
_PAGE = "start/exam.md"
#: Readers other than the one who takes the exam.
_OTHERS = re.compile(r"[(*](Contractors|macOS|Windows with WSL)[)*]")
_AT_STAT_HOST = PROMPT.replace("laptop", "stat1010")
_HOLE = "‹one line: your public production key›"


def test_every_goal_is_judged_by_a_check_in_the_order_of_the_guide() -> None:
    goals, known = [*exam.load()], [*steps()]
    assert goals == sorted(goals, key=known.index)
    for step in goals:
        asked = step == "access/request#the-request-on-phabricator"  # the admin's answer judges it
        assert steps()[step].check or asked, step


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("access/ssh#file: no sentence\n", "exam.yml:1: access/ssh#file: a goal is a sentence"),
        ("a/b#c: A.\nssh: Do it.\n", "exam.yml:2: ssh: a goal is a sentence"),
    ],
)
def test_what_is_no_goal_is_one_clear_error(
    text: str, says: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "exam.yml"
    file.write_text(text)
    monkeypatch.setattr(exam, "FILE", file)
    with pytest.raises(GuideErrors, match=re.escape(says)):
        exam.load()


# -- a program that has the site -----------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """A block of a twin: in which section, where it belongs, the file that it is, and its text."""

    section: str
    place: str
    file: str
    text: str


def blocks(site: Site, page: str) -> list[Block]:
    """Return the blocks of the twin of `page` in order, but for those of other readers."""
    found, section, where, others = [], "", ("", ""), False
    tokens = MarkdownIt("commonmark").parse((site.folder / page).read_text(encoding="utf-8"))
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline" and before and before.tag == "h2":
            section = token.content
        elif _OTHERS.fullmatch(token.content) or token.content.startswith("<!-- end: "):
            others = token.type == "inline"
        elif token.type == "inline":
            label = re.fullmatch(r"\*\*([^*]+)\*\*(?: · `(.*)`)?", token.content)
            where = (label[1], label[2] or "") if label else where
        elif token.type == "fence" and not (others or _OTHERS.search(where[1])):
            found.append(Block(section, *where, token.content))
    return found


@dataclass
class Program:
    """It reads the built site, types what is there, and answers questions."""

    site: Site
    person: Person
    there: Person | None = None
    kerberos: str = ""
    seen: str = ""
    read: dict[str, int] = field(default_factory=dict)

    def goals(self) -> list[tuple[str, str]]:
        """Return page and heading of where the exam's page says how each goal is reached."""
        text = (self.site.folder / _PAGE).read_text(encoding="utf-8")
        links = re.findall(r"^\| \d+\\?\. .*\]\((\S+)#(\S+)\) \|$", text, re.MULTILINE)
        return [(self._page(file), anchor) for file, anchor in links]

    def _page(self, file: str) -> str:
        path = (self.site.folder / _PAGE).parent / file
        return str(path.resolve().relative_to(self.site.folder.resolve()))

    def follow(self, page: str, anchor: str) -> None:
        """Do what `page` says, from where it was left to the end of the section `anchor`."""
        heading = self.site.html(page).css_first(f"#{anchor}")
        assert heading is not None
        title = (heading.text() or "").removesuffix("¶").strip()
        listed = blocks(self.site, page)
        within = [n for n, block in enumerate(listed, 1) if _plain(block.section) == title]
        last = max(within, default=self.read.get(page, 0))
        for block in listed[self.read.get(page, 0) : last]:
            self._do(block)
        self.read[page] = last

    def _do(self, block: Block) -> None:
        there = "On the stat host" in block.place or "on the stat host" in block.place
        if "**Shell name:**" in block.text:
            self._ask(block.text)
        elif block.file.startswith("~/") and there:
            self._type(f"cat > {block.file} << 'END'\n{block.text}END", there)
        elif block.file.startswith("~/"):
            save(self.person, block.file, block.text.rstrip("\n"))
        elif there or block.place == "On your laptop":
            self._type(block.text.rstrip("\n"), there)

    def _type(self, text: str, there: bool) -> None:
        if there and not self.there:
            self.there = Person(self.person.told(r"(/\S+/terminal)"))
            self.there.type("ssh stat10", until=_AT_STAT_HOST)
        typing = self.there if there and self.there else self.person
        token = self.person.told(r"GitHub takes the token (\S+)\.")
        new = "kinit" in text and not self.read.get("kinit")
        password = token if "git " in text else self.kerberos
        until = _AT_STAT_HOST if there else PROMPT
        self.seen += f"$ {text}\n{typing.type(text, until, password)}"
        if new:
            self.read["kinit"], self.kerberos = 1, PASSPHRASE

    def _ask(self, text: str) -> None:
        key = self.person.type("cat ~/.ssh/wmf_prod.pub").strip()
        save(self.person, "~/access_request.txt", text.replace(_HOLE, key).rstrip("\n"))
        self.person.type("until grep -q 'Temporary password' ~/mail.txt; do sleep 0.1; done")
        mail = self.person.type("grep 'Temporary password' ~/mail.txt")
        self.kerberos = mail.split("password: ")[1].split()[0]


def _plain(heading: str) -> str:
    return heading.replace("`", "").replace("\\", "")


@pytest.fixture
def person() -> Iterator[Person]:
    someone = Person(*EXAM)
    yield someone
    someone.shell.close(force=True)


def result(person: Person) -> list[dict[str, Any]]:
    """Leave the lab; return how the exam went, as it says at its end."""
    person.shell.send("exit\r")
    person.shell.expect("The lab is gone")
    told = person.shell.before
    found: list[dict[str, Any]] = json.loads(told[told.rindex("\n[") :].replace("\r\n", "\n"))
    return found


def test_a_program_that_follows_the_pages_passes(site: Site, person: Person) -> None:
    program = Program(site, person)
    goals = program.goals()
    assert len(goals) == len(exam.load())
    seen = person.type("lab exam")
    for page, anchor in goals:
        assert "Goal " in seen
        program.follow(page, anchor)
        seen = person.type("lab exam")
        assert "Reached, after" in seen, f"{page}#{anchor}:\n{program.seen[-2000:]}\n{seen}"
    told = result(person)
    assert [goal["step"] for goal in told] == [*exam.load()]
    assert all(goal["reached"] and goal["seconds"] >= 0 and not goal["wrong"] for goal in told)


def test_who_does_nothing_fails_every_goal(person: Person) -> None:
    """And what the check saw is told: a wrong way; a goal that was left has none."""
    assert "Goal 1 of" in person.type("lab exam")
    assert "Not reached yet: " in person.type("lab exam")
    assert "Goal 2 of" in person.type("lab exam skip")
    person.type("lab exam --json > /dev/null")
    assert "lab exam skip" in person.type("lab exam nonsense")
    told = result(person)
    assert len(told) == len(exam.load())
    assert not any(goal["reached"] for goal in told)
    assert all(goal["wrong"] for goal in told)
    assert all(goal["seconds"] is None for goal in told)
    assert [bool(goal["asked"]) for goal in told] == [True, True] + [False] * (len(told) - 2)
