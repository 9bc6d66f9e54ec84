"""The profile: the values of one reader, each declared once.

The declaration (label, where to find yours, sample, pattern or choices) feeds
the macros, the page *Your details* and the tests. A value ends up in a shell,
an ssh config, YAML, SQL and HTML, so a pattern lets through only what is inert
in all of them.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import regex

from macros import yaml_lines
from macros.errors import ROOT, GuideError, GuideErrors, shorten, unknown
from macros.facts import Facts

PRIVATE_FILE = ROOT / "profile.yml"
PRIVATE_KEY = "-----BEGIN"
#: In bytes; the form takes no larger one either.
LARGEST_FILE = 100_000
#: The key for production comes first, and is none of the others.
PRODUCTION_KEYS = ["production_key", "cloud_key", "gerrit_key"]


#: When a newcomer knows a value, in order, and how the form calls it.
TIMES = {
    "now": "Now",
    "accounts": "After your accounts",
    "keys": "After your keys",
    "aside": "What you don't need",
}
#: What can be put aside, and so is hidden. It is shown to everybody who has not done so.
SHOWN, ASIDE = "show", "aside"
_ASIDE = {SHOWN: "show it", ASIDE: "put it aside"}


@dataclass(frozen=True)
class Field:
    """One value of the profile.

    `pattern` is a regular expression for the whole value, in the syntax that
    the `regex` library and browsers share; `expected` says the same in words.
    A field with `choices` (value: label) has no pattern. Of those that are `assumed`
    the sample is the reader's until they choose. `when` is the time at which a newcomer
    knows the value: a key of TIMES.
    """

    name: str
    label: str
    help: str
    sample: str
    pattern: str = ""
    expected: str = ""
    choices: Mapping[str, str] | None = None
    when: str = "accounts"

    @property
    def assumed(self) -> bool:
        """Whether a reader who has not chosen is taken for one who chose the sample."""
        return self.when == "aside"

    def check(self, value: Any) -> str:
        """Return `value` as text; raises GuideError with the reason and an example."""
        if isinstance(value, str) and PRIVATE_KEY in value:
            raise GuideError(
                f"{self.name}: this looks like a private key; it must never leave ~/.ssh. "
                f"Give {self.expected or 'one of the choices'}, such as {self.sample}"
            )
        if not isinstance(value, str):
            raise GuideError(
                f"{self.name}: {shorten(value)} is no text; "
                "write it in quotes, or leave the line out"
            )
        value = unicodedata.normalize("NFC", value)
        if self.choices is not None:
            if value not in self.choices:
                raise GuideError(f"{self.name}: {unknown('choice', value[:40], self.choices)}")
        elif not regex.fullmatch(self.pattern, value):
            raise GuideError(
                f"{self.name}: {shorten(value)} is not accepted; "
                f"expected {self.expected}, such as {self.sample}"
            )
        return str(value)


#: Files of ssh's own, in any letters, as a system may take Config and config for the same.
_SSH_FILES = ["config", "known_hosts", "authorized_keys2?", "environment", "rc"]
_KEPT = "|".join(re.sub("[a-z]", lambda c: f"[{c[0].upper()}{c[0]}]", file) for file in _SSH_FILES)
#: No file of ssh's own nor what begins with its name and a dot, and no public half.
_KEY_NAME = (
    rf"(?!(?:{_KEPT})(?:\.|$))(?!.*\.[Pp][Uu][Bb]$)"
    r"[A-Za-z](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-])){0,30}"
)
_KEY_EXPECTED = "a file name of letters, digits and . _ - that starts with a letter, without .pub"
_PERSON = r"(?=.{1,60}$)\p{L}[\p{L}\p{M}]*(?:[ .’-]{1,2}[\p{L}\p{M}]+)*\.?"
_PERSON_EXPECTED = (
    "letters, with single spaces, dots, hyphens or ’ between them (write ’ in place of ')"
)
_ACCOUNT = (
    r"(?=.{1,60}$)[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:[ .’-]{1,2}[\p{L}\p{M}\p{N}]+)*(?: \(WMF\))?"
)

_ACCOUNT_EXPECTED = f"digits and {_PERSON_EXPECTED}, and (WMF) at the end"
#: A week has so many business days.
_BUSINESS_DAYS = 5


def fields(facts: Facts) -> dict[str, Field]:
    """Return the declaration of the profile by name, in the order of the form."""
    stat_hosts = {
        key: f"{key}: {host.cores} cores, {host.memory_gb} GB of memory"
        for key, host in facts.hosts.items()
        if host.kind == "stat" and host.status != "retired"
    }
    sites = {
        host.site: f"{host.place} ({host.site})"
        for host in facts.hosts.values()
        if host.kind == "bastion" and host.status != "retired" and host.site
    }
    declared = [
        Field(
            "kind",
            "You are",
            "Some steps differ for staff and contractors.",
            "staff",
            choices={"staff": "Foundation staff", "contractor": "a contractor"},
            when="now",
        ),
        Field(
            "system",
            "Laptop",
            "The system of your laptop. On Windows, this guide works in WSL, a Linux inside of it.",
            "linux",
            choices={"linux": "Linux", "macos": "macOS", "wsl": "Windows with WSL"},
            when="now",
        ),
        Field(
            "full_name",
            "Full name",
            "As your commits should show it.",
            "Jane Doe",
            _PERSON,
            _PERSON_EXPECTED,
            when="now",
        ),
        Field(
            "team",
            "Team",
            "The team that you join or support.",
            "Product Analytics",
            _PERSON,
            _PERSON_EXPECTED,
            when="now",
        ),
        Field(
            "manager",
            "Manager",
            "The developer account of your manager, who confirms your access request.",
            "Alex Roe",
            _ACCOUNT,
            _ACCOUNT_EXPECTED,
            when="now",
        ),
        Field(
            "shell_name",
            "Shell name",
            "Your user name on Wikimedia's servers; you chose it with your developer account.",
            "jdoe",
            r"(?!root$)[a-z][a-z0-9-]{0,30}",
            "lowercase letters, digits and '-', starting with a letter",
        ),
        Field(
            "wiki_name",
            "Developer account",
            "The user name of your Wikimedia developer account; you log in to Wikitech with it.",
            "Jane Doe",
            _ACCOUNT,
            _ACCOUNT_EXPECTED,
        ),
        Field(
            "email",
            "Work email",
            "Your address at the Foundation, or the one that your contract names.",
            "jdoe@example.org",
            r"[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,62}[A-Za-z0-9])?@"
            r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}",
            "an e-mail address of letters, digits and . _ + -",
        ),
        Field(
            "github_name",
            "GitHub name",
            "Your user name on GitHub.",
            "jane-doe",
            r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}",
            "letters and digits, with single hyphens between them",
        ),
        Field(
            "production_key",
            "Production key",
            "The file in ~/.ssh with your key for production, and for nothing else.",
            "wmf_prod",
            _KEY_NAME,
            _KEY_EXPECTED,
            when="keys",
        ),
        Field(
            "cloud_key",
            "Cloud VPS key",
            "The file in ~/.ssh with your key for Cloud VPS and Toolforge.",
            "wmf_cloud",
            _KEY_NAME,
            _KEY_EXPECTED,
            when="keys",
        ),
        Field(
            "gerrit_key",
            "Code review key",
            "The file in ~/.ssh with your key for Gerrit and GitLab.",
            "wmf_gerrit",
            _KEY_NAME,
            _KEY_EXPECTED,
            when="keys",
        ),
        Field(
            "site",
            "Nearest site",
            "The data centre nearest to you; your way into production leads through its bastion.",
            "eqiad",
            choices=sites,
            when="keys",
        ),
        Field(
            "stat_host",
            "Stat host",
            "The server that you work on. Any of them will do for queries.",
            "stat1010",
            choices=stat_hosts,
            when="keys",
        ),
        Field(
            "filed",
            "Request filed on",
            "The day on which you filed your access request.",
            "2026-12-01",
            r"20[2-9][0-9]-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])",
            "a year, a month and a day with two digits",
            when="keys",
        ),
        Field(
            "month",
            "Month of the data",
            "The month that the queries ask for. Where you give none, your browser takes the last "
            "one of which all tables have the data.",
            "2026-10",
            r"20[2-9][0-9]-(?:0[1-9]|1[0-2])",
            "a year and a month with two digits",
            when="keys",
        ),
        *_what_can_be_put_aside(),
    ]
    return {field.name: field for field in declared}


def _what_can_be_put_aside() -> Iterator[Field]:
    for name, label, what in (
        ("r", "R", "The page on queries from R."),
        ("replicas", "MediaWiki replicas", "The pages on the wikis' own databases."),
        ("code_review", "Code review and Cloud VPS", "Gerrit, GitLab and Cloud VPS: keys, tasks."),
    ):
        yield Field(name, label, what, SHOWN, choices=_ASIDE, when="aside")


@dataclass(frozen=True)
class Derived:
    """A value that hangs on one choice of the profile: a table, so that no logic lives twice."""

    name: str
    choice: str
    table: Mapping[str, str]


@dataclass(frozen=True)
class Dated:
    """A value that hangs on `of`, a month or a day of the profile: so much later, as `form` has it.

    In `form` Y is the year, M the month with two digits, N without a zero before it, and D the day.
    The browser's script computes the same; tests hold the two against each other.
    """

    name: str
    of: str
    months: int
    days: int
    form: str

    def value(self, values: Mapping[str, str]) -> str:
        """Return it for the month or the day in `values`; 31 February is 3 days into March."""
        year, month, *days = map(int, values[self.of].split("-"))
        years, month = divmod(month - 1 + self.months, 12)
        day = date(year + years, month + 1, 1) + timedelta(sum(days) - len(days) + self.days)
        parts = {"Y": str(day.year), "M": f"{day:%m}", "N": str(day.month), "D": f"{day:%d}"}
        return "".join(parts.get(letter, letter) for letter in self.form)


def dated(facts: Facts) -> dict[str, Dated]:
    """Return the values that hang on a month or a day, by name.

    Business days are counted in whole weeks: they have passed then, whichever day is the first.
    """
    weeks = -(-int(facts.values["access_business_days"].value) // _BUSINESS_DAYS)
    values = [
        Dated("month_year", "month", 0, 0, "Y"),
        Dated("month_number", "month", 0, 0, "N"),
        Dated("month_before", "month", -1, 0, "Y-M"),
        Dated("month_after", "month", 1, 0, "Y-M"),
        Dated("digits_before", "month", -1, 0, "YM"),
        Dated("digits_after", "month", 1, 0, "YM"),
        Dated("ask_again", "filed", 0, 7 * weeks, "Y-M-D"),
    ]
    return {value.name: value for value in values}


def derived(facts: Facts) -> dict[str, Derived]:
    """Return the values that hang on a choice, by name."""
    hosts = facts.hosts
    by_site = {
        host.site: host.host
        for host in hosts.values()
        if host.kind == "bastion" and host.status != "retired" and host.site
    }
    stat = {
        key: host.host
        for key, host in hosts.items()
        if host.kind == "stat" and host.status != "retired"
    }
    values = [
        Derived("bastion", "site", by_site),
        Derived("stat_host_name", "stat_host", stat),
        Derived("stat_alias", "stat_host", {key: stat_alias(key) for key in stat}),
    ]
    return {value.name: value for value in values}


def stat_alias(key: str) -> str:
    """Return the short ssh alias of the stat host `key`: stat8 for stat1008."""
    return f"stat{int(key.removeprefix('stat')) - 1000}"


@dataclass(frozen=True)
class Profile:
    """Checked values of one reader; `values` holds the derived ones too.

    `own` names those that the reader gave, and what is derived from them; the
    others are samples. The sample profile has none. `done` are the ids of the
    tasks that the reader has ticked.
    """

    values: Mapping[str, str]
    own: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()


#: Returns the ids of the tasks that can be done; asked only for a profile that names some.
Tasks = Callable[[], Collection[str]]


class RefusedValue(GuideError):
    """Something that a profile cannot have; `key` is where it stands in its file."""

    def __init__(self, message: str, *key: str | int):
        self.key = key
        super().__init__(message)


def build(given: Mapping[str, Any], facts: Facts, tasks: Tasks = tuple) -> Profile:
    """Return the profile with the values `given`; what is missing is taken from the sample.

    Beside the values, `done` may hold ids of the `tasks`. Raises GuideErrors with
    one RefusedValue for each unknown name, refused value or unknown task.
    """
    declared, values = fields(facts), {}
    done = given.get("done")
    errors = _refused_tasks(done, tasks)
    given = {name: value for name, value in given.items() if name != "done"}
    for name in given:
        if name not in declared:
            errors.append(
                RefusedValue(unknown("value of the profile", str(name)[:40], declared), name)
            )
    for name, field in declared.items():
        try:
            values[name] = field.check(given.get(name, field.sample))
        except GuideError as error:
            errors.append(RefusedValue(error.message, name))
    if not errors:
        errors = _clashes(values)
    if errors:
        raise GuideErrors(errors)
    own = set(given)
    for name, value in derived(facts).items():
        values[name] = value.table[values[value.choice]]
        own |= {name} if value.choice in own else set()
    for name, later in dated(facts).items():
        values[name] = later.value(values)
        own |= {name} if later.of in own else set()
    return Profile(values, frozenset(own), frozenset(done or ()))


def _refused_tasks(done: Any, tasks: Tasks) -> list[GuideError]:
    if done is None:
        return []
    if not isinstance(done, list):
        return [RefusedValue("done: write the ids of tasks as a list, such as [ssh-keys]", "done")]
    known = tasks()
    return [
        RefusedValue(f"done: {unknown('task', str(name)[:60], known)}", "done", number)
        for number, name in enumerate(done)
        if not isinstance(name, str) or name not in known
    ]


def _clashes(values: Mapping[str, str]) -> list[GuideError]:
    keys = PRODUCTION_KEYS
    return [
        RefusedValue(
            f"{name}: {values[name]!r} is your {keys[0]} too; production needs a key of its own",
            name,
        )
        for name in keys[1:]
        if values[name].lower() == values[keys[0]].lower()
    ]


def sample(facts: Facts) -> Profile:
    """Return the sample profile, with which the published site is built."""
    return build({}, facts)


def load(path: Path, facts: Facts, tasks: Tasks = tuple) -> Profile:
    """Return the profile of the YAML file at `path`; raises GuideErrors with file and line.

    It may say which of the `tasks` are done.
    """
    if path.is_file() and path.stat().st_size > LARGEST_FILE:
        raise GuideError("too large for a profile; a line for each value is enough", path)
    document = yaml_lines.load(path)
    try:
        return build(document.mapping(), facts, tasks)
    except GuideErrors as errors:
        raise GuideErrors(
            GuideError(
                e.message, path, document.line(*e.key) if isinstance(e, RefusedValue) else e.line
            )
            for e in errors.errors
        ) from errors


def of_build(facts: Facts, tasks: Tasks = tuple) -> Profile:
    """Return the profile to build with: `profile.yml` where there is one, else the sample.

    The environment variable GUIDE_PROFILE names another file. With GUIDE_PUBLISH
    set, as `make site` does, the sample is used whatever lies about, and a
    GUIDE_PROFILE is refused: the published site is the same for all.
    """
    named = os.environ.get("GUIDE_PROFILE")
    if os.environ.get("GUIDE_PUBLISH"):
        if named:
            raise GuideError(
                "the published site is built with the sample profile, not with "
                f"{shorten(named)}; unset GUIDE_PROFILE"
            )
        return sample(facts)
    if named and not os.path.isfile(named):  # noqa: PTH113 # pathlib's raises for a long name
        raise GuideError(f"GUIDE_PROFILE names a file that is not there: {shorten(named)}")
    path = Path(named) if named else PRIVATE_FILE
    return load(path, facts, tasks) if path.exists() else sample(facts)


def example(facts: Facts) -> str:
    """Return the text of `profile.example.yml`: every value, explained, with its sample."""
    parts = [
        "# Your values, for a guide of your own: copy this file to profile.yml, take away the #\n"
        "# before a name, and put your value behind it. git ignores profile.yml. What you leave\n"
        "# out is taken from the sample, which stands here.\n"
    ]
    for field in fields(facts).values():
        lines = [f"# {field.label}: {field.help}"]
        if field.choices:
            lines += [f"#   {value}: {label}" for value, label in field.choices.items()]
        else:
            lines.append(f"#   {field.expected}")
        parts.append("\n".join([*lines, f'#{field.name}: "{field.sample}"', ""]))
    parts.append("# The tasks that you have done, by their ids.\n#done: [ssh-keys]\n")
    return "\n".join(parts)


if __name__ == "__main__":
    from macros.facts import current

    (ROOT / "profile.example.yml").write_text(example(current()), encoding="utf-8")
