"""What the shell files do: a real login shell in a clean home, its environment asserted."""

from __future__ import annotations

import urllib.request

import pytest

from macros.facts import current
from tests.checks.snippet_texts import blocks_with, for_reader, for_readers
from tests.environments.ended import Ended
from tests.environments.sandbox import Sandbox, sandbox
from tests.evidence import notes, versions
from tests.guide.profiles import readers

PROFILE, RC = "stat/bash_profile", "stat/bashrc"


def login(
    reader: str, command: str, extra: str = "", ticket: bool = True, flags: str = "-lc"
) -> Ended:
    """Run `command` in a login shell that has the guide's files, and `extra` in ~/.bashrc."""
    with sandbox(readers()[reader].values["shell_name"], host="stat") as box:
        _furnish(box, reader, extra, ticket)
        path = f"/home/{box.user}/bin:/usr/bin:/bin"
        return box.run(["bash", flags, command], env={"PATH": path})


def _furnish(box: Sandbox, reader: str, extra: str, ticket: bool) -> None:
    profile, rc = for_reader(PROFILE, reader), for_reader(RC, reader)
    for each in (profile, rc):
        notes.note(each.block, "effect", versions.named("bash"))
    (box.home / ".bash_profile").write_text(profile.text)
    (box.home / ".bashrc").write_text(rc.text + extra)
    (box.home / "bin").mkdir()
    (box.home / "bin" / "klist").write_text(f"#!/bin/sh\nexit {0 if ticket else 1}\n")
    (box.home / "bin" / "klist").chmod(0o755)


@pytest.mark.parametrize("reader", sorted(readers()))
def test_a_login_shell_reads_the_settings(reader: str) -> None:
    settings = {"LESS": "-FRSX", "HISTCONTROL": "ignoreboth", "HISTSIZE": "10000"}
    settings["HISTFILESIZE"] = "20000"
    done = login(reader, "; ".join(f'echo "${name}"' for name in settings))
    assert (done.code, done.err) == (0, ""), for_reader(PROFILE, reader).where("bashrc")
    for (name, value), seen in zip(settings.items(), done.out.splitlines(), strict=True):
        assert seen == value, f"{for_reader(RC, reader).where(name)}: {name} is {seen!r}"


def test_without_the_profile_a_login_shell_does_not() -> None:
    where = for_reader(PROFILE, "sample").where("bashrc")
    assert login("sample", 'echo "$LESS"').out == "-FRSX\n", where


def test_less_is_exported_and_the_alias_is_there_in_a_terminal() -> None:
    assert login("sample", "env").out.count("LESS=-FRSX") == 1
    aliases = login("sample", "alias ll", flags="-lic")
    assert "alias ll='ls -l'" in aliases.out, for_reader(RC, "sample").where("alias ll")


def test_without_a_terminal_nothing_is_printed() -> None:
    """scp, rsync and git over ssh break on any output of the shell files."""
    for ticket in (True, False):
        done = login("sample", "true", ticket=ticket)
        assert done == Ended(0, "", ""), for_reader(RC, "sample").where("echo")


def test_a_terminal_says_when_there_is_no_ticket() -> None:
    hint = "No Kerberos ticket: run kinit\n"
    where = for_reader(RC, "sample").where("klist")
    assert login("sample", "true", ticket=False, flags="-lic").out == hint, where
    assert login("sample", "true", ticket=True, flags="-lic").out == "", where


def test_a_home_without_bashrc_logs_in_too() -> None:
    with sandbox("jdoe") as box:
        (box.home / ".bash_profile").write_text(for_reader(PROFILE, "sample").text)
        assert box.run(["bash", "-lc", "echo in"]) == Ended(0, "in\n", "")


def test_reading_the_file_twice_changes_nothing() -> None:
    command = "env | grep -v ^_= > a; . ~/.bash_profile; env | grep -v ^_= > b; diff a b"
    assert login("sample", command).code == 0


def test_the_file_sets_no_proxy_for_good() -> None:
    assert "proxy" not in login("sample", "env").out.lower(), for_reader(RC, "sample").where(
        "proxy"
    )


PROXY = "stat/proxy_exports"


def test_the_older_way_sets_every_spelling_of_the_proxy() -> None:
    shown = for_reader(PROXY, "sample")
    notes.note(shown.block, "effect", versions.named("bash"))
    environment = dict(
        line.split("=", 1)
        for line in login("sample", "env", extra=shown.text).out.splitlines()
        if "proxy" in line.lower()
    )
    proxy = current().values["proxy_url"].value
    outside = current().values["no_proxy_manual"].value
    for name, value in (("http_proxy", proxy), ("https_proxy", proxy), ("no_proxy", outside)):
        assert environment.pop(name, None) == value, shown.where(rf"export {name}=")
        assert environment.pop(name.upper(), None) == value, shown.where(rf"export {name.upper()}=")
    assert not environment


@pytest.mark.parametrize(
    ("host", "direct"),
    [
        (current().hosts["stat1010"].host, True),
        (current().hosts["analytics-presto"].host, True),
        ("localhost", True),
        ("en.wikipedia.org", True),
        (current().hosts["github"].host, False),
    ],
)
def test_internal_hosts_are_reached_without_the_proxy(host: str, direct: bool) -> None:
    exceptions = login(
        "sample", 'printf %s "$no_proxy"', extra=for_reader(PROXY, "sample").text
    ).out
    bypassed = urllib.request.proxy_bypass_environment(  # type: ignore[attr-defined]
        host, {"no": exceptions}
    )
    assert bool(bypassed) is direct, for_reader(PROXY, "sample").where("no_proxy")


@pytest.mark.parametrize("name", ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"])
def test_a_proxy_that_is_still_set_is_shown(name: str) -> None:
    block, *_ = blocks_with("setup/shell", "No proxy is set")
    *_, last = block.text.rstrip().split("\n")
    proxy = {name: str(current().values["proxy_url"].value)}
    with sandbox("jdoe", host="stat") as box:
        assert box.run(["bash", "-ec", last], env=proxy).out == f"{name}={proxy[name]}\n"
        assert box.run(["bash", "-ec", last]).out == "No proxy is set\n", block.where(2)


def test_the_tunnels_are_read_by_the_shell_of_the_system() -> None:
    """By a line that is added once, to what is there, or to a new file."""
    for lines in for_readers("laptop/read_tunnels"):
        name = ".zshrc" if lines.reader.values["system"] == "macos" else ".bashrc"
        for before in ("# mine\n", ""):
            with sandbox(lines.reader.values["shell_name"]) as box:
                if before:
                    (box.home / name).write_text(before)
                twice = [box.run(["bash", "-c", lines.text]) for _ in range(2)]
                added = {path.name: box.read(path.name) for path in box.home.iterdir()}
            assert [(done.code, done.out, done.err) for done in twice] == [(0, "", "")] * 2
            assert added == {name: f"{before}. ~/.wmf_tunnels.bash\n"}, lines.where("rc")
