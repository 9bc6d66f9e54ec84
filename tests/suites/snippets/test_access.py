"""What the commands of the pages on keys and on ssh do where a reader's set-up differs."""

from __future__ import annotations

import pytest

from macros.slots import fill
from tests.checks.snippet_texts import blocks_with
from tests.environments.sandbox import sandbox
from tests.guide.profiles import readers

SSH, KEYS, HOST_KEYS = "access/ssh", "access/ssh-keys", "access/host-keys"


def test_a_jump_of_the_bastion_would_be_seen() -> None:
    block, *_ = blocks_with(SSH, "ssh -G bast")
    with sandbox("jdoe") as box:
        (box.home / ".ssh").mkdir(mode=0o700)
        (box.home / ".ssh/config").write_text("Host bast\n    ProxyJump elsewhere\n")
        done = box.run(["bash", "-ec", fill(block.text, dict(readers()["sample"].values))])
    assert "proxyjump elsewhere" in done.out.split("\n"), block.where(1)


@pytest.mark.parametrize("there", [True, False])
def test_an_agent_that_is_there_gets_the_key(there: bool) -> None:
    block, *_ = blocks_with(KEYS, "ssh-agent")
    values = dict(readers()["sample"].values)
    with sandbox(values["shell_name"]) as box:
        (box.home / ".ssh").mkdir(mode=0o700)
        make = f"ssh-keygen -q -t ed25519 -N '' -C mine -f ~/.ssh/{values['production_key']}"
        begin = 'eval "$(ssh-agent -s)"' if there else ":"
        lines = [make, begin, 'before="${SSH_AUTH_SOCK:-}"', fill(block.text, values)]
        done = box.run(["bash", "-ec", "\n".join([*lines, 'echo "$before|$SSH_AUTH_SOCK"'])])
    *_, listed, sockets = done.out.splitlines()
    before, after = sockets.split("|")
    assert (done.code, " mine (ED25519)" in listed) == (0, True), done.err
    assert (before == after) == there, block.where(1)


@pytest.mark.parametrize("reader", sorted(readers()))
def test_a_key_that_has_changed_is_taken_out_and_no_other(reader: str) -> None:
    block, *_ = blocks_with(HOST_KEYS, "ssh-keygen -R")
    values = dict(readers()[reader].values)
    other = "elsewhere.example.org"
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 43
    with sandbox(values["shell_name"]) as box:
        (box.home / ".ssh").mkdir()
        known = box.home / ".ssh" / "known_hosts"
        known.write_text(f"{values['bastion']} {key}\n{other} {key}\n")
        done = box.run(["bash", "-ec", fill(block.text, values)])
        assert done.code == 0, done.err
        assert known.read_text() == f"{other} {key}\n", block.where(2)
