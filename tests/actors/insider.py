"""Somebody who has access to the lab, and asks its hosts whether the guide still holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from macros.facts import current
from macros.profile import Profile, sample
from macros.rendering import Guide
from macros.sources.verdict import Record
from macros.survey import asking, seen
from macros.surveyed import Place
from macros.vocabulary import vocabulary
from tests.checks.replica_queries import WIKI
from tests.environments import scratch
from tests.environments.ended import Ended
from tests.environments.lab import start as labs
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import kerberos, replicas

_PASSWORD = "of one afternoon"  # noqa: S105 # of a lab that is gone then
_SERVERS = [
    *("kerberos", "system users", "replicas", "web", "proxy", "gerrit", "jupyter"),
    *("metastore", "others", "port of hive"),
]
_GROUPS = ("analytics-privatedata-users", "analytics-product-users")
#: All that a survey may ask of tables is asked in the end of its list, and takes longest.
_TABLES = re.compile(r"^tables .*\n", re.MULTILINE)


@dataclass
class Insider:
    """A person with the values of `reader`, an account on the stat host, and a ticket."""

    lab: Lab
    reader: Profile

    @property
    def user(self) -> str:
        """The name in the shell."""
        return self.reader.values["shell_name"]

    def log_in(self, *options: str) -> None:
        """Get a ticket."""
        line = " ".join(["kinit", *options])
        self.lab.must(self.lab.stat, line, self.user, stdin=f"{_PASSWORD}\n")

    def ask(self, place: Place, tables: bool = True) -> Ended:
        """Run the survey of `place` as it comes through ssh, with `tables` or without."""
        script = asking.script(_guide(), place)
        if not tables:
            script = _TABLES.sub("", script)
        # On a stat host the sshd starts a bash that reads this file.
        read = "test ! -e /etc/bash.bashrc || . /etc/bash.bashrc; exec bash -s"
        return self.lab.run(self.lab.hosts[place], read, self.user, stdin=script)

    def records(self, place: Place, tables: bool = True) -> dict[str, Record]:
        """Return what a survey of `place` comes to, by kind and key."""
        return told(self.ask(place, tables).out)


def lines(said: str) -> list[dict[str, Any]]:
    """Return the lines of a survey as data."""
    return [json.loads(line) for line in said.splitlines()]


def told(said: str) -> dict[str, Record]:
    """Return what the lines of surveys come to, by kind and key."""
    with scratch.folder() as folder:
        file = Path(folder) / "seen.jsonl"
        file.write_text(said, encoding="utf-8")
        return {f"{r.kind} {r.key}": r for r in seen.records(current(), [file])}


def _guide() -> Guide:
    """Return the guide for the sample: the script is the same for everybody."""
    return Guide(current(), sample(current()), vocabulary, slots=False)


@contextmanager
def inside(reader: Profile) -> Iterator[Insider]:
    """Start a lab in which `reader` has access, with all that a survey asks."""
    lab = labs.start(reader, [WIKI])
    try:
        someone = Insider(lab, reader)
        lab.stat.add_user(someone.user, list(_GROUPS))
        for server in _SERVERS:
            lab.begin(server)
        lab.need(*_SERVERS)
        replicas.grant(lab)
        kerberos.admin(lab, f'addprinc -pw "{_PASSWORD}" {someone.user}')
        someone.log_in()
        yield someone
    finally:
        lab.end()
