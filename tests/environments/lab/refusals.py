"""What the lab needs of the kernel, and what gives it where the kernel refuses."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class _Need:
    """Something that the lab needs: how it is tried, and what may stand in its way.

    `settings` are of sysctl: name, the value that forbids it, and one that allows it. `flag` gives
    it in a container of Docker; `modules` of the kernel are what it is made of.
    """

    name: str
    attempt: tuple[str, ...]
    settings: tuple[tuple[str, str, str], ...]
    flag: str = ""
    modules: str = ""


_MOUNT = ("--mount", "--pid", "--fork")
_PROC = (*_MOUNT, "--mount-proc")
_SECCOMP = "--security-opt seccomp=unconfined"
_LIMIT = "10000"
#: In the order in which they are had: each needs those before it.
_NEEDS = (
    _Need(
        "user namespaces",
        ("true",),
        (
            ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),  # Ubuntu
            ("kernel.unprivileged_userns_clone", "0", "1"),  # Debian 10 and older
            ("user.max_user_namespaces", "0", _LIMIT),
        ),
        _SECCOMP,
    ),
    _Need(
        "its mounts",
        (*_MOUNT, "true"),
        (("user.max_mnt_namespaces", "0", _LIMIT), ("user.max_pid_namespaces", "0", _LIMIT)),
        "--security-opt apparmor=unconfined",
    ),
    _Need(
        "its /proc",
        (*_PROC, "true"),
        (),
        "--security-opt systempaths=unconfined",
    ),
    _Need("its hosts", (*_PROC, "bwrap", "--ro-bind", "/", "/", "true"), (), _SECCOMP),
    _Need(
        "its networks",
        ("--net", "sh", "-c", "ip link add type veth && ip link add type bridge"),
        (("user.max_net_namespaces", "0", _LIMIT),),
        modules="bridge veth",
    ),
)
#: Files by which Docker and Podman mark their containers.
_MARKS = ("/.dockerenv", "/run/.containerenv")


def why() -> str:
    """Return what the kernel refuses, in its own words, and what gives it; "" if it is nothing."""
    if shutil.which("unshare") is None:
        return "it needs namespaces of Linux, and unshare of util-linux"
    for need in _NEEDS:
        attempt = ["unshare", "--user", "--map-root-user", *need.attempt]
        tried = subprocess.run(attempt, capture_output=True, text=True, check=False)
        if tried.returncode:
            words = tried.stderr.strip()
            return f"{need.name} cannot be made here ({words}). {_cure(need)}"
    return ""


def _cure(need: _Need) -> str:
    wrong = [f"{n}={allows}" for n, forbids, allows in need.settings if _setting(n) == forbids]
    if wrong:
        return f"Run: sudo sysctl {' '.join(wrong)}"
    if need.flag and is_contained():
        flags = " ".join(dict.fromkeys(each.flag for each in _NEEDS if each.flag))
        return f"Start the container with {need.flag}. The lab needs all of: {flags}"
    if need.modules:
        return f"Run: sudo modprobe -a {need.modules}"
    return "Ask whoever runs this machine to allow it, or use another one"


def _setting(name: str) -> str | None:
    file = Path("/proc/sys", *name.split("."))
    return file.read_text().strip() if file.exists() else None


def is_contained() -> bool:
    """Return whether this runs in a container, whose flags and network are its own."""
    return any(Path(mark).exists() for mark in _MARKS)
