"""A sample of the mutants, the same in each run, and all of what was changed last."""

from __future__ import annotations

import random
import subprocess

import pytest

from macros.errors import ROOT, read_text, shown
from tests.mutants import equivalents
from tests.mutants.__main__ import DOCTORS, LAB
from tests.mutants.corpus import Mutant, mutants
from tests.mutants.tokens import changes
from tests.mutants.workers import verdicts

_SEED, _SAMPLE, _OF_CHANGED = 6, 20, 60


def _left_to_quick_tests() -> list[Mutant]:
    everything = mutants()
    others = set(LAB.read_text(encoding="utf-8").splitlines())
    excused = equivalents.of(everything)
    return [
        m for m in everything if m.key not in others and m not in excused and m.part not in DOCTORS
    ]


def _changed() -> set[str]:
    """Return the files of the last commit, and those that were changed since."""
    done = subprocess.run(
        ["git", "diff", "--name-only", "HEAD~1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return set(done.stdout.split())  # nothing where there is no commit before


@pytest.mark.slow
def test_a_sample_is_noticed_by_the_quick_tests() -> None:
    tried = _left_to_quick_tests()
    chance = random.Random(_SEED)  # noqa: S311 # the same sample in each run
    changed = [m for m in tried if shown(m.path) in _changed()]
    chosen = {*chance.sample(tried, _SAMPLE), *changed[:_OF_CHANGED]}
    missed = [
        m for m, verdict in verdicts("trial", sorted(chosen, key=tried.index)) if not verdict.killer
    ]
    assert not missed, "no quick test notices:\n" + "\n".join(
        m.diff(read_text(m.path)) for m in missed
    )


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("bash", "chmod 600 ~/.ssh/x", {"chmdo", "601", "shs", "y"}),
        ("bash", "a && b # not this", {"x", "||"}),
        ("bash", "echo \"$HOME\" 'no change'", {"'$HOME'", "no change", "ecoh", "HOEM"}),
        ("sql", "WHERE a >= 5", {"WHEER", "x", "<", "6"}),
        ("ssh-config", "ForwardAgent no", {"ForwardAgetn", "yes"}),
        ("remarkup", "A sentence, and [[[ shell_name ]]].", {"[[[ team ]]]"}),
        ("text", "‹a hole› 19", {"18"}),
        ("text", '[[% if kind == "staff" %]]', {'[[% if not (kind == "staff") %]]'}),
    ],
)
def test_a_token_becomes_another(language: str, text: str, wanted: set[str]) -> None:
    found = list(changes(text, language))
    assert all(text[c.start : c.start + len(c.old)] == c.old for c in found)
    assert wanted <= {change.new for change in found}, [change.new for change in found]
    assert len({(change.start, change.new) for change in found}) == len(found)
