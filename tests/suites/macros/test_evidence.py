"""Evidence as builds read it: the strongest proof that nothing speaks against, or none."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from macros import evidence
from macros.errors import GuideError, GuideErrors
from macros.evidence import Evidence, Note, NotedRun, fingerprints, proofs

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
EARLIER = NOW - timedelta(days=3)


def report(kind: str | None, at: datetime = NOW, passed: bool = True, **note: Any) -> NotedRun:
    return NotedRun(at=at, passed=passed, notes={"block": Note(kind=kind, **note)})


def proof(*reports: NotedRun) -> evidence.Proof | None:
    tests = {f"test {number}": each for number, each in enumerate(reports)}
    return proofs(Evidence(tests=tests), NOW).get("block")


def test_of_two_proofs_the_stronger_is_told() -> None:
    stronger = report("lab", EARLIER, programs=("OpenSSH 9.2",))
    for reports in ((stronger, report("parsed")), (report("parsed"), stronger)):
        found = proof(*reports)
        assert found
        assert (found.kind, found.depth, found.programs) == ("lab", "run", ("OpenSSH 9.2",))
        assert found.day == date(2026, 11, 23)


def test_of_two_that_are_as_strong_the_later_is_told() -> None:
    for reports in (
        (report("lab"), report("lab", EARLIER)),
        (report("lab", EARLIER), report("lab")),
    ):
        found = proof(*reports)
        assert found and found.day == date(2026, 11, 26)


def test_a_reason_is_told_whoever_gives_it() -> None:
    found = proof(report(None, why="nobody has one"), report("parsed"))
    assert found and found.why == "nobody has one"


def test_one_failure_takes_all_proofs_away() -> None:
    assert proof(report("lab"), report("parsed", EARLIER, passed=False)) is None


def test_what_only_concerns_a_block_proves_nothing() -> None:
    assert proof(report(None)) is None


def test_a_time_to_come_is_no_evidence() -> None:
    assert proof(report("lab", NOW + timedelta(seconds=1))) is None


def test_the_day_is_that_of_utc() -> None:
    late = datetime.fromisoformat("2026-11-24T23:30:00-05:00")
    found = proof(report("lab", late))
    assert found and found.day == date(2026, 11, 25)


SOUND = {
    "format": 1,
    "tests": {
        "a test": {
            "at": "2026-11-20T10:00:00Z",
            "passed": True,
            "notes": {"block": {"kind": "lab", "programs": ["OpenSSH 9.2"], "why": ""}},
        }
    },
}


def changed(**values: Any) -> bytes:
    """Return sound evidence with `values` in its report or its note."""
    text = json.loads(json.dumps(SOUND))
    test = text["tests"]["a test"]
    for name, value in values.items():
        (test if name in test else test["notes"]["block"] if name != "format" else text)[name] = (
            value
        )
    return json.dumps(text).encode()


def test_sound_evidence_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(changed())
    assert proofs(evidence.read(tmp_path / "file"), NOW).keys() == {"block"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        changed(format=2),
        changed(kind="believed"),
        changed(kind=["lab"]),
        changed(at="yesterday"),
        changed(at="2026-11-20T10:00:00"),
        changed(passed="perhaps"),
        changed(notes=[]),
        changed(programs=["OpenSSH\n9.2"]),
        changed(programs=["x" * 500]),
        changed(programs=["qzvaavzq"]),
        changed(why="QZV"),
        changed(other=1),
    ],
    ids=lambda content: repr(content[:20]),
)
def test_broken_evidence_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert evidence.read(tmp_path / "file") == Evidence()


def test_where_no_file_is_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("", str(tmp_path / "missing"), str(tmp_path)):
        monkeypatch.setenv(evidence.VARIABLE, path)
        assert evidence.current() == {}


def test_a_file_that_changes_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(evidence.VARIABLE, str(tmp_path / "file"))
    for kind in ("lab", "parsed", "effect"):
        (tmp_path / "file").write_bytes(changed(kind=kind))
        assert evidence.current()["block"].kind == kind


BLOCKS = [("laptop", "a\n"), ("output", "b\n"), ("laptop", "c\n"), ("output", "b\n")]


def test_every_block_has_a_fingerprint_of_its_own() -> None:
    same = fingerprints("a.md", [*BLOCKS, *BLOCKS])
    assert len(set(same)) == len(same) == 8
    assert fingerprints("b.md", BLOCKS)[0] not in same


@pytest.mark.parametrize(
    ("number", "block", "changes"),
    [
        (0, ("laptop", "A\n"), [0, 1]),
        (0, ("stat", "a\n"), [0, 1]),
        (1, ("output", "B\n"), [1]),
        (2, ("laptop", "c \n"), [2, 3]),
    ],
)
def test_a_changed_block_is_another_and_so_is_its_output(
    number: int, block: tuple[str, str], changes: list[int]
) -> None:
    blocks = [*BLOCKS[:number], block, *BLOCKS[number + 1 :]]
    pairs = zip(fingerprints("a.md", BLOCKS), fingerprints("a.md", blocks), strict=True)
    assert [n for n, (before, after) in enumerate(pairs) if before != after] == changes


def test_parts_are_put_together_and_a_failure_in_one_counts(tmp_path: Path) -> None:
    """Also where another part has the same test, and it passed there."""
    said = {"a": {"x": report("lab")}, "b": {"y": report("parsed", passed=False)}, "c": {}}
    said |= {"d": {"x": report("lab", EARLIER)}, "e": {"x": report(None, passed=False)}}
    for name, tests in said.items():
        text = Evidence(tests=tests).model_dump_json()
        (tmp_path / name).write_text(text, encoding="utf-8")

    def proven(*names: str) -> bool:
        found = evidence.together(tmp_path / name for name in names)
        return "block" in proofs(found, NOW)

    assert proven("a") and proven("c", "a") and proven("a", "d")
    for names in (("a", "b"), ("b", "a"), ("a", "e"), ("e", "d"), ("c",)):
        assert not proven(*names), names


def test_a_part_that_is_not_there_is_told(tmp_path: Path) -> None:
    """And every other: without it, nobody knows whether all that is proven is."""
    (tmp_path / "broken").write_text('{"format": 1, "tests"', encoding="utf-8")
    (tmp_path / "there").write_text(Evidence().model_dump_json(), encoding="utf-8")
    with pytest.raises(GuideErrors) as refused:
        evidence.together(tmp_path / name for name in ("broken", "there", "missing"))
    assert str(refused.value).split("\n") == [
        f"{tmp_path}/{name}: no evidence; run all parts of the tests"
        for name in ("broken", "missing")
    ]


def test_it_is_written_to_where_a_build_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, path = tmp_path / "part", tmp_path / "new" / "cache" / "evidence.json"
    tests = {"test": report("lab")}
    part.write_text(Evidence(tests=tests).model_dump_json(), encoding="utf-8")
    monkeypatch.setenv(evidence.VARIABLE, str(path))
    evidence.main([part])
    assert evidence.read(path).tests == tests
    monkeypatch.setenv(evidence.VARIABLE, "")
    with pytest.raises(GuideError, match="nowhere to write"):
        evidence.main([part])
