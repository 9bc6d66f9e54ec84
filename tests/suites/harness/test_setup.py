"""The set-up: one line that says what to run, where nothing can be installed."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from macros.errors import ROOT


def setup(tmp_path: Path, *what: str, **programs: str) -> subprocess.CompletedProcess[str]:
    """Run setup.sh where only its own needs and `programs` (name: script) are to be found."""
    for name in ("sh", "grep", "sort", "tr", "rm", "env", "ls", "tee", "chmod", "uname"):
        target = next(p for p in (Path("/bin") / name, Path("/usr/bin") / name) if p.exists())
        (tmp_path / name).symlink_to(target)
    for name, script in programs.items():
        (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    return subprocess.run(
        ["/bin/sh", "tests/tools/setup.sh", *what],
        cwd=ROOT,
        env={
            "PATH": str(tmp_path),
            "HOME": os.environ["HOME"],
            "POLICY": str(tmp_path / "policy-rc.d"),
            "SERVICES": str(tmp_path / "init.d"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


APT = {"apt-get": "echo apt-get ran >&2; exit 1"}


def test_an_ordinary_user_is_told_the_command(tmp_path: Path) -> None:
    done = setup(tmp_path, "packages", "check", id="echo 1000", **APT)
    assert done.returncode == 1
    line = done.stderr.strip()
    assert line.count("\n") == 0
    assert "Run: sudo apt-get install -y bash bubblewrap git openssh-client r-base-core" in line


def test_without_apt_the_parts_are_named(tmp_path: Path) -> None:
    done = setup(tmp_path, "packages", "check", id="echo 0")
    assert done.returncode == 1
    assert done.stderr.startswith("Missing: Rscript bash bwrap git ssh ssh-keygen. Install them")


def test_root_installs_what_is_missing_and_nothing_else(tmp_path: Path) -> None:
    programs = {"bash": "", "ssh": "", "ssh-keygen": "", "git": "", "Rscript": ""}
    log = tmp_path / "log"
    done = setup(
        tmp_path, "packages", "check", id="echo 0", **programs, **{"apt-get": f'echo "$@" >> {log}'}
    )
    assert done.returncode == 0, done.stderr
    assert log.read_text().splitlines()[-1].split()[-1] == "bubblewrap"
    assert "git" not in log.read_text()


def test_what_is_installed_does_not_start(tmp_path: Path) -> None:
    """Debian asks a policy whether a new server may start; it says no, and is gone afterwards."""
    policy, answer = tmp_path / "policy-rc.d", tmp_path / "answer"
    asks = f'case "$*" in *install*) "{policy}"; echo $? > "{answer}";; esac'
    done = setup(tmp_path, "packages", "check", id="echo 0", **{"apt-get": asks})
    assert done.returncode == 0, done.stderr
    assert answer.read_text() == "101\n"
    assert not policy.exists()


@pytest.mark.parametrize("before", [None, [], ["cron"]])
@pytest.mark.parametrize("new", [[], ["sshd"]])
def test_a_new_service_does_not_start_with_the_machine(
    tmp_path: Path, before: list[str] | None, new: list[str]
) -> None:
    """A new system may have no folder of services, or nothing in it."""
    services, log = tmp_path / "init.d", tmp_path / "log"
    log.touch()
    if before is not None:
        services.mkdir()
    for name in before or ():
        (services / name).touch()
    makes = [f'/bin/mkdir -p "{services}"; : > "{services}/{name}"' for name in new]
    programs = {"apt-get": "; ".join(makes), "update-rc.d": f'echo "$@" >> {log}'}
    done = setup(tmp_path, "packages", "check", id="echo 0", **programs)
    assert done.returncode == 0 and done.stderr == ""
    assert set(log.read_text().splitlines()) == {f"{name} disable" for name in new}


def test_on_a_mac_no_bubblewrap_is_asked_for(tmp_path: Path) -> None:
    programs = {
        "bash": "",
        "ssh": "",
        "ssh-keygen": "",
        "git": "",
        "Rscript": "",
        "uname": "echo Darwin",
    }
    done = setup(tmp_path, "packages", "check", **programs)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout == "There is no bubblewrap for macOS: what needs its sandbox is not run.\n"


def test_on_a_mac_the_lab_is_said_to_need_linux(tmp_path: Path) -> None:
    done = setup(tmp_path, "packages", "test", uname="echo Darwin")
    assert done.returncode == 1 and done.stdout == ""
    where = "On a Mac, run it in the container: see CONTRIBUTING.md."
    assert done.stderr == f"The lab needs Linux. {where}\n"


@pytest.mark.parametrize(
    ("python", "says"),
    [
        ("echo Python 3.9.2; exit 1", "Python 3.11 or newer is needed"),
        ('case "$2" in *ensurepip*) exit 1;; esac', "Run: sudo apt-get install -y python3-venv"),
    ],
)
def test_an_unfit_python_is_said_in_one_line(tmp_path: Path, python: str, says: str) -> None:
    done = setup(tmp_path, "venv", id="echo 1000", python3=python, **APT)
    assert done.returncode == 1
    assert says in done.stderr and done.stderr.strip().count("\n") == 0


@pytest.mark.parametrize("address", ["127.0.0.1:{port}", "nowhere", "127.0.0.1:99999"])
def test_an_address_that_cannot_be_served_is_said_in_one_line(address: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = address.format(port=taken.getsockname()[1])
        done = subprocess.run(
            ["make", "--silent", "serve", f"ADDRESS={address}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode
    assert f"{address} is in use or is no address. Run: make serve ADDRESS=" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_the_readme_names_is_there() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (ROOT / target).exists(), f"{name}: {target}"
        for path in re.findall(r"`((?:macros|tests|snippets|docs)/[\w/.-]+)`", text):
            assert (ROOT / path).exists(), f"{name}: {path}"
        for target in set(re.findall(r"`make (\w+)`", text)):
            command = ["make", "--dry-run", target]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
            assert done.returncode == 0, f"{name}: make {target}"


def test_ci_calls_targets_that_there_are() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    upkeep = {"fresh", "links", "sources", "mutants"}
    for name, wanted in {
        ".ci/run": {"test", "site", "proven"},
        ".gitlab-ci.yml": {"test-guide", "evidence", "site", "proven"} | upkeep,
        ".github/workflows/ci.yml": {"test-guide", "evidence", "site", "proven"},
        ".github/workflows/upkeep.yml": upkeep,
    }.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        text = re.sub(r"\$(PART|{{ matrix\.PART }})$", "guide", text, flags=re.MULTILINE)
        called = re.findall(r"^[^#\n]*\bmake ([a-z-]+)$", text, re.MULTILINE)
        assert set(called) == wanted, name
        assert all(f"\n{target}:" in makefile for target in called), name


def test_lock_files_name_no_index_and_pin_every_package_by_hash() -> None:
    for name in ("uv", "docs", "check", "test", "zensical"):
        text = (ROOT / f"requirements-{name}.lock").read_text()
        assert "://" not in text and "file:" not in text
        pins = [line for line in text.splitlines() if "==" in line and not line.startswith("#")]
        assert pins and all(line.endswith("\\") for line in pins)
    docs, check, test = (
        {
            line.split()[0]
            for line in (ROOT / f"requirements-{n}.lock").read_text().splitlines()
            if "==" in line
        }
        for n in ("docs", "check", "test")
    )
    assert docs < check < test
