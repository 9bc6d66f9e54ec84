"""Where nothing has changed every probe says so, for every reader, and leaves nothing behind."""

from __future__ import annotations

import re
import time

import pytest

from macros.facts import current
from macros.profile import Profile
from macros.surveyed import PLACES, asks
from tests.actors.insider import Insider, inside, lines, told
from tests.checks.snippet_texts import for_reader
from tests.evidence import notes, versions
from tests.guide.profiles import readers

pytestmark = pytest.mark.slow
#: Seconds that a survey of the stat host may take here.
_LONGEST = 60
#: What a survey leaves out on purpose: another host's sizes, and a file that not everybody has.
_LEFT_OUT = {"only asked on that host itself", "you have no copy of the list there"}
#: Values that are no secret of a reader: which hosts they use is which facts they see.
_PUBLIC = {"kind", "system", "site", "stat_host"}


@pytest.mark.parametrize("name", sorted(readers()))
def test_all_holds_and_nothing_is_left(name: str) -> None:
    with inside(readers()[name]) as someone:
        before = _contents(someone)
        for place in PLACES:
            notes.note(for_reader(f"{place}/survey", "sample").block, "lab", versions.named("bash"))
            begun = time.monotonic()
            said = someone.ask(place)
            assert time.monotonic() - begun < _LONGEST
            assert said.code == 0
            _all_holds(place, said.out)
            assert _names_nobody(someone.reader, said.out + said.err) == []
        assert _contents(someone) ^ before == set()


def _all_holds(place: str, said: str) -> None:
    found = lines(said)
    of_place = asks(current(), place)  # type: ignore[arg-type] # one of PLACES
    assert [(each["kind"], each["key"]) for each in found] == [(a.kind, a.key) for a in of_place]
    wrong = [each for each in found if each["verdict"] != "holds"]
    assert {each.get("reason") for each in wrong} <= _LEFT_OUT, wrong
    verdicts = {key: record.verdict for key, record in told(said).items()}
    assert {key: v for key, v in verdicts.items() if v != "holds"}.keys() <= {
        "values known_hosts_file"
    }


def _names_nobody(reader: Profile, said: str) -> list[str]:
    """Return which values of `reader` are words of `said`, but for those that the facts have."""
    facts = "\n".join(str(ask) for place in PLACES for ask in asks(current(), place))
    mine = [value for name, value in reader.values.items() if name in reader.own]
    mine += [f"/home/{reader.values['shell_name']}", "krb5cc_1000"]
    found = [value for value in mine if _is_word(value, said) and not _is_word(value, facts)]
    public = {reader.values[name] for name in _PUBLIC}
    return [value for value in found if value not in public and not _is_of_the_form(value, said)]


def _is_word(value: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(value)}(?![\w-])", text) is not None


def _is_of_the_form(value: str, said: str) -> bool:
    """Whether `said` has the word with another meaning in what it says to everybody."""
    fixed = re.sub(r'"(?:found|expected)": \{[^}]*\}', "", said)
    return len(value) < 5 and _is_word(value, fixed)


def _contents(someone: Insider) -> set[str]:
    """Return all files that the reader could write, on both hosts, with sizes and times."""
    homes = r"find /home /tmp /srv /mnt -xdev \( -type d -printf '%p\n' -o -printf '%p %s %T@\n' \)"
    hosts = someone.lab.stat, someone.lab.laptop
    said = [someone.lab.run(host, homes, someone.user).out for host in hosts]
    return set("".join(said).splitlines())


def test_the_lines_of_all_readers_are_alike(insider: Insider) -> None:
    """What differs between readers is of their host alone, so nothing of theirs is in it."""
    first = insider.ask("stat", tables=False).out
    with inside(readers()["hyphens"]) as other:
        second = other.ask("stat", tables=False).out
    differing = set(first.splitlines()) ^ set(second.splitlines())
    assert {line.split('"with": ')[1].split(",")[0] for line in differing} == {'"sizes"'}
