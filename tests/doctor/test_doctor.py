"""The doctor in the lab: it finds nothing where all is well, and the cause of what is broken."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from macros.errors import shown
from macros.sabotages import Sabotage
from macros.slots import fill
from tests import evidence, reading, versions
from tests.day_one.journey import Journey
from tests.day_one.newcomer import PASSPHRASE
from tests.day_one.steps import steps
from tests.lab import gerrit, kerberos, openssh
from tests.lab.host import quoted
from tests.profiles import readers
from tests.snippets.showing import shown_to

pytestmark = pytest.mark.slow

SABOTAGES = {n: s for n, s in reading.guide().sabotages().items() if s.doctor and s.apply}
#: What only a connection shows.
CONNECTED = {"host-key-changed"}
#: What each doctor says of each check where all is well, and what else of which after a sabotage.
TOLD = Path(__file__).with_name("told.yml")
#: What differs from run to run.
_VARIES = {
    r"SHA256:\S+": "‹fingerprint›",
    r"OpenSSH_\d\S*( [^\"]*?OpenSSL.*)?$": "‹version›",
    r"\d\d:\d\d:\d\d|\d\d/\d\d/\d\d": "‹time›",
    r"\b\d+%": "‹percent›",
}
_AGENT = "/tmp/doctors-agent"  # noqa: S108 # of the lab's laptop


@dataclass
class Patient:
    """A newcomer at whose set-up the doctor looks."""

    journey: Journey

    @property
    def _user(self) -> str:
        return self.journey.reader.values["shell_name"]

    def text(self, text: str) -> str:
        """Return `text` with the reader's values."""
        return fill(text, dict(self.journey.reader.values))

    def run(self, place: str, command: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run `command` in a login shell at `place`, which ends with one of `codes`."""
        lab = self.journey.lab
        done = lab.run(
            lab.hosts[place],
            quoted("bash", "--login", "-c", command),
            self._user,
            env={"SSH_AUTH_SOCK": _AGENT} if place == "laptop" else {},
        )
        assert done.code in codes, f"{command}: {done.err}"
        return done.out

    def records(self, place: str, *options: str) -> list[dict[str, str]]:
        """Return what the doctor of `place` has to say of each check."""
        said = self.run(place, f"bash ~/onboarding-doctor --json {' '.join(options)}", (0, 1, 2))
        records: list[dict[str, str]] = json.loads(said[said.index("[\n") :])  # a shell may print
        return records

    def alarms(self, place: str, *options: str) -> dict[str, str]:
        """Return the causes that the doctor of `place` finds, by check."""
        return causes(self.records(place, *options))

    def heed(self, sabotage: Sabotage) -> str | None:
        """Do what the cure says at a terminal; return what, or None where nothing can be done."""
        newcomer = self.journey.newcomer
        command = re.fullmatch(r"`([^`]+)`", sabotage.cure)
        follow = command[1] if command else sabotage.follow
        if sabotage.again:
            newcomer.do_again(steps()[sabotage.again])
        elif follow:
            newcomer.attempt(sabotage.place, self.text(follow))
        return sabotage.again or follow


def causes(records: list[dict[str, str]]) -> dict[str, str]:
    """Return the causes of what is not well, by check."""
    return {r["check"]: r["cause"] for r in records if r["status"] in ("failed", "warning")}


def told(records: list[dict[str, str]]) -> list[str]:
    """Return a line for each check, without what varies."""
    lines = [
        f"{r['check']}: {r['status']} {r['cause']}: {r['found']} / {r['expected']}" for r in records
    ]
    for pattern, hole in _VARIES.items():
        lines = [re.sub(pattern, hole, line) for line in lines]
    return lines


def differs(scene: str, place: str, lines: list[str], recording: bool = False) -> str | None:
    """Return how `lines` differ from what TOLD has for `scene`; with `recording`, write them.

    Of a sabotage, TOLD has the lines that are others than those of a healthy set-up.
    """
    known: dict[str, list[str]] = yaml.safe_load(TOLD.read_text(encoding="utf-8")) or {}
    healthy = f"healthy-{place}"
    if scene != healthy:
        lines = [line for line in lines if line not in known[healthy]]
    if recording:
        known[scene] = lines
        text = yaml.safe_dump(known, allow_unicode=True, width=1000)
        TOLD.write_text(f"# Written by: pytest tests/doctor --record\n{text}", encoding="utf-8")
    compared = difflib.ndiff(known.get(scene, []), lines)
    return "\n".join(line for line in compared if line[0] in "+-") or None


@contextmanager
def admitted() -> Iterator[Patient]:
    """Begin a day, and do on it what the doctor looks at."""
    journey = Journey.begin(readers()["sample"], sabotaged=False)
    try:
        for name in ("setup/jupyter#short", "setup/doctor#laptop", "setup/doctor#stat-host"):
            journey.reach(steps()[name])
            journey.attempt(steps()[name])
        journey.lab.need("jupyter", "replicas", "web", "proxy", "gerrit", "hadoop")
        _fill_agent(journey)
        _join_gerrit(journey)
        yield Patient(journey)
    finally:
        journey.end()


@pytest.fixture(scope="module")
def patient() -> Iterator[Patient]:
    with admitted() as admitted_one:
        yield admitted_one


def _fill_agent(journey: Journey) -> None:
    """Start an agent on the laptop, and have it hold all keys."""
    values, lab = journey.reader.values, journey.lab
    keys = " ".join(
        f"~/.ssh/{values[key]}" for key in ("production_key", "cloud_key", "gerrit_key")
    )
    ask = f"printf '#!/bin/sh\\necho {PASSPHRASE}\\n' > ~/ask && chmod +x ~/ask"
    add = f"SSH_AUTH_SOCK={_AGENT} SSH_ASKPASS=~/ask SSH_ASKPASS_REQUIRE=force ssh-add -q {keys}"
    lab.must(
        lab.laptop,
        f"ssh-agent -a {_AGENT} > /dev/null && {ask} && {add} && rm ~/ask",
        values["shell_name"],
    )


def _join_gerrit(journey: Journey) -> None:
    """Give Gerrit the public key, and note its host key, as the page on code hosts says."""
    values, lab = journey.reader.values, journey.lab
    public = lab.must(lab.laptop, f"cat ~/.ssh/{values['gerrit_key']}.pub", values["shell_name"])
    openssh.authorize(lab.hosts["outside"], values["shell_name"], public)
    note = "cat >> ~/.ssh/known_hosts"
    lab.must(lab.laptop, note, values["shell_name"], stdin=gerrit.known_host(lab))


@pytest.mark.parametrize("place", ["laptop", "stat"])
def test_a_healthy_set_up_has_no_alarm(patient: Patient, place: str, recording: bool) -> None:
    doctor = shown_to(f"{place}/doctor", "sample")
    evidence.note(doctor.block, "lab", versions.named("bash"))
    records = patient.records(place, "--connect")
    alarms = causes(records)
    assert not alarms, [f"{doctor.where(f'^look {name} ')}: {alarms[name]}" for name in alarms]
    assert not differs(f"healthy-{place}", place, told(records), recording)


def test_it_prints_no_token(patient: Patient) -> None:
    """Neither from a proxy's address nor from one of git's."""
    patient.run("stat", "cp ~/.gitconfig ~/kept")
    patient.run("stat", "sed -i 's,https://[^@]*@,https://me:s3cret@,' ~/.gitconfig")
    try:
        for proxy in ("http_proxy=http://me:s3cret@proxy:8080", ""):
            said = patient.run("stat", f"{proxy} bash ~/onboarding-doctor", (1, 2))
            assert "s3cret" not in said and "://(hidden)@" in said
    finally:
        patient.run("stat", "mv ~/kept ~/.gitconfig")


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_sabotage_is_told_by_its_name_and_mended_by_its_cure(
    patient: Patient, name: str, recording: bool
) -> None:
    sabotage = SABOTAGES[name]
    options = ["--connect"] if name in CONNECTED else []
    patient.run(sabotage.place, patient.text(sabotage.apply or ""))
    try:
        records = patient.records(sabotage.place, *options)
        found = causes(records)
        where = shown_to(f"{sabotage.place}/doctor", "sample").where(rf"{sabotage.doctor}\b(?!\))")
        assert set(found.values()) == {sabotage.doctor}, f"{where}: it tells {found}"
        difference = differs(name, sabotage.place, told(records), recording)
        assert not difference, f"{where}: other words than in {shown(TOLD)}:\n{difference}"
        said = patient.heed(sabotage)
        if said:
            assert patient.alarms(sabotage.place, *options) == {}, f"after the cure: {said}"
    finally:
        patient.run(sabotage.place, patient.text(sabotage.undo or ""))
    if not said:
        assert patient.alarms(sabotage.place, *options) == {}, "after it was undone"


def test_every_failure_is_brought_about() -> None:
    """By its sabotage, or by a test below that names it."""
    here = Path(__file__).read_text(encoding="utf-8")
    known = reading.guide().sabotages()
    rest = {name for name, sabotage in known.items() if not (sabotage.apply or sabotage.attempt)}
    assert {name for name in rest if f'"{known[name].doctor}"' not in here} == set()


# -- what only an admin or the world outside can break -------------------------------------------


@contextmanager
def instead(file: Path, text: str) -> Iterator[None]:
    """Have `text`, which differs from what is there, in `file` for a while."""
    before = file.read_text()
    assert text != before
    file.write_text(text)
    try:
        yield
    finally:
        file.write_text(before)


def test_a_group_that_is_missing(patient: Patient) -> None:
    lab, user = patient.journey.lab, patient.journey.reader.values["shell_name"]
    file = lab.stat.etc / "group"
    with instead(file, re.sub(rf":{user}$", ":", file.read_text(), flags=re.MULTILINE)):
        assert patient.alarms("laptop", "--connect") == {"stat-host": "group-missing"}
        assert patient.alarms("stat") == {"groups": "group-not-granted"}


def test_a_group_for_others(patient: Patient) -> None:
    lab, values = patient.journey.lab, patient.journey.reader.values
    assert values["kind"] == "staff"
    file = lab.stat.etc / "group"
    with instead(file, f"{file.read_text()}nda:x:4242:{values['shell_name']}\n"):
        assert patient.alarms("stat") == {"groups": "group-of-others"}


def test_a_key_that_nobody_has_put_there(patient: Patient) -> None:
    lab, user = patient.journey.lab, patient.journey.reader.values["shell_name"]
    ssh = lab.bastion.etc / "ssh"
    with instead(ssh / "userkeys" / user, (ssh / "host_key.pub").read_text()):
        assert patient.alarms("laptop", "--connect") == {"bastion": "other-name-on-host"}


@pytest.mark.parametrize(
    ("address", "cause"), [("", "name-not-found"), (r"127.0.0.1\1", "network-without-ssh")]
)
def test_a_bastion_that_is_not_reached(patient: Patient, address: str, cause: str) -> None:
    """Its name is unknown, or nothing answers where it should be."""
    hosts = patient.journey.lab.laptop.etc / "hosts"
    line = r"^\S+( bast.*)$"
    with instead(hosts, re.sub(line, address, hosts.read_text(), flags=re.MULTILINE)):
        assert patient.alarms("laptop", "--connect") == {"bastion": cause}


def test_a_host_key_that_is_in_no_list(patient: Patient) -> None:
    patient.run("laptop", "mv ~/.ssh/known_hosts ~/known")
    try:
        assert patient.alarms("laptop", "--connect") == {"gerrit": "host-key-unknown"}
    finally:
        patient.run("laptop", "mv ~/known ~/.ssh/known_hosts")


def test_a_ticket_that_cannot_be_renewed(patient: Patient) -> None:
    lab, user = patient.journey.lab, patient.journey.reader.values["shell_name"]
    again = reading.guide().sabotages()["ticket-not-renewed"]
    kerberos.admin(lab, f"modprinc -allow_renewable {user}")
    try:
        patient.heed(again)
        assert patient.alarms("stat") == {"ticket": "ticket-not-renewed"}
    finally:
        kerberos.admin(lab, f"modprinc +allow_renewable {user}")
    patient.heed(again)
    assert patient.alarms("stat") == {}


def test_a_host_without_notebooks(patient: Patient) -> None:
    port = str(reading.guide().facts.values["jupyterhub_port"].value)
    patient.run("stat", f"sed -i.before 's/{port}/{int(port) + 1}/' ~/onboarding-doctor")
    try:
        assert patient.alarms("stat") == {"notebooks": "jupyter-not-there"}
    finally:
        patient.run("stat", "mv ~/onboarding-doctor.before ~/onboarding-doctor")
