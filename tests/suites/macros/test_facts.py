"""Facts are checked when they are loaded: file, line, reason; all errors at once."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from macros import facts
from macros.errors import GuideError
from macros.facts import FOLDER, KINDS, current
from tests.checks import verified


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the project's facts to spoil."""
    copied = tmp_path / "facts"
    shutil.copytree(FOLDER, copied)
    return copied


def spoil(path: Path, old: str, new: str) -> int:
    """Replace the first `old` in `path`; return its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def refusal(folder: Path, kind: str | None = None) -> str:
    """Return why the facts of `folder` are refused, or one `kind` of them, which is faster."""
    with pytest.raises(GuideError) as refused:
        facts.load_kind(folder, kind) if kind else facts.load(folder)
    return str(refused.value)


def test_every_kind_has_facts_with_source_and_a_date_that_has_come() -> None:
    for kind in KINDS:
        assert getattr(current(), kind), kind
    for kind, key, fact in current().all():
        assert fact.told_source(), (kind, key)
        assert fact.verified <= date.today(), (kind, key)


def test_what_is_not_verified_says_why() -> None:
    silent = [(k, n) for k, n, f in current().all() if f.status == "unverified" and not f.note]
    assert not silent


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("hosts.yml", "kind: bastion", "kind: bastian", "kind: Input should be"),
        ("hosts.yml", "port: 29418", "port: 294180", "port: Input should be less than"),
        (
            "hosts.yml",
            "host: bast1004.wikimedia.org",
            "host: bast1004 .org",
            "host: String should match",
        ),
        ("links.yml", "url: https://", "url: http://", "url: String should match"),
        ("groups.yml", "kind: posix", "knd: posix", "knd: Extra inputs are not permitted"),
        ("tables.yml", "engine: hive", "engine: hyve", "engine: Input should be"),
        ("tables.yml", "{type: string, since", "{type: strnig, since", "did you mean string"),
    ],
)
def test_a_spoilt_fact_names_file_line_and_field(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    line = spoil(folder / file, old, new)
    text = refusal(folder, file.removesuffix(".yml"))
    assert re.search(rf"{file}:{line}: .*{re.escape(message)}", text), text


def test_all_spoilt_files_are_reported_at_once(folder: Path) -> None:
    spoil(folder / "hosts.yml", "kind: bastion", "kind: bastian")
    spoil(folder / "links.yml", "url: https://", "url: http://")
    (folder / "lists.yml").unlink()
    text = refusal(folder)
    assert all(f"{name}.yml" in text for name in ("hosts", "links", "lists"))


def test_the_same_key_twice_is_refused_with_both_lines(folder: Path) -> None:
    path = folder / "groups.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}wmf: {{}}\n", encoding="utf-8")
    assert re.search(
        r"groups.yml:\d+: the key 'wmf' stands twice, first on line \d+", refusal(folder, "groups")
    )


FACT = "a: {title: A, what: b, source: {document: c}, verified: 2026-01-01"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ": has no facts"),
        ("- a\n", ":1: is no mapping"),
        ("x: [\n", ":2: not valid YAML"),
        ("\t\n", ":1: not valid YAML"),
        ("x: 1\n", ":1: 'x': a key is letters"),
        ("a b: {}\n", ":1: 'a b': a key is letters"),
        ("defaults: 5\n" + FACT + "}", ":1: defaults: is a mapping"),
        ("defaults: [a]\n" + FACT + "}", ":1: defaults: is a mapping"),
        (FACT + ", 1: x}", ":1: a: 1: Extra inputs"),
        (FACT + ", since: '2024-99'}", ":1: a: since: String should match"),
        (FACT + ", since: 2024-06-24}", ":1: a: since: Input should be a valid string"),
        (FACT.replace("01-01", "13-45") + "}", ":1: '2026-13-45' cannot be read: month must be"),
        (FACT.replace("2026-01-01", "soon") + "}", ":1: a: verified: Input should be a valid date"),
        (FACT.replace("title: A", "title: yes") + "}", ":1: a: title: Input should be a valid str"),
        (
            FACT.replace("title: A", "title: ''") + "}",
            ":1: a: title: String should have at least 1",
        ),
        (FACT + "}\nb: *a\n", ":2: not valid YAML: found undefined alias"),
        (FACT + "}\r\n", ":1: ends its lines with CR LF"),
        ("\ufeff" + FACT + "}\n", ":1: begins with a byte order mark"),
        (FACT + ", note: '\0'}\n", ":1: has the character U+0000"),
    ],
)
def test_what_is_no_file_of_facts_is_refused(folder: Path, text: str, message: str) -> None:
    (folder / "lists.yml").write_text(text, encoding="utf-8", newline="")
    assert f"lists.yml{message}" in refusal(folder, "lists")


@pytest.mark.parametrize(
    ("kind", "entry", "message"),
    [
        (
            "values",
            "a: {value: yes, what: b}",
            "a: value: Input should be a valid string",
        ),
        ("tables", "a: {engine: hive, what: b}", "a: a table has columns"),
        (
            "hosts",
            "a: {host: a.org, kind: code, port: yes}",
            "a: port: Input should be a valid int",
        ),
        ("links", "a: {title: b, url: 'javascript:alert(1)'}", "a: url: String should match"),
        ("links", "a: {title: b, url: 'https://a.org/\"x'}", "a: url: String should match"),
    ],
)
def test_a_wrong_fact_is_one_error(folder: Path, kind: str, entry: str, message: str) -> None:
    file = folder / f"{kind}.yml"
    defaults = "defaults: {source: {document: c}, verified: 2026-01-01}"
    file.write_text(f"{defaults}\n{entry}\n", "utf-8")
    assert re.fullmatch(rf"{file}:2: {re.escape(message)}.*", refusal(folder, kind))


def test_what_stands_where_a_file_is_expected_is_told(folder: Path) -> None:
    for name in ("lists", "tools"):
        (folder / f"{name}.yml").unlink()
    (folder / "lists.yml").mkdir()
    (folder / "tools.yml").symlink_to("tools.yml")
    (folder / "list.yml").write_text("")
    text = refusal(folder)
    assert "lists.yml: cannot be read: Is a directory" in text
    assert "tools.yml: cannot be read: Too many levels of symbolic links" in text
    assert "list.yml: no kind of facts called 'list'; did you mean lists" in text


def test_an_unknown_link_of_a_tool_is_refused_with_near_names(folder: Path) -> None:
    line = spoil(folder / "tools.yml", "link: superset", "link: supersett")
    assert f"tools.yml:{line}: superset: no link called 'supersett'; did you mean" in refusal(
        folder
    )


def test_a_retired_fact_says_until_when(folder: Path) -> None:
    path = folder / "groups.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        f"{text}old-group: {{kind: posix, what: x, verified: 2024-01-01, status: retired}}\n",
        encoding="utf-8",
    )
    assert "old-group: a retired fact says until when it held" in refusal(folder)


def test_an_unknown_fact_has_near_names() -> None:
    with pytest.raises(GuideError, match="did you mean stat1010"):
        current().get("hosts", "stat10100")


@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_is_what_was_verified(kind: str, recording: bool) -> None:
    """No test can know the outside world. But a fact changes only with its evidence."""
    try:
        if recording:
            verified.record(kind)
        problem = verified.difference(kind)
    except GuideError as error:
        problem = str(error)
    if problem:
        pytest.fail(problem, pytrace=False)
