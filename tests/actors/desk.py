"""The desk of a reader who has access: laptop, tunnel and ticket, and what is run from there."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from macros.facts import current
from macros.profile import Profile
from macros.slots import fill
from tests.checks.replica_queries import wikis
from tests.checks.snippet_texts import for_readers
from tests.environments import patience
from tests.environments.ended import Ended
from tests.environments.lab import start as labs
from tests.environments.lab.host import after_login
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import kerberos, openssh, replicas
from tests.environments.lab.terminal import Terminal
from tests.guide import reading
from tests.guide.reading import Block

PASSWORD = "password-of-the-kerberos-account"  # noqa: S105 # of the lab
_TUNNEL = reading.DOCS / "setup" / "jupyter.md"


def begin(reader: Profile) -> Lab:
    """Start a lab for `reader` with all that notebooks need, and give the reader their access."""
    lab = labs.start(reader, wikis())
    try:
        lab.begin("hive server")
        lab.begin("replicas")
        _grant(lab)
        lab.need("jupyter", "replicas", "metastore", "hive server")
        replicas.grant(lab)
    except BaseException:
        lab.end()
        raise
    return lab


def _grant(lab: Lab) -> None:
    """Make the accounts, and the key and files of ssh that the pages before lead to."""
    user, key = lab.reader.values["shell_name"], lab.reader.values["production_key"]
    lab.bastion.add_user(user, [])
    lab.stat.add_user(user, [str(current().values["replica_credentials_group"].value)])
    make = f"mkdir -m 700 ~/.ssh && ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/{key}"
    lab.must(lab.laptop, make, user=user)
    folder = lab.laptop.home(user) / ".ssh"
    (folder / "known_hosts").write_text(lab.known_hosts)
    config = next(each for each in for_readers("laptop/ssh_config") if each.reader == lab.reader)
    (folder / "config").write_text(config.text)
    for host in (lab.bastion, lab.stat):
        openssh.authorize(host, user, (folder / f"{key}.pub").read_text().strip())
    lab.need("kerberos")
    kerberos.admin(lab, f"addprinc -pw {PASSWORD} {user}")


def get_ticket(lab: Lab) -> None:
    """Get a ticket on the stat host, as in a terminal there."""
    lab.must(lab.stat, "kinit", user=lab.reader.values["shell_name"], stdin=f"{PASSWORD}\n")


def has_ticket(lab: Lab) -> bool:
    """Return whether there is a ticket on the stat host."""
    return lab.run(lab.stat, "klist -s", lab.reader.values["shell_name"]).code == 0


def drop_ticket(lab: Lab) -> None:
    """Destroy the ticket on the stat host, if there is one."""
    lab.must(lab.stat, "kdestroy -q || true", user=lab.reader.values["shell_name"])


@contextmanager
def tunnel(lab: Lab) -> Iterator[None]:
    """Paste the page's command for the tunnel into a terminal on the laptop, and leave it open."""
    user, port = lab.reader.values["shell_name"], current().values["jupyterhub_port"].value
    shell = lab.command(lab.laptop, ["bash", "-il"], user, {"TERM": "xterm-256color"})
    window = Terminal(shell, {})
    try:
        near_end = f": < /dev/tcp/127.0.0.1/{port}"
        window.leave_running(text(lab, _tunnel()), lambda: lab.run(lab.laptop, near_end).code == 0)
        yield
    finally:
        window.close()
        _wait(lab, f"! (exec 3<> /dev/tcp/127.0.0.1/{port}) 2> /dev/null", "the tunnel stays open")


@cache
def _tunnel() -> Block:
    """Return the first block of its page that opens a tunnel."""
    return next(b for b in reading.blocks(_TUNNEL) if re.search(r"^ssh .*-L ", b.text, re.M))


def _wait(lab: Lab, condition: str, complaint: str) -> None:
    until = time.monotonic() + patience.SECONDS
    while lab.run(lab.laptop, condition).code:
        assert time.monotonic() < until, f"{_tunnel().where()}: {complaint}"


def text(lab: Lab, block: Block) -> str:
    """Return `block` as the reader of `lab` copies it."""
    return fill(block.text, dict(lab.reader.values))


def on_stat(lab: Lab, command: str, stdin: str = "") -> Ended:
    """Run `command` as the reader on the stat host, after what a login shell reads."""
    return lab.run(lab.stat, after_login(command), lab.reader.values["shell_name"], stdin)
