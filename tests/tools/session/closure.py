"""The code behind a test: its module, all that this imports, and the data beside those."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from macros import settings
from macros.errors import ROOT
from tests.evidence import versions
from tests.guide import parts

_IMPORT = re.compile(
    r"^ *(?:from +(?P<of>[\w.]+) +import +(?P<names>\([^)]*\)|[^\n#]+)"
    r"|import +(?P<module>[\w., ]+))",
    re.MULTILINE,
)
#: A module or a file that is named in a string: it is run, or read.
_NAMED = re.compile(r"[\"' ]((?:tests|macros)[./][\w./-]+)")
#: What decides what is installed, and how pytest runs.
_LOCKS = (
    "pyproject.toml",
    "requirements-docs.lock",
    "requirements-check.lock",
    "requirements-test.lock",
)
#: Variables that say when and of which commit a site was built, and nothing else.
_OF_THE_DAY = ("GUIDE_COMMIT", "SOURCE_DATE_EPOCH")
#: Where that is which every session of pytest reads, and what it is all about.
_SESSION = ("conftest.py", "tests/suites/conftest.py", "tests/tools/session/", "macros/")
#: Folders whose modules belong together: programs and data in them are found by their place.
_WHOLE = re.compile(r"(tests/(?:environments|checks|tools)/\w+)/")


@cache
def code(file: str) -> str:
    """Return the digest of the code behind the tests in `file`, and of what it is run with."""
    made = hashlib.sha256()
    for name in behind(file):
        made.update(f"{name} {_digest(name)}\n".encode())
    made.update("\n".join([*_programs(), *_given()]).encode())
    return made.hexdigest()[:16]


def behind(file: str) -> list[str]:
    """Return the names of the files of code and data behind the tests in `file`."""
    known = _project()
    assert file in known, f"{file} is no file of the project"
    found: set[str] = set()
    waiting = [file, *(f"{folder}/conftest.py" for folder in Path(file).parents)]
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found.add(name)
            waiting += _needs(name) if name.endswith(".py") else ()
    found |= _of_all()
    folders = {os.path.dirname(name) for name in found}  # noqa: PTH120 # of names, by the thousand
    found |= {data for data, owner in _owners().items() if owner in found or owner in folders}
    return sorted({*found, *_LOCKS} & known)


@cache
def _project() -> frozenset[str]:
    return frozenset(name for name, _ in parts.files())


@cache
def _of_all() -> frozenset[str]:
    """Return what is behind every test: the macros, and what begins a session.

    What that imports in turn is not: tests import by themselves what they wait for.
    """
    return frozenset(n for n in _project() if n.startswith(_SESSION) and n.endswith(".py"))


@cache
def _owners() -> dict[str, str]:
    """Return of each file of data among the tests the module of its name, or the nearest folder."""
    modules = {name for name in _project() if name.endswith(".py")}
    folders = {str(Path(name).parent) for name in modules}
    found = {}
    for name in _project() - modules:
        path = Path(name)
        if name.startswith("tests/") and path.suffix != ".md":
            near = next(str(folder) for folder in path.parents if str(folder) in folders)
            module = str(path.with_suffix(".py"))
            found[name] = module if module in modules else near
    return found


@cache
def _together() -> dict[str, list[str]]:
    """Return the files of each folder whose modules belong together."""
    found: dict[str, list[str]] = {}
    for name in _project():
        if (folder := _WHOLE.match(name)) and folder[1] != "tests/tools/session":
            found.setdefault(folder[1], []).append(name)
    return found


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


@cache
def _needs(name: str) -> tuple[str, ...]:
    """Return the files that the module `name` imports, and those that it names."""
    text = (ROOT / name).read_text(encoding="utf-8")
    folder = _WHOLE.match(name)
    found = list(_together().get(folder[1], ())) if folder else []
    for match in _IMPORT.finditer(text):
        if match["of"]:
            found += _files_of(match["of"])
            names = re.findall(r"\w+", re.sub(r"#.*", "", match["names"]))
            found += [f for each in names for f in _files_of(f"{match['of']}.{each}")]
        else:
            found += [f for each in re.findall(r"[\w.]+", match["module"]) for f in _files_of(each)]
    for named in _NAMED.findall(text):
        found += [named, *(_files_of(named) if "/" not in named else ())]
    return tuple(found)


def _files_of(module: str) -> Iterator[str]:
    """Yield the files that importing `module` reads, where it is one of the project's."""
    path = module.split(".")
    for end in range(1, len(path) + 1):
        yield "/".join([*path[:end], "__init__.py"])
    yield f"{'/'.join(path)}.py"
    yield f"{'/'.join(path)}/__main__.py"


def _given() -> list[str]:
    """Return what decides how the site is built and how tests run, of the environment."""
    names = [each.name for each in settings.VARIABLES if each.name not in _OF_THE_DAY]
    return [f"{name}={os.environ.get(name)}" for name in [*names, "GUIDE_PROFILE", "CI"]]


@cache
def _programs() -> tuple[str, ...]:
    """Return Python, the kernel, and the Debian packages that tests need, with their versions."""
    names = sorted({package.name for package in versions.packages()})
    command = ["dpkg-query", "--show", *names]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:  # no Debian
        done = ""
    return (platform.python_version(), platform.release(), *sorted(done.splitlines()))
