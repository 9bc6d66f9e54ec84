"""A sample of the mutants, the same in each run, and all of what was changed last."""

from __future__ import annotations

import json
import random
import re
import subprocess
from pathlib import Path

import pytest

from macros.errors import ROOT, read_text, shown
from tests.tools.mutants import equivalents, store, why
from tests.tools.mutants.__main__ import BARS, main
from tests.tools.mutants.corpus import DOCTORS, Mutant, mutants
from tests.tools.mutants.judging import Said, Trial, judged, of_lab
from tests.tools.mutants.protocol import Verdict
from tests.tools.mutants.stages import QUICK, SLOW, Stage
from tests.tools.mutants.store import Known
from tests.tools.mutants.tokens import changes
from tests.tools.mutants.workers import verdicts

_SEED, _SAMPLE = 6, 20
#: More than the lines of most commits have; of what was written all anew it is a sample.
_OF_CHANGED = 300
#: Of the kills that are known, those whose keys are compared.
_KILLS = 400
#: How a verdict begins that no test has given: the guide cannot be rendered, or nothing ends.
_NO_TEST = ("rendering: ", "it takes more than ")
_OF_PROSE = 200
#: In each sample: configs that still parse, and do something else.
_ALWAYS = {
    "snippets/laptop/ssh_config: ProxyJump bast: bast -> bats",
    "snippets/laptop/ssh_config: ForwardAgent no: no -> yes",
    "snippets/stat/bash_profile: . ~/.bashrc: bashrc -> bashcr",
}


def _candidates() -> list[Mutant]:
    """Return the mutants of blocks and facts that are not known to be for the lab alone."""
    everything = mutants()
    excused = equivalents.of(everything)
    return [
        m
        for m in everything
        if m.key not in of_lab()
        and m not in excused
        and m.part not in DOCTORS
        and m.material != "prose"
    ]


def _changed(since: str = "HEAD~1", folder: Path = ROOT) -> set[tuple[str, int]]:
    """Return file and line (1-based) of all that was changed after the commit `since`."""
    done = subprocess.run(
        ["git", "diff", "--no-ext-diff", "--no-color", "--unified=0", "--no-prefix", since],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    lines, file = set(), ""
    for line in done.stdout.split("\n"):  # nothing where there is no commit before
        file = line[4:].rstrip("\t") if line.startswith("+++ ") else file
        if hunk := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line):
            first, number = int(hunk[1]), int(hunk[2] or 1)
            lines |= {(file, first + n) for n in range(number)}
    return lines


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> dict[Mutant, Trial]:
    """What is said of a sample of the mutants, and of all that was changed last."""
    candidates, lines = _candidates(), _changed()
    chance = random.Random(_SEED)  # noqa: S311 # the same sample in each run
    files = {file for file, _ in lines}
    nearby = [m for m in candidates if shown(m.path) in files]
    changed = [m for m in nearby if (shown(m.path), m.line) in lines]
    always = [m for m in candidates if m.key in _ALWAYS]
    assert len(always) == len(_ALWAYS)
    sample = [*always, *chance.sample(candidates, _SAMPLE)]
    sample += chance.sample(changed, min(len(changed), _OF_CHANGED))
    known = Known(tmp_path_factory.mktemp("known") / "mutants.json")
    return judged(list(dict.fromkeys(sample)), known)


@pytest.fixture(scope="module")
def of_texts(tmp_path_factory: pytest.TempPathFactory) -> dict[Mutant, Trial]:
    """What is said of a sample of the mutants of what texts name."""
    prose = [m for m in mutants() if m.material == "prose"]
    sample = random.Random(_SEED).sample(prose, _OF_PROSE)  # noqa: S311 # the same in each run
    return judged(sample, Known(tmp_path_factory.mktemp("known") / "mutants.json"))


@pytest.mark.slow
def test_a_sample_is_noticed(sample: dict[Mutant, Trial]) -> None:
    """By the quick tests, and only where they see nothing new by the lab."""
    missed = [mutant for mutant, trial in sample.items() if not trial.killer]
    assert not missed, "no test notices (see CONTRIBUTING.md):\n" + "\n".join(
        m.diff(read_text(m.path)) for m in missed
    )


@pytest.mark.slow
def test_of_what_texts_name_a_sample_is_noticed_up_to_the_bar(
    of_texts: dict[Mutant, Trial],
) -> None:
    """Where a text names something else that is known too, nobody can tell."""
    missed = [mutant for mutant, trial in of_texts.items() if not trial.killer]
    assert 100 * len(missed) <= (100 - BARS["prose"]) * len(of_texts), "\n".join(
        m.diff(read_text(m.path)) for m in missed
    )


@pytest.mark.slow
def test_a_mutant_changes_the_key_of_its_killer(
    sample: dict[Mutant, Trial], of_texts: dict[Mutant, Trial], tmp_path: Path
) -> None:
    """Else the proof of the test that notices it would be kept: of all kills that are known."""
    killers = {m.key: trial.killer for m, trial in [*sample.items(), *of_texts.items()]}
    by_key = {mutant.key: mutant for mutant in mutants()}
    stages = [stage.name for stage in (QUICK, *SLOW)]
    killers |= {k: v for k, v in store.Known().killers(stages).items() if k in by_key}
    killers = {k: v for k, v in killers.items() if v and not v.startswith(_NO_TEST)}
    kept = dict(random.Random(_SEED).sample(sorted(killers.items()), min(_KILLS, len(killers))))  # noqa: S311
    assert kept
    file = tmp_path / "killers.json"
    file.write_text(json.dumps(kept), encoding="utf-8")
    stage = Stage("keys", "keys", lambda _: True, (str(file),), worth=100)
    found = verdicts(stage, [by_key[key] for key in kept])
    hidden = {m.key: kept[m.key] for m, verdict in found if not verdict.killer}
    assert not hidden, "tests/tools/session/reads.py: their proof would be kept:\n" + "\n".join(
        f"{killer}\n  {key}" for key, killer in hidden.items()
    )


def test_what_was_changed_is_known_by_its_lines(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=x", "-c", "user.email=x@x.org", *words],
            cwd=tmp_path,
            check=True,
        )

    (tmp_path / "a b.md").write_text("1\n2\n3\n4\n")
    (tmp_path / "gone").write_text("1\n")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message=x")
    (tmp_path / "a b.md").write_text("1\n@@ -1 +1 @@\n3\n5\n6\n")
    (tmp_path / "gone").unlink()
    assert _changed("HEAD", tmp_path) == {("a b.md", 2), ("a b.md", 4), ("a b.md", 5)}
    assert _changed("HEAD~1", tmp_path) == set()


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("bash", "chmod 600 ~/.ssh/x", {"chmdo", "601", "shs", "y"}),
        ("bash", "a && b # not this", {"x", "||"}),
        ("bash", "echo \"$HOME\" 'no change'", {"'$HOME'", "no change", "ecoh", "HOEM"}),
        ("sql", "WHERE a >= 5", {"WHEER", "x", "<", "6"}),
        ("ssh-config", "ForwardAgent no", {"ForwardAgetn", "yes"}),
        ("remarkup", "A sentence, and [[[ shell_name ]]].", {"[[[ manager ]]]"}),
        ("yaml", "kept: true # 30", {"ketp", "false"}),
        ("of no lexer", "kept 30", {"ketp", "31"}),
        ("text", "‹a hole› 19", {"18"}),
        ("text", '[[% if kind == "staff" %]]', {'[[% if not (kind == "staff") %]]'}),
    ],
)
def test_a_token_becomes_another(language: str, text: str, wanted: set[str]) -> None:
    found = list(changes(text, language))
    assert all(text[c.start : c.start + len(c.old)] == c.old for c in found)
    assert wanted <= {change.new for change in found}, [change.new for change in found]
    assert len({(change.start, change.new) for change in found}) == len(found)


def test_a_wrong_key_ends_in_near_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """Written wrong, or a part of it; what is like none is said to be so."""
    key = "snippets/laptop/ssh_config: ForwardAgent no: no -> yes"
    for given in (key.replace("yes", "yse"), "ForwardAgent no: no -> y"):
        assert main([f"--why={given}"]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"no mutant is called {given!r}; near are:\n  {key}\n"), said
    assert main(["--why=$(date) 'x\""]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("part", ["git", "setup/git"])
def test_a_part_is_a_material_or_in_the_name_of_a_file(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Mutant] = []

    def noticed(asked: list[Mutant]) -> dict[Mutant, Trial]:
        tried.extend(asked)
        trial = Trial([Said("quick", Verdict("a test"), kept=False)])
        return dict.fromkeys(asked, trial)

    monkeypatch.setattr("tests.tools.mutants.__main__.judged", noticed)
    main([part])
    of_material = [m for m in mutants() if m.material == "git"]
    assert of_material
    assert (tried == of_material) == (part == "git")
    assert part == "git" or {part in each.part for each in tried} == {True}


def test_why_says_who_was_asked_and_what_was_kept() -> None:
    page = ROOT / "docs/setup/git.md"
    mutant = Mutant("a key", "digest", page, "docs/setup/git.md", "bash", 0, "---", "--")
    asked = ("docs/setup/git.md::x", "tests/suites/snippets/test_git.py")
    quick = Said("quick", Verdict("", asked=asked), kept=True)
    engines = Said("engines", Verdict("a test", asked=("a query",)), kept=False)
    noticed = "\n".join(why.told(mutant, Trial([quick, engines]), None))
    assert noticed == (
        "docs/setup/git.md:1\n  - ---\n  + --\n  a key\n\n"
        "quick: notices nothing, kept from an earlier run\n"
        "  docs/setup/git.md::x\n  tests/suites/snippets/test_git.py\n\n"
        "engines: a test\n  a query\n\n"
        "day_one: not asked, as it was noticed before"
    )
    excused = [*why.told(mutant, Trial([quick]), "a reason")][-1]
    assert excused == "\nNobody notices, and it is declared equivalent: a reason"


OF_QUERY = "tests/suites/queries/test_lake.py::test_result[hive/x]"


@pytest.mark.parametrize(
    ("killer", "changed", "kept"),
    [
        (OF_QUERY, "tests/suites/queries/test_lake.py", False),
        (OF_QUERY, "tests/checks/results/x.txt", False),
        (OF_QUERY, "tests/environments/lake/views.py", False),
        (OF_QUERY, "tests/environments/lab/lab.py", True),
        ("docs/index.md::top-bash: exit code 1", "tests/checks/bash.py", False),
        ("docs/index.md::top-bash: exit code 1", "tests/environments/lake/views.py", True),
        ("", "tests/environments/lake/views.py", False),
        ("", "tests/tools/mutants/lab.txt", True),
    ],
)
def test_a_verdict_is_kept_until_what_gave_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killer: str, changed: str, kept: bool
) -> None:
    monkeypatch.setattr(store, "ROOT", tmp_path)
    mutant = Mutant("key", "digest", tmp_path, "part", "SQL", 0, "a", "b")
    for name in ("tests/suites/queries/test_lake.py", changed):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    known = Known(tmp_path / "known.json")
    store._digest.cache_clear()
    known.add("quick", mutant, Verdict(killer))
    (tmp_path / changed).write_text("other")
    store._digest.cache_clear()
    found = known.get("quick", mutant)
    store._digest.cache_clear()
    assert (found is not None) == kept


@pytest.mark.slow
def test_code_is_changed_where_somebody_could_have_got_it_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.tools.mutants import code  # noqa: PLC0415 # quick tests have no mutmut

    module = tmp_path / "macros" / "one.py"
    module.parent.mkdir()
    text = (
        "def one(a: bool = True) -> int | None:\n"
        "    if a in (1, 2) and not a:\n"
        "        return a / 3\n"
        '    return "x" if a == 4 else None\n'
    )
    module.write_text(text)
    monkeypatch.setattr(code, "FOLDER", module.parent)
    found = code.mutants(["macros"])
    changed = {m.apply(text) for m in found}
    assert len(changed) == len(found) == len({m.key for m in found})
    for old, new in [
        ("= True", "= False"),
        (" in ", " not in "),
        (" and ", " or "),
        ("not a", "a"),
        ("(1,", "(2,"),
        ("a / 3", "None"),
        ("a == 4", "a != 4"),
        ("a == 4", "(a == 4) or True"),
    ]:
        assert text.replace(old, new, 1) in changed, (old, new)
    assert not [each for each in changed if "a * 3" in each or "| 0" in each]
