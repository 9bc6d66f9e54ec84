"""The cases, done in the lab to a home in which all is well, and how the doctor answers."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from macros.cases import Case
from tests.actors.patient import Patient, causes, parsed
from tests.actors.scenes import in_a_copy

#: Files of the hosts as who runs them has them. Where that is no root, a file of somebody else is
#: one of the kernel's: all may read the one, and nobody the other.
_ADMIN = """\
set -e
to_another() {
    chown 4321:4321 "$1" 2> /dev/null && chmod "$2" "$1" && return
    rm "$1"
    case $2 in 6[04]4) ln -s /proc/version "$1" ;; *) ln -s /proc/sysrq-trigger "$1" ;; esac
}
"""
_ASK = "bash ~/onboarding-doctor --json {} 2>&1"
#: What a doctor says who cannot say more.
_IN_A_LINE = re.compile(r"^onboarding-doctor: ([a-z-]+): .*\Z", re.MULTILINE)
#: How the doctor ends, or a shell that it is asked in.
_ANY = tuple(range(256))
#: The shells in which somebody works: where the one at a login ends at once, another one is left.
_SHELLS = {("--login", "-i"): "", (): "source /etc/profile > /dev/null; "}


@contextmanager
def made(patient: Patient, case: Case) -> Iterator[None]:
    """Have the set-up of `case` for a while."""
    copy = in_a_copy(case.place, patient.text(case.apply or ""), patient.text(case.undo or ":"))
    with copy(patient):
        _as_admin(patient, case.admin)
        try:
            yield
        finally:
            _as_admin(patient, case.undo_admin)


def _as_admin(patient: Patient, text: str | None) -> None:
    if text:
        command = ["bash", "-c", _ADMIN + patient.text(text)]
        subprocess.run(command, env={**os.environ, **_files(patient)}, check=True)


def _files(patient: Patient) -> Mapping[str, str]:
    hosts, user = patient.journey.lab.hosts, patient.user
    return {
        "HOME_LAPTOP": str(hosts["laptop"].home(user)),
        "TMP_LAPTOP": str(hosts["laptop"].folder / "tmp"),
        "ETC_BASTION": str(hosts["bastion"].etc),
    }


def told(patient: Patient, case: Case) -> dict[str, set[str]]:
    """Return by what names the doctor tells failures in `case`, for each of its options."""
    return {option: _names(patient, case, option) for option in case.options}


def _names(patient: Patient, case: Case, option: str) -> set[str]:
    for shell, before in _SHELLS.items():
        said = patient.run(case.place, before + _ASK.format(option), _ANY, case.env, shell)
        in_a_line = _IN_A_LINE.search(said.strip())
        if in_a_line:
            return {in_a_line[1]}
        _, begun, records = said.partition("[\n")  # a login says something itself
        if begun:
            return set(causes(parsed(begun + records)).values())
    return set()
