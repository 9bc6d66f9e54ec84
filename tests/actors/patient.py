"""A newcomer at whose set-up the doctor looks, and what it has to say."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from macros.sabotages import Sabotage
from macros.slots import fill
from tests.actors import handles
from tests.actors.journey import Journey
from tests.actors.newcomer import PASSPHRASE
from tests.environments.lab.host import quoted
from tests.environments.lab.servers import gerrit, openssh
from tests.guide.profiles import readers
from tests.guide.steps import steps

#: What each doctor says of each check where all is well, and what else of which in each scene.
TOLD = Path(__file__).with_name("told.yml")
#: What differs from run to run.
_VARIES = {
    r"SHA256:\S+": "‹fingerprint›",
    r"OpenSSH_\d\S*( [^\"]*?OpenSSL.*)?$": "‹version›",
    r"\d\d:\d\d:\d\d|\d\d/\d\d/\d\d": "‹time›",
    r"\b\d+% used": "‹percent› used",
}
_AGENT = "/tmp/doctors-agent"  # noqa: S108 # of the lab's laptop
#: In a shell with settings of its own, as people have.
_ASK = (
    "LESS=mine timeout 60 bash ~/onboarding-doctor --json {options} 2> /tmp/beside; code=$?;"
    " cat /tmp/beside; rm /tmp/beside; exit $code"
)

#: What the doctor has to say of a check, by name of field.
Record = dict[str, str]


@dataclass
class Patient:
    """A newcomer at whose set-up the doctor looks."""

    journey: Journey

    @property
    def user(self) -> str:
        """The name in the shell."""
        return self.journey.reader.values["shell_name"]

    def text(self, text: str) -> str:
        """Return `text` with the reader's values."""
        return fill(text, dict(self.journey.reader.values))

    def run(
        self,
        place: str,
        command: str,
        codes: tuple[int, ...] = (0,),
        env: Mapping[str, str] | None = None,
        shell: tuple[str, ...] = ("--login",),
    ) -> str:
        """Run `command` in a login shell at `place`, which ends with one of `codes`.

        `shell` are other options of that shell, as the start-up files may be broken.
        """
        lab = self.journey.lab
        done = lab.run(
            lab.hosts[place],
            quoted("bash", *shell, "-c", command),
            self.user,
            env={**({"SSH_AUTH_SOCK": _AGENT} if place == "laptop" else {}), **(env or {})},
        )
        assert done.code in codes, f"{command}: {done.err}"
        return done.out

    def records(self, place: str, *options: str) -> list[Record]:
        """Return what the doctor of `place` has to say of each check, and nothing beside it."""
        said = self.run(place, _ASK.format(options=" ".join(options)), (0, 1, 2))
        return parsed(said[said.index("[\n") :])  # a shell may print

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


def parsed(said: str) -> list[Record]:
    """Return the records with which `said` begins; raises AssertionError with what is beside."""
    records: list[Record]
    records, end = json.JSONDecoder().raw_decode(said)
    assert not said[end:].strip(), f"beside its records it says {said[end:].strip()}"
    return records


def causes(records: list[Record]) -> dict[str, str]:
    """Return the causes of what is not well, by check."""
    return {r["check"]: r["cause"] for r in records if r["status"] in ("failed", "warning")}


def told(records: list[Record]) -> list[str]:
    """Return a line for each check, without what varies."""
    lines = [
        f"{r['check']}: {r['status']} {r['cause']}: {r['found']} / {r['expected']}" for r in records
    ]
    for pattern, hole in _VARIES.items():
        lines = [re.sub(pattern, hole, line) for line in lines]
    return lines


def recorded() -> dict[str, list[str]]:
    """Return what TOLD has of each scene: lines that are others than those of a healthy set-up."""
    known: dict[str, list[str]] = yaml.load(TOLD.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return known


def record(scene: str, place: str, lines: list[str]) -> None:
    """Write into TOLD what the doctor has said in `scene`."""
    known = recorded()
    healthy = f"healthy-{place}"
    known[scene] = [line for line in lines if scene == healthy or line not in known[healthy]]
    text = yaml.safe_dump(known, allow_unicode=True, width=1000)
    TOLD.write_text(f"# Written by: pytest tests/suites/doctor --record\n{text}", encoding="utf-8")


def differs(scene: str, place: str, lines: list[str], checks: Collection[str] = ()) -> str | None:
    """Return how `lines`, which are of `checks` or of all, differ from what is recorded."""
    known = recorded()
    unusual = {check_of(line): line for line in known.get(scene, [])}
    expected = [unusual.get(check_of(line), line) for line in known[f"healthy-{place}"]]
    wanted = [line for line in expected if not checks or check_of(line) in checks]
    return "\n".join(line for line in difflib.ndiff(wanted, lines) if line[0] in "+-") or None


def check_of(line: str) -> str:
    """Return the check of which a line tells."""
    return line.split(":", maxsplit=1)[0]


@contextmanager
def admitted() -> Iterator[Patient]:
    """Begin a day, and do on it what the doctor looks at."""
    journey = Journey.begin(readers()["sample"], sabotaged=False)
    try:
        for name in ("setup/jupyter#short", "setup/doctor#laptop", "setup/doctor-host#stat-host"):
            journey.reach(steps()[name])
            journey.attempt(steps()[name])
        journey.lab.need("jupyter", "replicas", "web", "proxy", "gerrit", "metastore")
        handles.write(journey.lab.laptop.folder / "tmp" / "handles")
        _fill_agent(journey)
        _join_gerrit(journey)
        yield Patient(journey)
    finally:
        journey.end()


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
