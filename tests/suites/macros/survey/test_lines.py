"""Lines come from anybody: what no survey prints is refused, by file and line, and nothing is done.

Each of these could be pasted into a merge request by somebody who means harm, or by mistake.
"""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from macros.errors import GuideErrors
from macros.survey import __main__ as program
from macros.survey import lines
from tests.suites.macros.survey.world import DAY, World, asked, line, silent

REALM = asked("values", "kerberos_realm")
GOOD = line(REALM)
HOSTILE = {
    "no JSON": ("holds values kerberos_realm", "is no JSON"),
    "a list": ("[1, 2]", "valid dictionary"),
    "deep": ("[" * 5000, "is no JSON"),
    "long": (line(REALM, "x" * lines.LONGEST), "is longer than"),
    "a foreign key": (line(REALM, author="me"), "author"),
    "a key too few": (GOOD.replace('"day": "2026-12-01"', '"x": 1'), "day"),
    "a key twice": (GOOD[:-1] + ', "key": "proxy_url"}', "the same key twice"),
    "a number": (line(REALM, with_=1), "with"),
    "no such kind": (line(REALM, kind="secrets"), "no kind of facts called 'secrets'"),
    "a file for a kind": (line(REALM, kind="../../etc"), "kind"),
    "no such fact": (line(REALM, key="kerberos_reaml"), "did you mean kerberos_realm"),
    "no such probe": (line(REALM, with_="rumour"), "no survey asks for its value with rumour"),
    "a fact that is not asked": (line(REALM, key="team_name"), "no survey asks"),
    "another part": (GOOD.replace('"value"', '"what"'), "no survey asks for its what"),
    "two parts": (line(REALM, expected={"a": "b", "c": "d"}), "expected"),
    "parts that differ": (line(REALM, expected={"what": "WIKIMEDIA"}), "of different parts"),
    "markup": (line(REALM, "<img src=x onerror=alert(1)>"), "no text that a survey prints"),
    "a script": (line(REALM, "<script>alert(1)</script>"), "no text that a survey prints"),
    "a link": (line(REALM, "[free](http://example.org)"), "no text that a survey prints"),
    "a backtick": (line(REALM, "`id`"), "no text that a survey prints"),
    "a password": (line(REALM, "http://me:s3cret@proxy:8080"), "no text that a survey prints"),
    "a control character": (line(REALM, "a\x1b[31mb"), "no text that a survey prints"),
    "a raw control character": (GOOD.replace("WIKIMEDIA", "WIKI\x1bMEDIA"), "nobody sees"),
    "text that turns": (line(REALM, "a\u202eb"), "no text that a survey prints"),
    "other letters": (line(REALM, "WIKIМEDIA"), "no text that a survey prints"),
    "a reason with markup": (silent(REALM, reason="<b >"), "no text that a survey prints"),
    "another verdict": (line(REALM, "OTHER", verdict="holds"), "says holds, and found 'OTHER'"),
    "changed, and the same": (line(REALM, verdict="changed"), "says changed"),
    "no verdict": (line(REALM, verdict="fine"), "verdict"),
    "silence that found something": (line(REALM, verdict="unanswered"), "has found nothing"),
    "silence without a reason": (silent(REALM, reason=""), "has a reason"),
    "no day": (line(REALM, day="2026-13-45"), "is no day"),
    "a day with more": (line(REALM, day="2026-12-01\nseen"), "day"),
    "a day to come": (line(REALM, day=str(date.today() + timedelta(9))), "in the future"),
    "from elsewhere": (line(REALM, from_="the moon"), "from"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_no_survey_prints_is_refused_by_file_and_line(
    world: World, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, words = HOSTILE[name]
    before = world.texts()
    file = world.file(GOOD, text, GOOD)
    with pytest.raises(GuideErrors) as refused:
        world.records(GOOD, text, GOOD)
    said = str(refused.value)
    assert said.startswith(f"{file}:2: ") and words in said
    assert said.isprintable() and len(said) < 500
    assert world.texts() == before
    assert program.main(["read", str(file), "--write"]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.strip() == said


def test_every_refused_line_is_told(world: World) -> None:
    with pytest.raises(GuideErrors) as refused:
        world.records(HOSTILE["markup"][0], GOOD, HOSTILE["no such fact"][0], "{}")
    assert {error.line for error in refused.value.errors} == {1, 3, 4}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "has no line of a survey"),
        (b"\n\n \n", "has no line of a survey"),
        (b"\xff\xfe", "is no UTF-8"),
        (GOOD.encode() + b"\n\xff", "seen.jsonl:2: is no UTF-8"),
        (b"\n" * (lines.MOST + 9), "has more than"),
        (b"x" * (lines.LONGEST * 100 + 1), "is too long"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_file_that_is_none_is_refused(
    world: World, data: bytes, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = world.file()
    file.write_bytes(data)
    assert program.main(["read", str(file)]) == 2
    assert words in capsys.readouterr().err


def test_a_file_that_is_not_there_is_one_line(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main(["read", str(world.file().with_name("none"))]) == 2
    assert "none: cannot be read: No such file" in capsys.readouterr().err


def test_what_a_survey_prints_is_taken(world: World) -> None:
    """Types in angle brackets, paths and messages are no markup; empty lines are none."""
    cache, table = asked("values", "kerberos_cache"), asked("tables", "wmf.webrequest")
    found = world.records(line(cache), "", line(table), silent(REALM))
    assert {key: r.verdict for key, r in found.items()} == {
        "kerberos_cache": "holds",
        "wmf.webrequest": "holds",
        "kerberos_realm": "unanswered",
    }
    assert json.loads(line(cache))["day"] == DAY
