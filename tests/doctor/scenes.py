"""The set-ups at which the doctors look: healthy ones, and each broken in one way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from macros.sabotages import Sabotage
from tests import reading
from tests.doctor.patient import Patient
from tests.lab import jupyter, kerberos

#: What only a connection shows.
_CONNECTED = {"host-key-changed"}
_CONNECT = ("--connect",)


@dataclass(frozen=True)
class Scene:
    """A set-up: `made` breaks it for a while, and `alarms` are the causes to be found, by check."""

    name: str
    place: str
    made: Callable[[Patient], AbstractContextManager[object]]
    options: tuple[str, ...] = ()
    alarms: Mapping[str, str] = field(default_factory=dict)


def sabotages() -> dict[str, Sabotage]:
    """Return those that a doctor tells, and that a reader can do, by name."""
    return {n: s for n, s in reading.guide().sabotages().items() if s.doctor and s.apply}


def sabotaged(name: str) -> Scene:
    """Return the set-up that the sabotage `name` breaks."""
    sabotage = sabotages()[name]

    @contextmanager
    def made(patient: Patient) -> Iterator[None]:
        patient.run(sabotage.place, patient.text(sabotage.apply or ""))
        try:
            yield
        finally:
            patient.run(sabotage.place, patient.text(sabotage.undo or ""))

    return Scene(name, sabotage.place, made, _CONNECT if name in _CONNECTED else ())


# -- what only an admin or the world outside can break -------------------------------------------


@contextmanager
def _instead(file: Path, text: str) -> Iterator[None]:
    """Have `text`, which differs from what is there, in `file` for a while."""
    before = file.read_text()
    assert text != before
    file.write_text(text)
    try:
        yield
    finally:
        file.write_text(before)


def _without_groups(patient: Patient) -> AbstractContextManager[None]:
    file = patient.journey.lab.stat.etc / "group"
    text = re.sub(rf":{patient.user}$", ":", file.read_text(), flags=re.MULTILINE)
    return _instead(file, text)


def _in_a_group_of_others(patient: Patient) -> AbstractContextManager[None]:
    assert patient.journey.reader.values["kind"] == "staff"
    file = patient.journey.lab.stat.etc / "group"
    return _instead(file, f"{file.read_text()}nda:x:4242:{patient.user}\n")


def _with_the_key_of_somebody_else(patient: Patient) -> AbstractContextManager[None]:
    ssh = patient.journey.lab.bastion.etc / "ssh"
    return _instead(ssh / "userkeys" / patient.user, (ssh / "host_key.pub").read_text())


def _with_the_bastion_at(address: str, patient: Patient) -> AbstractContextManager[None]:
    """Have another address in its line of the laptop's hosts, or no line."""
    hosts = patient.journey.lab.laptop.etc / "hosts"
    text = re.sub(r"^\S+( bast.*)$", address, hosts.read_text(), flags=re.MULTILINE)
    return _instead(hosts, text)


@contextmanager
def _without_host_keys(patient: Patient) -> Iterator[None]:
    patient.run("laptop", "mv ~/.ssh/known_hosts ~/known")
    try:
        yield
    finally:
        patient.run("laptop", "mv ~/known ~/.ssh/known_hosts")


@contextmanager
def _with_a_ticket_that_is_not_renewed(patient: Patient) -> Iterator[None]:
    lab, again = patient.journey.lab, reading.guide().sabotages()["ticket-not-renewed"]
    kerberos.admin(lab, f"modprinc -allow_renewable {patient.user}")
    try:
        patient.heed(again)
        yield
    finally:
        kerberos.admin(lab, f"modprinc +allow_renewable {patient.user}")
        patient.heed(again)


@contextmanager
def _without_notebooks(patient: Patient) -> Iterator[None]:
    lab = patient.journey.lab
    server = "' -m [j]upyterlab$'"  # not this line itself
    lab.must(lab.stat, f"pkill -f {server}; while pgrep -f {server}; do sleep 0.05; done")
    try:
        yield
    finally:
        jupyter.start(lab)


def beside() -> list[Scene]:
    """Return the set-ups that no sabotage makes."""
    elsewhere = partial(_with_the_bastion_at, r"127.0.0.1\1")
    nowhere = partial(_with_the_bastion_at, "")
    return [
        Scene("in-no-group", "stat", _without_groups, (), {"groups": "group-not-granted"}),
        Scene("not-let-in", "laptop", _without_groups, _CONNECT, {"stat-host": "group-missing"}),
        Scene("of-others", "stat", _in_a_group_of_others, (), {"groups": "group-of-others"}),
        Scene(
            "other-key",
            "laptop",
            _with_the_key_of_somebody_else,
            _CONNECT,
            {"bastion": "other-name-on-host"},
        ),
        Scene("no-name", "laptop", nowhere, _CONNECT, {"bastion": "name-not-found"}),
        Scene("no-answer", "laptop", elsewhere, _CONNECT, {"bastion": "network-without-ssh"}),
        Scene(
            "no-host-keys", "laptop", _without_host_keys, _CONNECT, {"gerrit": "host-key-unknown"}
        ),
        Scene(
            "not-renewable",
            "stat",
            _with_a_ticket_that_is_not_renewed,
            (),
            {"ticket": "ticket-not-renewed"},
        ),
        Scene("no-notebooks", "stat", _without_notebooks, (), {"notebooks": "jupyter-not-there"}),
    ]


def healthy() -> list[Scene]:
    """Return the set-ups in which all is well, looked at without and with connections."""
    return [
        Scene(f"{name}-{place}", place, lambda _: nullcontext(), options)
        for place in ("laptop", "stat")
        for name, options in (("healthy", ()), ("connected", _CONNECT))
    ]


def scenes() -> dict[str, Scene]:
    """Return all set-ups, by name."""
    return {s.name: s for s in [*healthy(), *map(sabotaged, sabotages()), *beside()]}
