"""Clones of public repositories: found in a folder or got, and read at their newest commit.

A clone is somebody else's: no work tree of it is made, none of its settings runs a program, and no
file is read that is not text of a bearable size.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cached_property, lru_cache
from pathlib import Path

from macros import facts
from macros.citation import GERRIT
from macros.errors import ROOT, shorten
from macros.sources.verdict import UnansweredError

CACHE = ROOT / ".cache" / "sources"
#: The largest file that is read, in bytes; the largest that a fact cites has 0.6 million.
LARGEST = 4_000_000
#: Hours for which a clone that was fetched is new enough.
FRESH_HOURS = 20
#: Links of the guide where those live whose mirror on GitHub is kept up no longer.
MOVED = {
    "wikimedia/wmfdata-python": "wmfdata_python",
    "wikimedia/schemas-event-primary": "schemas_primary",
    "wikimedia/schemas-event-secondary": "schemas_secondary",
    "wikimedia-research/canonical-data": "canonical_data",
}
_SECONDS = 60
# No setting of the reader or the system, no question, and no way out for an incomplete clone.
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}


def address(name: str) -> str:
    """Return where the repository `name` is fetched from; Gerrit's have a mirror on GitHub.

    Names are those of the facts: `operations/puppet` of Gerrit, else owner and name on GitHub.
    """
    if name in MOVED:
        return f"{facts.current().links[MOVED[name]].url}.git"
    if name.startswith(GERRIT):
        name = "wikimedia/" + name.replace("/", "-")
    return f"https://{facts.current().hosts['github'].host}/{name}.git"


@dataclass(frozen=True)
class Entry:
    """A file of a clone: its `text`, and its `path` in it."""

    path: str
    text: str


class Clone:
    """A clone of the repository `name` in `folder`, bare or with a work tree."""

    def __init__(self, name: str, folder: Path):
        self.name, self._folder = name, folder
        # A clone that has not all files gets none while it is read.
        self._environment = {**os.environ, **_ENVIRONMENT, "GIT_ALLOW_PROTOCOL": ""}
        self._entry = lru_cache(maxsize=None)(self._read)

    def _git(self, *arguments: str) -> bytes:
        """Return what git says; raises UnansweredError with its last line where it fails."""
        command = ["git", f"--git-dir={_git_folder(self._folder)}", "--literal-pathspecs"]
        command += ["-c", f"safe.directory={self._folder}", "-c", "core.fsmonitor=false"]
        try:
            done = subprocess.run(
                [*command, *arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            message = f"git did not answer within {_SECONDS} seconds"
            raise UnansweredError(f"{self.name}: {message}") from error
        if done.returncode:
            words = done.stderr.decode(errors="replace").strip().splitlines() or ["git failed"]
            raise UnansweredError(f"the clone of {self.name} is broken: {shorten(words[-1])}")
        return done.stdout

    @cached_property
    def commit(self) -> str:
        """The newest commit, short."""
        return self._git("rev-parse", "--verify", "HEAD^{commit}").decode().strip()[:10]

    @cached_property
    def day(self) -> date:
        """The day of the newest commit, as whoever committed it has it."""
        header = self._git("cat-file", "commit", "HEAD").partition(b"\n\n")[0]
        for line in header.split(b"\n"):
            if line.startswith(b"committer "):
                try:
                    seconds, zone = line.split()[-2:]
                    return datetime.fromtimestamp(int(seconds), _zone(zone.decode())).date()
                except (ValueError, IndexError, OverflowError, OSError):
                    break
        raise UnansweredError(f"the newest commit of {self.name} has no day")

    def place(self, path: str | None = None, line: int | None = None) -> str:
        """Return the name, commit, path and line, as in `operations/dns@734c650c templates/x:3`."""
        where = f"{self.name}@{self.commit}"
        return where + (f" {path}" if path else "") + (f":{line}" if line else "")

    def entry(self, path: str) -> Entry:
        """Return the file at `path`.

        Raises UnansweredError where it is missing, no file, too large or no text.
        """
        return self._entry(path)

    def _read(self, path: str) -> Entry:
        listed = self._listed(path)
        if listed is None:
            raise UnansweredError(f"{self.place(path)}: no such file{self._moved(path)}")
        kind, size = listed
        if kind != "blob":
            raise UnansweredError(f"{self.place(path)}: is a {kind}, no file")
        if size > LARGEST:
            raise UnansweredError(f"{self.place(path)}: has {size} bytes, more than {LARGEST}")
        data = self._git("cat-file", "blob", f"HEAD:{path}")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            raise UnansweredError(f"{self.place(path)}: is no text in UTF-8")
        return Entry(path, text)

    def _listed(self, path: str) -> tuple[str, int] | None:
        """Return kind and size of what is at `path`, if anything is."""
        said = self._git("ls-tree", "-z", "-l", "HEAD", "--", path.rstrip("/"))
        if not said:
            return None
        mode, kind, _, size, *_ = said.split(b"\t")[0].split()
        kinds = {b"120000": "link", b"160000": "submodule", b"040000": "folder"}
        return kinds.get(mode, kind.decode()), int(size) if size.isdigit() else 0

    def has(self, path: str) -> bool:
        """Return whether a file or folder is at `path`."""
        return self._listed(path) is not None

    def elsewhere(self, words: str) -> list[str]:
        """Return the first files that have `words` now, for somebody who looks for what is gone."""
        try:
            said = self._git("grep", "-l", "-z", "-I", "-F", "-e", words, "HEAD")
        except UnansweredError:
            return []
        found = said.decode(errors="replace").split("\0")
        return [name.removeprefix("HEAD:") for name in found[:3] if name]

    def _moved(self, path: str) -> str:
        """Return since when `path` is gone and where its name is now, as far as git knows."""
        told = ""
        try:
            last = self._git("rev-list", "-1", "--pretty=%cs", "HEAD", "--", path).split()
            if last:
                told = f"; gone since {last[1].decode()[:10]} of {last[-1].decode()}"
            name = path.rpartition("/")[2]
            every = self._git("ls-tree", "-r", "-z", "--name-only", "HEAD").split(b"\0")
        except UnansweredError:
            return told
        same = [p.decode(errors="replace") for p in every if p.endswith(f"/{name}".encode())]
        return told + (f"; of that name: {', '.join(same[:3])}" if same else "")


def _zone(told: str) -> timezone:
    """Return the zone that git writes as +0200."""
    sign = -1 if told.startswith("-") else 1
    return timezone(sign * timedelta(hours=int(told[1:3]), minutes=int(told[3:5])))


def _git_folder(folder: Path) -> Path:
    return folder / ".git" if (folder / ".git").exists() else folder


@dataclass(frozen=True)
class Found:
    """Clones in a folder of somebody's: read as they are, nothing is fetched into them."""

    folder: Path

    def clone(self, name: str) -> Clone:
        """Return the clone of `name`; raises UnansweredError where the folder has none."""
        for each in _spelt(name):
            for path in (self.folder / each, self.folder / f"{each}.git"):
                if (_git_folder(path) / "HEAD").is_file():
                    return Clone(name, path)
        spelt = ", ".join(_spelt(name))
        raise UnansweredError(f"no clone of {name} in {self.folder} ({spelt})")


def _spelt(name: str) -> list[str]:
    """Return the names that a clone may have: with its path, with hyphens, and its last part."""
    first, _, rest = name.partition("/")
    return [name, name.replace("/", "-"), f"{first}-{rest}" if "/" in rest else rest]


class Fetched:
    """Clones that are fetched one after another, without history, and kept in `cache`.

    What is there stays: a run that was cut off goes on with the next one. `addresses` are those of
    tests.
    """

    def __init__(self, cache: Path = CACHE, addresses: Mapping[str, str] | None = None):
        self._cache, self._addresses = cache, addresses or {}
        self._clones: dict[str, Clone | str] = {}

    def clone(self, name: str) -> Clone:
        """Return the clone of `name`; raises UnansweredError where it cannot be fetched."""
        if name not in self._clones:
            try:
                self._clones[name] = self._get(name)
            except UnansweredError as error:
                self._clones[name] = str(error)
        clone = self._clones[name]
        if isinstance(clone, str):
            raise UnansweredError(clone)
        return clone

    def _get(self, name: str) -> Clone:
        url = self._addresses.get(name) or address(name)
        protocol = url.partition(":")[0]
        folder = self._cache / name.replace("/", "-")
        clone = Clone(name, folder)
        stamp = folder / "fetched"
        if stamp.exists() and time.time() - stamp.stat().st_mtime < FRESH_HOURS * 3600:
            return clone
        print(f"fetching {name} from {url} ...", file=sys.stderr, flush=True)
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        try:
            _fetch(url, part, protocol)
        except UnansweredError:
            if not stamp.exists():
                raise
            print(f"{name} could not be fetched again; the clone at hand is read", file=sys.stderr)
            return clone
        (part / "fetched").touch()
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
        return clone


def _fetch(url: str, folder: Path, protocol: str) -> None:
    """Clone the newest commit at `url`; large files are left where they are."""
    command = ["git", "-c", "http.userAgent=product-analytics-onboarding (make sources)"]
    command += ["clone", "--bare", "--depth=1", "--single-branch", "--no-tags", "--quiet"]
    if sys.stderr.isatty():
        command[-1] = "--progress"
    try:
        done = subprocess.run(
            [*command, f"--filter=blob:limit={LARGEST}", "--", url, str(folder)],
            env={**os.environ, **_ENVIRONMENT, "GIT_ALLOW_PROTOCOL": protocol},
            stdin=subprocess.DEVNULL,
            stderr=None if sys.stderr.isatty() else subprocess.PIPE,
            timeout=_SECONDS * 20,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnansweredError(f"{url} did not come within {_SECONDS * 20 // 60} minutes") from error
    if done.returncode:
        said = (done.stderr or b"").decode(errors="replace").strip().splitlines()
        why = shorten(said[-1]) if said else "see above"
        raise UnansweredError(f"{url} cannot be fetched: {why}; is there a network?")
