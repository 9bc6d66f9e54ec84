"""The first page: two switches, the next step, what to start today, and the parts of the guide.

All of it can be read without a script: the next step is then the first one. The script turns the
switches on, finds the next step among the hidden list of all of them, and counts what is done.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass

from macros.checklist import Task
from macros.errors import GuideError, unknown
from macros.profile import Field
from macros.progress import Boxes, page_of, plain, title_of
from macros.settings import parts


@dataclass(frozen=True)
class Home:
    """The first page for the reader of `boxes`, whose links start in the folder docs/."""

    boxes: Boxes

    def next_step(self) -> str:
        """Return the next step with its minutes and a button, the progress, and all steps."""
        tasks = self.boxes.tasks.values()
        steps = [task for task in tasks if not task.done and self.boxes.are_theirs(task)]
        first = next(t for t in steps if t.who[0] == "you" and not t.only and not t.waits_for)
        items = "\n".join(map(self._step, steps))
        return (
            '<div class="home-next" data-home markdown="1">\n'
            '<p class="tasks-title">Next step</p>\n'
            f'<p class="home-step" markdown="span">[{plain(first.text)}]({_address(first)})'
            f"{{: .md-button .md-button--primary }} "
            f'<span class="home-time">{_minutes([first])}</span></p>\n'
            '<p class="home-also" hidden>You can also do now: <span></span></p>\n'
            '<p class="home-wait" hidden>Others have to act: <span></span></p>\n'
            '<p class="progress" hidden><label><span role="status"></span> '
            '<progress value="0" max="1"></progress></label></p>\n'
            f'<ol class="home-steps" hidden data-search-exclude markdown="1">\n{items}\n</ol>\n'
            "</div>"
        )

    def _step(self, task: Task) -> str:
        waits = f' data-waits="{" ".join(task.waits_for)}"' if task.waits_for else ""
        who = "you" if task.who[0] == "you" else "others"
        return (
            f'<li data-step="{task.id}" data-who="{who}"{waits}{self.boxes.condition(task)} '
            f'data-time="{_minutes([task])}" markdown="span">'
            f"[{plain(task.text)}]({_address(task)})</li>"
        )

    def card(self, page: str, text: str, ids: Iterable[str]) -> str:
        """Return a card that leads to `page`, with the tasks `ids`; raises GuideError.

        With one task it is called as that is, and leads there.
        """
        tasks = []
        for name in ids:
            if name not in self.boxes.tasks:
                raise GuideError(unknown("task", name, self.boxes.tasks))
            tasks.append(self.boxes.tasks[name])
        link = f"[{title_of(page)}]({page}.md)"
        if len(tasks) == 1:
            link = f"[{plain(tasks[0].text)}]({_address(tasks[0])})"
        return _card(link, text, _minutes(tasks), tasks)

    def part(self, title: str, text: str) -> str:
        """Return a card of the part of the guide called `title`; raises GuideError."""
        known = {part.title: part.pages for part in parts()}
        if title not in known:
            raise GuideError(unknown("part of the guide", title, known))
        pages = known[title]
        names = {page.removesuffix(".md") for page in pages}
        tasks = [task for task in self.boxes.tasks.values() if page_of(task) in names]
        first = next((page for page in pages if page != "index.md"), pages[0])
        return _card(f"[{plain(title)}]({first})", text, f"{len(pages)} pages", tasks)


def switches(fields: Iterable[Field]) -> str:
    """Return a switch for each of `fields`, which are choices of the reader, as HTML."""
    return "".join(map(_switch, fields))


def _switch(field: Field) -> str:
    options = "".join(
        f'<label><input type="radio" name="switch-{field.name}" value="{value}"> '
        f"<span>{html.escape(label)}</span></label>"
        for value, label in (field.choices or {}).items()
    )
    return (
        f'<fieldset class="switch" data-switch="{field.name}" hidden>'
        f"<legend>{html.escape(field.label)}</legend>{options}</fieldset>"
    )


def _card(link: str, text: str, size: str, tasks: Iterable[Task]) -> str:
    ids = " ".join(task.id for task in tasks)
    of = f' data-of="{ids}"' if ids else ""
    return (
        f'<div class="card"{of} markdown="1">\n'
        f'<p class="card-title" markdown="span">{link}</p>\n'
        f'<p markdown="span">{text}</p>\n'
        f'<p class="card-state">{size}</p>\n'
        "</div>"
    )


def _minutes(tasks: Iterable[Task]) -> str:
    total = sum(task.takes for task in tasks if isinstance(task.takes, int))
    return f"about {total} minutes" if total else ""


def _address(task: Task) -> str:
    page, mark, anchor = (task.page or "start/progress").partition("#")
    return f"{page}.md{mark}{anchor}"
