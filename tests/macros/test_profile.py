"""What a profile accepts is inert wherever it is printed; what it refuses says why."""

from __future__ import annotations

import html
import json
import shlex
import subprocess
import tempfile
from pathlib import Path

import pytest
import regex
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from macros import profile
from macros.errors import ROOT, GuideError, GuideErrors
from macros.facts import current
from tests.checks import ssh_config
from tests.profiles import AWKWARD

FIELDS = profile.fields(current())
FREE = {name: field for name, field in FIELDS.items() if field.pattern}
HOSTILE = [
    "a'b",
    'a"b',
    "a`id`",
    "$(id)",
    "a;b",
    "a|b",
    "a&b",
    "a\nb",
    "a\rb",
    "a\x00b",
    "a\\b",
    "-oProxyCommand=id",
    "../x",
    "a/b",
    "<b>",
    "{{ x }}",
    "[[[ x ]]]",
    "*x",
    "&x",
    "%h",
    "a\u202eb",
    "a\u200bb",
    "a\u00a0b",
    "#x",
    "a#b",
    "",
    " ",
    " a",
    "a ",
    "a" * 10_000,
    "qzvaavzq!",
    "~root",
    "a=b",
    "!x",
    "a\tb",
    "аdmin$",
]


@st.composite
def accepted(draw: st.DrawFn) -> tuple[str, str]:
    """Return (field, value that it accepts): words of any script joined by what names have."""
    name = draw(st.sampled_from(sorted(FREE)))
    pattern = FREE[name].pattern
    if r"\p" not in pattern:
        return name, draw(st.from_regex(pattern, fullmatch=True))
    letters = st.characters(categories=["L", "Mn", "Mc", "Nd"])
    words = draw(st.lists(st.text(letters, min_size=1, max_size=8), min_size=1, max_size=4))
    value = words[0] + "".join(
        draw(st.sampled_from([" ", ".", "-", "’", ". "])) + w for w in words[1:]
    )
    assume(regex.fullmatch(pattern, value))
    return name, value


@pytest.mark.parametrize("value", HOSTILE, ids=[ascii(value)[:20] for value in HOSTILE])
def test_a_hostile_value_is_refused_with_field_reason_and_example(value: str) -> None:
    for name, field in FIELDS.items():
        with pytest.raises(GuideError) as refused:
            field.check(value)
        message = str(refused.value)
        assert message.startswith(f"{name}: ")
        assert len(message) < 400
        assert not set("\x00\r\u202e\u200b") & set(message)
        assert field.sample in message or any(choice in message for choice in field.choices or ())


@pytest.mark.parametrize("value", [1, None, True, ["a"], {"a": 1}, 1.5])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(GuideErrors, match="write it in quotes"):
        profile.build({"shell_name": value}, current())


def test_a_private_key_is_refused_and_not_repeated() -> None:
    key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAA"
    with pytest.raises(GuideErrors) as refused:
        profile.build({"production_key": key}, current())
    assert "looks like a private key" in str(refused.value)
    assert "b3Blbn" not in str(refused.value)


def test_all_errors_come_at_once_with_near_names() -> None:
    with pytest.raises(GuideErrors) as refused:
        profile.build({"shel_name": "x", "site": "eqiat", "email": "nobody"}, current())
    message = str(refused.value)
    assert "did you mean shell_name" in message
    assert "did you mean eqiad" in message
    assert "email: 'nobody' is not accepted" in message


def test_production_has_a_key_of_its_own() -> None:
    with pytest.raises(GuideErrors, match="a key of its own"):
        profile.build({"cloud_key": "same", "production_key": "same"}, current())


@pytest.mark.slow
@given(accepted())
@settings(max_examples=200)
def test_nothing_accepted_breaks_out_of_its_place(pair: tuple[str, str]) -> None:
    """Shell words, config lines, YAML, JSON, SQL and HTML, as the guide writes them."""
    _, value = pair
    assert shlex.split(f'x "{value}" y') == ["x", value, "y"]
    assert shlex.split(f"x '{value}' y") == ["x", value, "y"]
    assert yaml.safe_load(f'a: "{value}"\nb: 1') == {"a": value, "b": 1}
    assert json.loads(f'["{value}"]') == [value]
    assert html.escape(value) == value
    assert not set("\"'`$\\;|&<>{}*?!#\n\r\t\0%") & set(value)
    assert value == value.strip() and not value.startswith("-")


@given(st.sampled_from(["shell_name", "production_key", "cloud_key", "gerrit_key"]), st.data())
@settings(max_examples=50)
def test_a_name_is_one_bare_word(name: str, data: st.DataObject) -> None:
    value = data.draw(st.from_regex(FREE[name].pattern, fullmatch=True))
    assert shlex.split(f"x {value} ~/.ssh/{value}.pub") == ["x", value, f"~/.ssh/{value}.pub"]


@pytest.mark.parametrize("reader", sorted(AWKWARD))
def test_real_programs_read_awkward_values_as_they_are(reader: str) -> None:
    made = profile.build(AWKWARD[reader], current()).values
    config = f"Host x\n    User {made['shell_name']}\n    IdentityFile ~/.ssh/{made['cloud_key']}\n"
    resolved = ssh_config.resolve(config, ["x"])["x"]
    assert resolved["user"] == [made["shell_name"]]
    assert resolved["identityfile"] == [f"~/.ssh/{made['cloud_key']}"]
    echoed = subprocess.run(
        ["bash", "-c", f'printf %s "{made["full_name"]}"'],
        capture_output=True,
        text=True,
        check=True,
    )
    assert echoed.stdout == made["full_name"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config"
        path.write_text(f'[user]\n    name = "{made["full_name"]}"\n', encoding="utf-8")
        name = subprocess.run(
            ["git", "config", "-f", str(path), "user.name"],
            capture_output=True,
            text=True,
            check=True,
        )
    assert name.stdout.rstrip("\n") == made["full_name"]


def test_there_are_at_least_six_awkward_readers_of_both_kinds() -> None:
    kinds = [values.get("kind", "staff") for values in AWKWARD.values()]
    assert len(kinds) >= 6
    assert {"staff", "contractor"} == set(kinds)


def test_a_profile_file_says_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "profile.yml"
    path.write_text('shell_name: "jdoe"\nemail: "x"\nteam: [a]\n', encoding="utf-8")
    with pytest.raises(GuideErrors) as refused:
        profile.load(path, current())
    assert f"{path}:2: email:" in str(refused.value)
    assert f"{path}:3: team:" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "is no mapping"),
        ("shell_name: a\nshell_name: b\n", ":2: the key 'shell_name' stands twice"),
        ("shell_name: [\n", "not valid YAML"),
        ("shell_name: !!python/object:os.system x\n", "not valid YAML"),
    ],
)
def test_a_bad_profile_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "profile.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GuideError) as refused:
        profile.load(path, current())
    assert message in str(refused.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "profile.yml"
    path.write_bytes(b"shell_name: \xff\n")
    with pytest.raises(GuideError, match="not UTF-8"):
        profile.load(path, current())


def test_the_example_file_is_the_declaration_and_loads() -> None:
    path = ROOT / "profile.example.yml"
    assert path.read_text(encoding="utf-8") == profile.example(current()), (
        "profile.example.yml is stale; run: .venv/bin/python -m macros.profile"
    )
    assert profile.load(path, current()).values == profile.sample(current()).values


def test_publishing_refuses_a_private_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = tmp_path / "mine.yml"
    private.write_text('shell_name: "mine"\n', encoding="utf-8")
    monkeypatch.delenv("GUIDE_PUBLISH", raising=False)
    monkeypatch.setenv("GUIDE_PROFILE", str(private))
    assert profile.of_build(current()).values["shell_name"] == "mine"
    monkeypatch.setenv("GUIDE_PUBLISH", "1")
    with pytest.raises(GuideError, match="unset GUIDE_PROFILE"):
        profile.of_build(current())
    monkeypatch.delenv("GUIDE_PROFILE")
    monkeypatch.setattr(profile, "PRIVATE_FILE", private)
    assert profile.of_build(current()).values["shell_name"] == "jdoe"
