"""What the git config does: addresses rewritten, identity, helper; asked from git itself."""

from __future__ import annotations

import pytest

from macros.facts import current
from tests.checks.snippet_texts import for_reader
from tests.environments.sandbox import sandbox
from tests.evidence import notes, versions
from tests.guide.profiles import readers

PATHS = ["wikimedia-research/movement-metrics", "wikimedia/wmfdata-r.git"]


def ask(reader: str, *commands: str) -> list[str]:
    """Run git `commands` in a home with the reader's ~/.gitconfig; return a line for each."""
    config = for_reader("stat/gitconfig", reader)
    notes.note(config.block, "effect", versions.named("git"))
    with sandbox(readers()[reader].values["shell_name"], host="stat") as box:
        (box.home / ".gitconfig").write_text(config.text, encoding="utf-8")
        script = "\n".join(f"git {command} || echo failed" for command in commands)
        done = box.run(["bash", "-c", script], env={"GIT_CONFIG_NOSYSTEM": "1"})
    return done.out.splitlines()


@pytest.mark.parametrize("reader", sorted(readers()))
def test_github_is_asked_as_the_reader_who_signs_the_commits(reader: str) -> None:
    config = for_reader("stat/gitconfig", reader)
    values = config.reader.values
    urls = (f"ls-remote --get-url https://github.com/{path}" for path in PATHS)
    name, email, *seen = ask(reader, "config user.name", "config user.email", *urls)
    assert name == values["full_name"], config.where("name")
    assert email == values["email"], config.where("email")
    wanted = [f"https://{values['github_name']}@github.com/{path}" for path in PATHS]
    assert seen == wanted, config.where("insteadOf")


def test_other_hosts_are_left_alone() -> None:
    for host in ("gitlab", "gerrit"):
        url = f"https://{current().hosts[host].host}/repos/x"
        assert ask("sample", f"ls-remote --get-url {url}") == [url]


def test_the_token_is_kept_for_as_long_as_the_facts_say() -> None:
    config = for_reader("stat/gitconfig", "sample")
    seconds = current().values["git_cache_seconds"].value
    helper = ask("sample", "config credential.helper")
    assert helper == [f"cache --timeout={seconds}"], config.where("helper")
