"""Cases: set-ups that people have, each with what the doctor has to answer.

One data set for the tests that look at them in the lab, and for the page *How this guide is
tested*. A set-up may name values as a page does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from macros import yaml_lines
from macros.errors import ROOT, GuideError, GuideErrors, read_text

FILE = ROOT / "snippets" / "cases.yml"
#: What a case can answer that is no name of a failure.
WORKS, UNKNOWN = "works", "unknown"
#: How an answer can be, best first, with what that means.
VERDICTS = {
    "right": "it names the cause, or raises no alarm where all works",
    "honest": "it says that it does not know, and shows the line that tells",
    "missed": "it says nothing",
    "wrong": "it names another cause, or raises an alarm where all works",
}
_TEXTS = ("apply", "admin", "undo", "undo_admin")
_Option = Literal["", "--connect"]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]


class Case(BaseModel):
    """A set-up at `place`, and what the doctor there has to answer.

    `apply` is typed at `place`, `admin` by who runs the hosts, and `env` is set. Files of the home
    are put back by themselves; `undo` and `undo_admin` take back what else was done. The doctor is
    asked with each of `options`. `answer` names failures, or is WORKS or UNKNOWN. `reported` is
    where people met it; `beside` is the case whose neighbour this is, in which all works or
    something else is wrong. `falls_short` is the verdict where the doctor does not answer right.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)

    what: str
    place: Literal["laptop", "stat"]
    apply: str | None = None
    admin: str | None = None
    undo: str | None = None
    undo_admin: str | None = None
    env: Mapping[str, str] = {}
    options: tuple[_Option, ...] = ("",)
    answer: tuple[_Name, ...]
    reported: tuple[str, ...] = ()
    beside: _Name | None = None
    falls_short: Literal["honest", "missed"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_answer(cls, data: object) -> object:
        """Take an answer of one name as it is most often written."""
        if isinstance(data, dict) and isinstance(data.get("answer"), str):
            return {**data, "answer": [data["answer"]]}
        return data

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not (self.apply or self.admin or self.env):
            raise ValueError("give apply, admin or env")
        if len(self.answer) > 1 and {WORKS, UNKNOWN} & {*self.answer}:
            raise ValueError(f"{WORKS} and {UNKNOWN} are answers by themselves")
        return self

    @property
    def verdict(self) -> str:
        """What the tests have to see: a key of VERDICTS."""
        return self.falls_short or "right"

    def judge(self, names: Iterable[str]) -> str:
        """Return how good an answer it is to tell failures by `names`: a key of VERDICTS."""
        told = set(names)
        wanted = set(self.answer) - {WORKS}
        if told == wanted:
            return "right"
        if told - wanted == {UNKNOWN}:
            return "honest"
        return "missed" if told < wanted else "wrong"


def load() -> dict[str, tuple[Case, int]]:
    """Return all cases by name, each with its line; raises GuideErrors with file and line.

    The same text is read once, so nobody may change what comes out.
    """
    return _cases(read_text(FILE), FILE)


@lru_cache(maxsize=1)
def _cases(text: str, path: Path) -> dict[str, tuple[Case, int]]:
    document = yaml_lines.parse(text, path)
    cases: dict[str, tuple[Case, int]] = {}
    errors: list[GuideError] = []
    for name, data in document.mapping().items():
        try:
            cases[name] = Case.model_validate(data), document.line(name)
        except ValidationError as error:
            problem = error.errors()[0]
            what = ".".join(map(str, problem["loc"])) or name
            line = document.line(name, *problem["loc"])
            errors.append(GuideError(f"{name}: {what}: {problem['msg']}", path, line))
    if errors:
        raise GuideErrors(errors)
    return cases


def rendered(case: Case, render: Callable[[str], str]) -> Case:
    """Return `case` with its texts that name values put through `render`."""
    texts = {name: getattr(case, name) for name in _TEXTS}
    made = {name: render(text) for name, text in texts.items() if text and "[[" in text}
    return case.model_copy(update=made) if made else case


def table(cases: Iterable[Case]) -> str:
    """Return as a Markdown table how many of `cases` have which verdict."""
    all_of_them = list(cases)
    reported = Counter(case.verdict for case in all_of_them if case.reported)
    own = Counter(case.verdict for case in all_of_them if not case.reported)
    rows = [
        f"| {verdict}: {means} | {reported[verdict]} | {own[verdict]} |"
        for verdict, means in VERDICTS.items()
    ]
    head = ["| The doctor's answer | Reported by others | Our own |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows])
