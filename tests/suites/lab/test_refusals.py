"""Where the kernel refuses what the lab needs, one message says what that is and what gives it.

Each case is made for the lab alone, in namespaces where its owner may forbid things: by settings of
the kernel, by masked files of /proc, or by a filter of system calls, as containers have it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import shlex
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from macros.errors import ROOT

pytestmark = pytest.mark.slow

#: System calls by number, on the machines that the project is tried on.
_CALLS = {
    "x86_64": {"unshare": 272, "mount": 165, "pivot_root": 155},
    "aarch64": {"unshare": 97, "mount": 40, "pivot_root": 41},
}
_SET_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _IS, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_FLAGS = " ".join(
    f"--security-opt {part}=unconfined" for part in ("seccomp", "apparmor", "systempaths")
)
_CONTAINER = "mount -t tmpfs tmpfs /run && touch /run/.containerenv"
_START = """
import sys
from pathlib import Path
from tests.environments.lab import namespaces, network, refusals
from tests.suites.lab.test_refusals import refuse
call, contained = sys.argv[1:]
if not contained:
    refusals._MARKS = ()
if call:
    refuse(call)
try:
    namespaces.start(list(network.script()), Path("log")).end()
except RuntimeError as error:
    sys.exit(str(error))
"""


def refuse(call: str) -> None:
    """Have the kernel refuse each system call `call` of this process and its children."""
    program = b"".join(
        struct.pack("HBBI", *step)
        for step in (
            (_LOAD, 0, 0, 0),
            (_IS, 0, 1, _CALLS[platform.machine()][call]),
            (_RETURN, 0, 0, _FAIL | errno.EPERM),
            (_RETURN, 0, 0, _ALLOW),
        )
    )
    code = ctypes.create_string_buffer(program, len(program))
    filters = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    for option in ((_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (_SET_SECCOMP, _FILTER, filters, 0, 0)):
        if libc.prctl(*option):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def setting(name: str, value: int) -> str:
    """Return what shows another system's setting among the kernel's."""
    last = "$(cat /proc/sys/kernel/cap_last_cap)"
    return f"""
        last={last} && mount -t tmpfs tmpfs /proc/sys/kernel
        echo $last > /proc/sys/kernel/cap_last_cap && echo {value} > /proc/sys/kernel/{name}
    """


def limit(kind: str) -> str:
    """Return what forbids namespaces of `kind`."""
    return f"echo 0 > /proc/sys/user/max_{kind}_namespaces"


def start(
    folder: Path, case: str, call: str = "", contained: bool = False
) -> subprocess.CompletedProcess[str]:
    """Start the lab's namespaces in `case`, lines of bash, and end them."""
    python = shlex.join([sys.executable, "-B", "-c", _START, call, "x" * contained])
    return subprocess.run(
        [
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            "bash",
            "-ec",
            f"{case}\nexec {python}",
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def refused(folder: Path, case: str, call: str = "", contained: bool = False) -> str:
    """Start the lab's namespaces as `start` does; return why that fails."""
    done = start(folder, case, call, contained)
    assert done.returncode == 1, done.stderr
    return done.stderr.strip()


@pytest.mark.parametrize(
    ("case", "call", "needs", "cure"),
    [
        (limit("user"), "", "user namespaces", "user.max_user_namespaces=10000"),
        (limit("mnt"), "", "its mounts", "user.max_mnt_namespaces=10000"),
        (limit("pid"), "", "its mounts", "user.max_pid_namespaces=10000"),
        (limit("net"), "", "its networks", "user.max_net_namespaces=10000"),
        (
            setting("apparmor_restrict_unprivileged_userns", 1),
            "unshare",
            "user namespaces",
            "kernel.apparmor_restrict_unprivileged_userns=0",
        ),
        (
            setting("unprivileged_userns_clone", 0),
            "unshare",
            "user namespaces",
            "kernel.unprivileged_userns_clone=1",
        ),
    ],
)
def test_a_setting_that_forbids_it_is_named(
    tmp_path: Path, case: str, call: str, needs: str, cure: str
) -> None:
    said = refused(tmp_path, case, call)
    assert said.startswith(f"the lab cannot start: {needs} cannot be made here (unshare: ")
    assert said.endswith(f"Run: sudo sysctl {cure}")


def masked() -> str:
    """Return what covers a file of each /proc, as containers do."""
    return """
        awk '$3 == "proc" {print $2}' /proc/mounts | sort -u > mounts
        while read -r folder; do mount --bind /dev/null "$folder/keys"; done < mounts
    """


@pytest.mark.parametrize(
    ("case", "call", "needs", "flag"),
    [
        ("", "unshare", "user namespaces", "seccomp"),
        ("", "mount", "its mounts", "apparmor"),
        (masked(), "", "its /proc", "systempaths"),
        ("", "pivot_root", "its hosts", "seccomp"),
    ],
)
def test_in_a_container_the_flag_that_gives_it_is_named(
    tmp_path: Path, case: str, call: str, needs: str, flag: str
) -> None:
    said = refused(tmp_path, f"{_CONTAINER}\n{case}", call, contained=True)
    assert f"{needs} cannot be made here" in said
    assert f"Start the container with --security-opt {flag}=unconfined." in said
    assert said.endswith(f"needs all of: {_FLAGS}")


def test_modules_that_the_kernel_lacks_are_named(tmp_path: Path) -> None:
    ip = tmp_path / "ip"  # no kernel here lacks them
    ip.write_text("#!/bin/sh\necho 'Error: Unknown device type.' >&2; exit 2\n")
    ip.chmod(0o755)
    said = refused(tmp_path, "")
    assert "its networks cannot be made here (Error: Unknown device type.)" in said
    assert said.endswith("Run: sudo modprobe -a bridge veth")


def test_what_nothing_here_gives_is_said_too(tmp_path: Path) -> None:
    said = refused(tmp_path, "", "unshare")
    assert "user namespaces cannot be made here (unshare: unshare failed: Operation not" in said
    assert said.endswith("Ask whoever runs this machine to allow it, or use another one")


def test_it_starts_where_dev_is_mounted_as_by_systemd_and_docker(tmp_path: Path) -> None:
    """What such a mount forbids, nobody can allow in namespaces within."""
    case = "mount --rbind /dev /dev && mount -o remount,bind,nosuid,noexec /dev"
    done = start(tmp_path, case)
    assert (done.returncode, done.stderr) == (0, "")
