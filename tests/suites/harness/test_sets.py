"""Every target of the Makefile works as the first that is called, with the packages it asks for.

A clone gets an environment that grows by one lock file after the other, as make fills it: what is
installed here hides nothing. What a target runs is read from make itself.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from macros.errors import ROOT
from tests.environments import patience
from tests.tools.copies import copy_of_project

pytestmark = pytest.mark.slow

#: The lock files that targets ask for; each holds all that the one before it does.
SETS = ["docs", "check", "test"]
#: Imports modules by their names, and what they run as programs.
_IMPORT = """
import sys
from importlib import import_module
for name in sys.argv[1:]:
    if hasattr(import_module(name), "__path__"):
        import_module(f"{name}.__main__")
"""


@dataclass(frozen=True)
class Clone:
    """A copy of the project with an environment of its own, which has a set of packages."""

    project: Path
    packages: str

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `command` there, as from a shell that knows nothing of this run."""
        return subprocess.run(
            command,
            cwd=self.project,
            env={**_clean_environment(), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def program(self, name: str) -> Path:
        """Return the program `name` of its environment."""
        return self.project / ".venv" / "bin" / name


@dataclass(frozen=True)
class Needs:
    """What a target runs: the set it asks for, modules of the project, programs of packages."""

    packages: str | None
    modules: frozenset[str]
    programs: frozenset[str]


def _clean_environment() -> dict[str, str]:
    """Return the environment without what make and pytest hand on."""
    handed = ("MAKE", "MFLAGS", "PYTEST_", "PYTHONPATH", "VIRTUAL_ENV", "GUIDE_")
    return {name: v for name, v in os.environ.items() if not name.startswith(handed)}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with an empty environment."""
    copied = copy_of_project(tmp_path_factory.mktemp("clone"))
    subprocess.run([sys.executable, "-m", "venv", copied / ".venv"], check=True)
    installer = Path(sys.executable).parent / "uv"
    if installer.exists():  # else make installs it
        (copied / ".venv" / "bin" / "uv").symlink_to(installer)
    return copied


@pytest.fixture(scope="module", params=SETS)
def clone(project: Path, request: pytest.FixtureRequest) -> Clone:
    """A clone after make has installed one set: from what is cached, or else as make does."""
    made = Clone(project, request.param)
    later = SETS[SETS.index(made.packages) + 1 :]
    assert not [name for name in later if (project / f".venv/{name}.done").exists()]
    target = f".venv/{made.packages}.done"
    done = made.run(
        *("make", target, "UV_COMPILE_BYTECODE=0"), UV_OFFLINE="1", UV_LINK_MODE="hardlink"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return made


@pytest.fixture(scope="module")
def needs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Needs]:
    """What each target of the Makefile runs where nothing is installed, as make says it."""
    folder = tmp_path_factory.mktemp("nothing")
    for path in [ROOT / "Makefile", ROOT / "tests", *ROOT.glob("requirements-*.lock")]:
        (folder / path.name).symlink_to(path)
    listed = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert listed
    return {target: _needs(folder, target) for target in listed[1].split()}


def _needs(folder: Path, target: str) -> Needs:
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target],
        cwd=folder,
        env=_clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.replace("\\\n", " ")
    installed = re.findall(r"touch \.venv/(docs|check|test)\.done", said)
    programs = set(re.findall(r"\.venv/bin/([\w-]+)", said))
    for line in re.findall(r"sh tests/tools/side_by_side\.sh \.venv/bin (.*)", said):
        programs |= {"pytest", *(words.split()[0] for words in shlex.split(line))}
    return Needs(
        max(installed, key=SETS.index, default=None),
        frozenset(re.findall(r"\.venv/bin/python -m ([\w.]+)", said)) - {"pip"},
        frozenset(programs),
    )


def test_make_says_what_its_targets_run(needs: dict[str, Needs]) -> None:
    assert needs["check"] == Needs("check", frozenset(), frozenset({"python", "uv", "pytest"}))
    assert needs["serve"].packages == "check" and needs["site"].packages == "docs"
    assert needs["serve"].modules == {"macros.settings", "tests.tools.preview"}
    assert needs["lab"].packages == "test" and needs["lab"].modules == {"tests.tools.practice"}
    assert needs["test"].programs >= {"pytest", "mypy", "ruff"}


def test_all_that_targets_of_a_set_run_is_in_it(clone: Clone, needs: dict[str, Needs]) -> None:
    ours = {name: need for name, need in needs.items() if need.packages == clone.packages}
    assert ours
    for name, need in ours.items():
        missing = {program for program in need.programs if not clone.program(program).exists()}
        assert not missing, f"make {name} runs {missing}"
    modules = sorted(set[str]().union(*(need.modules for need in ours.values())))
    done = clone.run(str(clone.program("python")), "-c", _IMPORT, *modules)
    assert done.returncode == 0, f"{clone.packages}: {done.stderr}"


def test_targets_without_a_set_run_no_module(needs: dict[str, Needs]) -> None:
    assert {name for name, need in needs.items() if need.modules and not need.packages} == set()


@pytest.mark.parametrize("clone", ["docs"], indirect=True)
def test_the_guide_is_served_and_written_with_the_first_set_alone(clone: Clone) -> None:
    for target in ("wikitext", "fresh"):
        done = clone.run("make", target)
        assert done.returncode == 0, f"make {target}: {done.stdout}{done.stderr}"
    assert "<h1" in _served(clone, str(clone.program("mkdocs")), "serve", "--dev-addr={}")


@pytest.mark.parametrize("clone", ["check"], indirect=True)
def test_the_preview_needs_no_more_than_the_quick_tests(clone: Clone) -> None:
    assert "verdict.js" in _served(clone, "make", "serve", "ADDRESS={}")


@pytest.mark.parametrize("clone", ["check"], indirect=True)
def test_the_quick_tests_import_nothing_else(clone: Clone) -> None:
    _collect(clone, "-m", "not slow")


@pytest.mark.parametrize("clone", ["test"], indirect=True)
def test_all_tests_import_nothing_else(clone: Clone) -> None:
    _collect(clone)


def _collect(clone: Clone, *chosen: str) -> None:
    """Have pytest collect tests, as somebody does in another folder."""
    pytest_there = [str(clone.program("pytest")), str(clone.project), "--collect-only", "--quiet"]
    done = clone.run("sh", "-c", 'cd .. && exec "$0" "$@"', *pytest_there, *chosen)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


@pytest.mark.parametrize("clone", ["check"], indirect=True)
def test_pytest_says_once_which_packages_it_lacks(clone: Clone) -> None:
    done = clone.run(
        str(clone.program("pytest")), "--quiet", "tests/suites/browser", "tests/suites/lab"
    )
    said = done.stdout + done.stderr
    assert "Traceback" not in said and said.count("ERROR") == 1, said[-3000:]
    assert re.search(r"ERROR: tests/suites/browser/\S+ needs the package playwright, which", said)
    assert "pip install -e '.[test]'" in said and "pytest -m 'not slow'" in said


@pytest.mark.parametrize("clone", ["test"], indirect=True)
def test_pip_installs_what_the_project_depends_on(clone: Clone) -> None:
    """It installs no module of the project, and leaves nothing in its folder."""
    before = set(clone.project.iterdir())
    offline = ["--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    python, extras = str(clone.program("python")), f".[{','.join(SETS)}]"
    done = clone.run(python, "-m", "pip", "install", *offline, "--editable", extras)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Successfully installed product-analytics-onboarding-" in done.stdout
    shown = clone.run(python, "-m", "pip", "show", "--files", "product-analytics-onboarding").stdout
    assert re.search(r"^  .*dist-info/METADATA$", shown, re.MULTILINE)
    assert not re.search(r"^  (?!.*dist-info/)", shown, re.MULTILINE), shown
    assert set(clone.project.iterdir()) == before


def _served(clone: Clone, *command: str) -> str:
    """Return the first page of the guide that `command` serves, at the address in place of {}."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    log = clone.project / "served.log"
    with log.open("w") as said:
        server = subprocess.Popen(
            [word.format(address) for word in command],
            cwd=clone.project,
            env={**_clean_environment(), "TMPDIR": str(clone.project.parent)},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            until = time.monotonic() + patience.SECONDS
            while time.monotonic() < until and server.poll() is None:
                try:
                    with urllib.request.urlopen(f"http://{address}/") as page:  # 127.0.0.1
                        return str(page.read().decode())
                except OSError:
                    time.sleep(0.1)
            raise AssertionError(log.read_text()[-3000:])
        finally:
            os.killpg(server.pid, 15)
            server.wait()
