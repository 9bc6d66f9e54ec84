"""Where the reader is: the checklist as boxes to tick, whole or of one page, in Markdown.

Without a script a box is a disabled one, readable and no more. The script enables it, and shows
what is `hidden`: the progress and the next step.
"""

from __future__ import annotations

import html
import posixpath
import re
from dataclasses import dataclass
from functools import cached_property

from macros.checklist import DOCS, VALUE, Part, Task, every, walk
from macros.errors import GuideError, read_text, unknown
from macros.facts import Facts
from macros.profile import ASIDE, SHOWN, Profile

#: The page that shows the whole checklist.
PAGE = "start/progress"
_ACTORS = {
    "you": "you",
    "manager": "your manager",
    "team": "someone on the team",
    "admin": "an admin of the organisation",
    "SRE": "the SRE on clinic duty",
    "Legal": "Legal",
    "IT": "Office IT",
    "others": "others",
}
_READERS = {"staff": "staff", "contractor": "contractors"}
_BAR = (
    '<p class="progress" hidden><label><span role="status"></span> '
    '<progress value="0" max="1"></progress></label></p>'
)
_NEXT = (
    '<div class="next" data-next="you" hidden><p class="tasks-title">Next step</p><ul></ul></div>\n'
    '<div class="next" data-next="others" hidden>'
    '<p class="tasks-title">Others have to act</p><ul></ul></div>\n'
    '<p class="next" data-next="nobody" hidden>All is done. You are on board.</p>'
)


@dataclass(frozen=True)
class Boxes:
    """The checklist `parts` for readers of `kind` (None: for all), ticked as `profile` says."""

    parts: list[Part]
    facts: Facts
    profile: Profile
    kind: str | None

    @cached_property
    def tasks(self) -> dict[str, Task]:
        """Every task by its id, in order."""
        return every(self.parts)

    def whole(self) -> str:
        """Return all tasks, with who acts, how long it takes, and what each waits for."""
        parts = "\n".join(
            f"## {part.title}\n\n{items}"
            for part in self.parts
            if (items := "".join(self._item(task, 0) for task in part.tasks))
        )
        opening = '<div class="tasks" data-tasks="done" markdown="1">'
        return f"{opening}\n{_BAR}\n{_NEXT}\n\n{parts}\n</div>"

    def of_page(self, page: str) -> str:
        """Return the tasks that are done on `page`; raises GuideError where there are none."""
        pages = {page_of(task) for task in self.tasks.values() if task.page}
        if page not in pages:
            raise GuideError(unknown("page with tasks", page, pages))
        items = "".join(self._on(page, task, 0) for part in self.parts for task in part.tasks)
        where = posixpath.relpath(f"{PAGE}.md", posixpath.dirname(page) or ".")
        return (
            '<div class="tasks here" data-tasks="done on this page" markdown="1">\n'
            f'<p class="tasks-title">Done?</p>\n{_BAR}\n\n{items}\n'
            f"[Your checklist]({where}): all tasks, and the next step\n</div>"
        )

    def _on(self, page: str, task: Task, depth: int) -> str:
        """Return `task` and those below it, as far as they are done on `page`."""
        here = page_of(task) == page and self.are_theirs(task)
        below = "".join(self._on(page, each, depth + here) for each in task.tasks)
        return (self._line(task, depth, "") if here else "") + below

    def are_theirs(self, task: Task) -> bool:
        """Return whether `task` is for the reader, as far as the build knows them."""
        if task.aside and self.profile.values[task.aside] == ASIDE:
            return False
        return self.kind is None or task.only in (None, self.kind)

    def condition(self, task: Task) -> str:
        """Return for whom `task` is, as an attribute; nothing where the build knows."""
        only = [f"kind={task.only}"] if task.only and not self.kind else []
        made = task.aside in self.profile.own
        only += [f"{task.aside}={SHOWN}"] if task.aside and not made else []
        return f' data-when="{" ".join(only)}"' if only else ""

    def _item(self, task: Task, depth: int) -> str:
        if not self.are_theirs(task):
            return ""
        below = "".join(self._item(each, depth + 1) for each in task.tasks)
        return self._line(task, depth, self._told(task)) + below

    def _line(self, task: Task, depth: int, told: str) -> str:
        indent = "    " * depth
        ticked = " checked" if task.done or task.id in self.profile.done else ""
        waits = f' data-waits="{" ".join(task.waits_for)}"' if task.waits_for else ""
        who = "you" if task.who[0] == "you" else "others"
        # What comes by itself is for nobody to do, and not counted.
        data = f'data-task="{task.id}"' + ("" if task.done else f' data-who="{who}"{waits}')
        box = f'<input type="checkbox" {data}{ticked} disabled>'
        reader = ""
        if task.only and not self.kind:
            reader = f' <span class="reader">{_READERS[task.only]} only</span>'
        condition = self.condition(task)
        if condition:
            condition = f"{indent}  {{: .when{'' if reader else ' .chosen'}{condition} }}\n"
        return f"{indent}- <label>{box} {plain(task.text)}{reader}</label>{told}\n{condition}"

    def _told(self, task: Task) -> str:
        """What is known of a task beside its text."""
        who = ", then ".join(_ACTORS[actor] for actor in task.who)
        told = [f"{who[0].upper()}{who[1:]}{self._duration(task)}."]
        below = {each.id for each in walk(task.tasks)}
        told += self._named("After", [each for each in task.waits_for if each not in below])
        told += self._named("Meanwhile", task.meanwhile)
        link = self.facts.links[task.link] if task.link else None
        links = [f"[{title_of(page_of(task))}]({self._address(task.page)})"] if task.page else []
        links += [f"[{plain(link.title)}](<{link.url}>)"] if link and link.url else []
        told += [f"{' · '.join(links)}"] if links else []
        return f' <span class="told">{" ".join(told)}</span>'

    def _duration(self, task: Task) -> str:
        if isinstance(task.takes, str):
            words = VALUE.sub(lambda key: str(self.facts.values[key[1]].value), task.takes)
            return f": {plain(words)}"
        own = f": about {task.takes} minutes" if task.takes else ""
        if set(task.who) == {"you"}:
            return own
        return f"{own}, then others decide how long" if own else ": they decide how long"

    def _named(self, title: str, ids: list[str]) -> list[str]:
        """Name the tasks `ids`; with a label those that concern one kind of reader."""
        tasks = [task for task in map(self.tasks.get, ids) if task and self.are_theirs(task)]
        names = [plain(task.text) for task in tasks if not task.only or self.kind]
        told = "; ".join(names)
        for kind, who in _READERS.items() if self.kind is None else ():
            only = "; ".join(plain(task.text) for task in tasks if task.only == kind)
            if only:
                label = f'<span class="reader">{who}: </span>'
                separator = "; " if names else " "
                told += (
                    f'<span class="when" data-when="kind={kind}">{separator}{label}{only}</span>'
                )
        return [f"{title}: {told.lstrip()}."] if told else []

    def _address(self, address: str | None) -> str:
        page, mark, anchor = (address or "").partition("#")
        return posixpath.relpath(f"{page}.md", posixpath.dirname(PAGE)) + mark + anchor


def page_of(task: Task) -> str:
    """Return the page of the guide where `task` is done, or nothing."""
    return (task.page or "").partition("#")[0]


def title_of(page: str) -> str:
    """Return the title of `page`, from its front matter; raises GuideError without the page."""
    found = re.search(r"^title: *(.+?) *$", read_text(DOCS / f"{page}.md"), re.MULTILINE)
    return plain(found[1].strip("\"'")) if found else page


def plain(text: str) -> str:
    """Return `text` as Markdown in which nothing is a mark."""
    return re.sub(r"([\\`*_\[\]])", r"\\\1", html.escape(text, quote=False))
