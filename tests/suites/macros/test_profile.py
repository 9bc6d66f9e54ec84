"""What a profile accepts is inert wherever it is printed; what it refuses says why."""

from __future__ import annotations

import html
import json
import re
import shlex
import subprocess
import tempfile
from itertools import product
from pathlib import Path

import pytest
import regex
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from macros import profile
from macros.errors import ROOT, GuideError, GuideErrors
from macros.facts import current
from tests.checks import ssh_config
from tests.guide.nasty import BLANK, LOOK_ALIKES, NASTY
from tests.guide.profiles import AWKWARD
from tests.suites.macros import languages

FIELDS = profile.fields(current())
REFUSED = NASTY | BLANK
FREE = {name: field for name, field in FIELDS.items() if field.pattern}


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


@pytest.mark.parametrize("value", REFUSED.values(), ids=list(REFUSED))
def test_a_nasty_value_is_refused_with_field_reason_and_example(value: str) -> None:
    for name, field in FIELDS.items():
        with pytest.raises(GuideError) as refused:
            field.check(value)
        message = str(refused.value)
        assert message.startswith(f"{name}: ")
        assert len(message) < 400
        assert not re.search(r"[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066]", message)
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
    for same in ("same", "Same"):
        with pytest.raises(GuideErrors, match="a key of its own"):
            profile.build({"cloud_key": same, "production_key": "same"}, current())


@pytest.mark.parametrize("name", ["wmf_prod.key", "id_ed25519-wmf", "id_ed25519_wmf-prod", "WMF"])
def test_a_key_may_be_called_as_people_call_it(name: str) -> None:
    assert FIELDS["production_key"].check(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "config",
        "Config",
        "config.d",
        "known_hosts",
        "known_hosts.d",
        "known_hosts.old",
        "authorized_keys2",
        "rc",
        "wmf.pub",
        "wmf.PUB",
        ".wmf",
        "wmf.",
        "wmf..key",
        "-wmf",
        "2wmf",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_a_key_is_no_other_file_of_ssh(name: str) -> None:
    with pytest.raises(GuideError, match="is not accepted"):
        FIELDS["production_key"].check(name)


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


@pytest.mark.slow
@given(st.lists(accepted(), min_size=40, max_size=40))
@example(list(product(["full_name", "wiki_name"], LOOK_ALIKES.values())))
@settings(max_examples=5)
def test_real_languages_read_what_is_accepted_as_it_is(pairs: list[tuple[str, str]]) -> None:
    """In quotes, as the guide writes it, a value is itself to each of them, and no more."""
    values = [FIELDS[name].check(value) for name, value in pairs]
    for language, read in languages.READERS.items():
        assert read(values) == values, language


@given(st.sampled_from(["shell_name", "production_key", "cloud_key", "gerrit_key"]), st.data())
@settings(max_examples=50)
def test_a_name_is_one_bare_word(name: str, data: st.DataObject) -> None:
    value = data.draw(st.from_regex(FREE[name].pattern, fullmatch=True))
    assert shlex.split(f"x {value} ~/.ssh/{value}.pub") == ["x", value, f"~/.ssh/{value}.pub"]


@pytest.mark.slow
@given(st.data())
@settings(max_examples=5)
def test_ssh_reads_a_name_as_it_is(data: st.DataObject) -> None:
    def drawn(name: str) -> list[str]:
        return data.draw(st.lists(st.from_regex(FREE[name].pattern, fullmatch=True), min_size=20))

    pairs = list(zip(drawn("shell_name"), drawn("production_key"), strict=False))
    config = "".join(
        f"Host x{n}\n    User {user}\n    IdentityFile ~/.ssh/{key}\n"
        for n, (user, key) in enumerate(pairs)
    )
    resolved = ssh_config.resolve(config, [f"x{n}" for n in range(len(pairs))])
    for n, (user, key) in enumerate(pairs):
        assert resolved[f"x{n}"]["user"] == [user]
        assert resolved[f"x{n}"]["identityfile"] == [f"~/.ssh/{key}"]


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


def refusal(path: Path) -> list[str]:
    """Return why the profile at `path` is refused, a line for each reason."""
    with pytest.raises(GuideError) as refused:
        profile.load(path, current())
    return str(refused.value).replace(str(path), path.name).split("\n")


@pytest.mark.parametrize("value", REFUSED.values(), ids=list(REFUSED))
def test_a_nasty_value_in_a_file_is_refused_on_its_line(tmp_path: Path, value: str) -> None:
    path = tmp_path / "profile.yml"
    names = list(FIELDS) if len(value) < 1_000 else ["full_name"]
    given = dict.fromkeys(names, value)
    path.write_text(yaml.safe_dump(given, sort_keys=False, width=10**6, default_style='"'), "utf-8")
    assert [line.split(": ")[:2] for line in refusal(path)] == [
        [f"profile.yml:{n}", name] for n, name in enumerate(names, 1)
    ]


@pytest.mark.parametrize("value", NASTY.values(), ids=list(NASTY))
def test_a_nasty_value_without_quotes_is_no_other_value(tmp_path: Path, value: str) -> None:
    """YAML may take it for a comment, an anchor or another line: what is left is still checked."""
    path = tmp_path / "profile.yml"
    path.write_text(f"full_name: {value}\n", encoding="utf-8", newline="")
    try:
        full_name = profile.load(path, current()).values["full_name"]
    except GuideError as refused:
        assert str(refused).startswith(f"{path}:")
    else:
        assert full_name == "a"


#: What YAML can do, and what is said of it: one line, in this file.
TRICKS = {
    "list": ("- a\n", "1: is no mapping"),
    "scalar": ("jdoe\n", "1: is no mapping"),
    "set": ("!!set {shell_name, team}\n", "1: is no mapping"),
    "key twice": ("shell_name: a\nshell_name: b\n", "2: the key 'shell_name' stands twice"),
    "no end": ("shell_name: [\n", "2: not valid YAML"),
    "object": ("shell_name: !!python/object/apply:os.system [id]\n", "1: not valid YAML"),
    "module": ("shell_name: !!python/name:os.system x\n", "1: not valid YAML"),
    "alias": ("team: &a Research\nmanager: *a\n", "2: manager is an alias"),
    "laughs": (
        "a: &a [x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]\n",
        "2: b.0 is an alias",
    ),
    "snake": ("team: &a [*a]\n", "1: team.0 is an alias"),
    "unknown alias": ("team: *nobody\n", "1: not valid YAML"),
    "merge": ("<<: {shell_name: a}\n", "1: no value of the profile called '<<'"),
    "documents": ("team: A\n---\nteam: B\n", "2: not valid YAML"),
    "directive": ("%YAML 9.9\n---\nteam: A\n", "1: not valid YAML"),
    "list as a key": ("? [a, b]\n: c\n", "1: a key is one word"),
    "mapping as a key": ("? {a: b}\n: c\n", "1: a key is one word"),
    "number as a key": ("team: A\n1: c\n", "2: no value of the profile called '1'"),
    "truth as a key": ("team: A\nyes: c\n", "2: no value of the profile called 'yes'"),
    "null as a key": ("team: A\n~: c\n", "2: no value of the profile called '~'"),
    "no date": ("team: 2026-13-45\n", "1: '2026-13-45' cannot be read: month must be"),
    "no time": ("team: 2026-01-01T99:99:99\n", "1: '2026-01-01T99:99:99' cannot be read: hour"),
    "no number": ("team: A\nkind: 0x_\n", "2: '0x_' cannot be read"),
    "endless number": (f"team: {'9' * 5000}\n", f"1: '{'9' * 40}' cannot be read"),
    "no truth": ("team: !!bool x\n", "1: 'x' cannot be read"),
    "no bytes": ("team: !!binary é\n", "1: not valid YAML"),
    "date": ("team: 2026-01-01\n", "1: team: datetime.date(2026, 1, 1) is no text"),
    "truth": ("shell_name: no\n", "1: shell_name: False is no text"),
    "null": ("shell_name:\n", "1: shell_name: None is no text"),
    "too deep": ("[" * 5000, "1: not valid YAML"),
    "half a surrogate": ('team: "\\ud800"\n', "1: not valid YAML"),
    "tab": ("\tteam: A\n", "1: not valid YAML"),
    "CR LF": ("team: A\r\n", "1: ends its lines with CR LF"),
    "NUL": ("team: A\nkind: a\0\n", "2: has the character U+0000"),
    "escape": ("team: A\x1b[2J\n", "1: has the character U+001B"),
    "right-to-left override": ("team: A # \u202e\n", "1: has the character U+202E"),
    "mark of the byte order": ("\ufeffteam: A\n", "1: begins with a byte order mark"),
    "tasks as text": ("done: ssh-keys\n", "1: done: write the ids of tasks as a list"),
    "no tasks": ("team: A\ndone: [1, [a], {b: c}, ../x]\n", "2: done: no task called '1'"),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_of_yaml_is_refused_on_its_line(tmp_path: Path, trick: str) -> None:
    path = tmp_path / "profile.yml"
    text, told = TRICKS[trick]
    path.write_text(text, encoding="utf-8", newline="")
    assert refusal(path)[0].startswith(f"profile.yml:{told}")


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "---\n...\n"])
def test_a_file_that_says_nothing_is_the_sample(tmp_path: Path, text: str) -> None:
    path = tmp_path / "profile.yml"
    path.write_text(text, encoding="utf-8")
    assert profile.load(path, current()) == profile.sample(current())


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-32"])
def test_bytes_that_are_no_utf_8_are_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "profile.yml"
    path.write_text("full_name: Zoë\n", encoding=encoding)
    assert refusal(path) == ["profile.yml:1: not UTF-8; save it as UTF-8"]


def test_what_is_no_file_of_a_few_lines_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "profile.yml"
    path.write_bytes(b"shell_name: jdoe\n" * 600_000)
    assert refusal(path) == [
        "profile.yml: too large for a profile; a line for each value is enough"
    ]
    path.unlink()
    path.mkdir()
    assert refusal(path) == ["profile.yml: cannot be read: Is a directory"]
    monkeypatch.delenv("GUIDE_PUBLISH", raising=False)
    for named in (str(path), "/dev/zero", "a" * 5_000, *NASTY.values()):
        if "\0" in named or Path("/etc/passwd") == Path(named):
            continue
        monkeypatch.setenv("GUIDE_PROFILE", named)
        with pytest.raises(GuideError) as refused:
            profile.of_build(current())
        said = str(refused.value)
        assert said.startswith("GUIDE_PROFILE names a file that is not there: ")
        assert len(said) < 200 and said.isprintable()


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
