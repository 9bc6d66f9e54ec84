"""Other people's files: whatever they hold, there is one clear line, and the others go on."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from macros.sources import clones
from tests.suites.macros.sources.cases import CASES
from tests.suites.macros.sources.world import World, git

BY_KEY = {case.key: case for case in CASES}
_BOMB = "a: &a [x]\n" + "".join(f"{n}: &{n} [*a, *a, *a]\n" for n in "bcdefgh")


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.write([BY_KEY[key] for key in ("line", "setting", "bast9", "drinkers", "members", "tea")])
    return world


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("line", b"\xff\xfe\x00", "no text"),
        ("line", b"port = 8080\0", "no text"),
        ("line", b"\n" * (clones.LARGEST + 1), "bytes, more than"),
        ("setting", "[" * 5000 + "]" * 5000, "is no YAML"),
        ("setting", "{" * 90 + "}" * 90, "too deep"),
        ("setting", "a: [1\nb: 2\n", ":2: is no YAML"),
        ("setting", "", "is empty"),
        ("setting", "a: b: c: d\n", ":1: is no YAML"),
        ("members", "def f(:\n", ":1: is no Python"),
        ("members", "(" * 5000, "is no Python"),
        ("members", "x = " + "-" * 90_000 + "1", "is no Python"),
        ("bast9", "class a { }\n", "has no node"),
        ("drinkers", "users: {}\n", "has no groups"),
        ("tea", "nothing\n", "has no record"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_broken_file_is_one_line_and_the_others_go_on(
    world: World, key: str, text: str | bytes, reason: str
) -> None:
    with world.planted(BY_KEY[key], text):
        records = world.records()
    assert records[key].verdict == "unanswered"
    assert reason in records[key].decisive.reason
    assert "\n" not in records[key].decisive.reason
    assert BY_KEY[key].path in records[key].decisive.reason
    assert {r.verdict for name, r in records.items() if name != key} == {"holds"}


def test_yaml_with_aliases_and_tags_makes_nothing(world: World) -> None:
    with world.planted(
        BY_KEY["setting"], _BOMB + "kitchen::staff: !!python/object/apply:os.abort []"
    ):
        assert world.records()["setting"].verdict == "gone"


def test_a_pattern_that_takes_forever_ends(world: World) -> None:
    slow = "node /^(([a-z0-9.])+.)+[A-Z]([a-z])+$/ { role(x) }\n"
    started = time.monotonic()
    with world.planted(BY_KEY["bast9"], slow * 3 + BY_KEY["bast9"].right):
        assert world.records()["bast9"].verdict == "holds"
    assert time.monotonic() - started < 20


def test_a_link_is_not_followed(world: World) -> None:
    folder = world.clones / "operations-puppet"
    (folder / "kettle.conf").unlink()
    (folder / "kettle.conf").symlink_to("/etc/hostname")
    git(folder, "commit", "--quiet", "--all", "--message", "Link")
    record = world.records()["line"]
    assert record.verdict == "unanswered"
    assert "is a link, no file" in record.decisive.reason


def test_settings_of_a_clone_run_nothing(world: World, tmp_path: Path) -> None:
    """A clone's own settings could name programs for a pager, a signature, a monitor, a filter."""
    mark = tmp_path / "was-here"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    folder = world.clones / "operations-puppet"
    for name in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "diff.external",
        "diff.x.textconv",
        "filter.x.process",
        "gpg.program",
        "pager.log",
        "remote.origin.uploadpack",
    ):
        git(folder, "config", name, str(program))
    for name, value in (
        ("log.showSignature", "true"),
        ("remote.origin.url", f"ext::{program}"),
        ("remote.origin.promisor", "true"),
    ):
        git(folder, "config", name, value)
    (folder / ".git" / "info" / "attributes").write_text("* filter=x diff=x\n")
    hooks = folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "reference-transaction", "pre-auto-gc"):
        shutil.copy(program, hooks / name)
    assert world.records()["line"].verdict == "holds"
    loose = folder / ".git" / "objects"
    for path in loose.glob("[0-9a-f][0-9a-f]/*"):
        path.unlink()
    assert world.records()["line"].verdict == "unanswered"
    assert not mark.exists()


def test_a_broken_clone_is_one_line_and_the_others_go_on(world: World) -> None:
    git_folder = world.clones / "operations-puppet" / ".git"
    (git_folder / "HEAD").write_text("nonsense\n")
    records = world.records()
    assert records["line"].verdict == "unanswered"
    assert "the clone of operations/puppet is broken" in records["line"].decisive.reason
    assert records["tea"].verdict == "holds"


def test_a_clone_without_a_commit_is_broken(world: World) -> None:
    shutil.rmtree(world.clones / "operations-puppet" / ".git")
    git(world.clones / "operations-puppet", "init", "--quiet")
    assert world.records()["line"].verdict == "unanswered"


def test_a_bare_clone_and_its_other_names_are_found(world: World) -> None:
    before = world.clones / "operations-puppet"
    for name in ("puppet", "puppet.git", "operations/puppet", "operations-puppet.git"):
        after = world.clones / name
        after.parent.mkdir(exist_ok=True)
        before.rename(after)
        assert world.records()["line"].verdict == "holds", name
        before = after
    (before / ".git").rename(world.clones / "puppet")
    shutil.rmtree(before)
    assert world.records()["line"].verdict == "holds"
