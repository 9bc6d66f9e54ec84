"""Serves the guide and says of each page that is saved whether it works.

Usage: python -m tests.tools.preview HOST:PORT. With LAB in the environment, the steps of a page
that was saved are done in a lab as well, which stays up.
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mkdocs.config import load_config
from mkdocs.livereload import LiveReloadServer

from macros import settings, whole
from macros.errors import ROOT, shown
from tests.environments import scratch
from tests.environments.built_site import Site
from tests.tools.preview.asked import Asked
from tests.tools.preview.partial import PartialBuilds
from tests.tools.preview.saved import Saved, are_read_anew, only_text
from tests.tools.preview.server import with_verdicts
from tests.tools.preview.verdicts import Shown, Verdict, Verdicts
from tests.tools.session import telling
from tests.tools.session.telling import Fault

#: What pages are made of, and what they are held against.
_WATCHED = ["docs", "macros", "snippets", "mkdocs.yml", "profile.yml", "tests/checks"]
#: Seconds between two looks at the files.
_POLLING = 0.2
#: That many pages are named in a line.
_NAMED = 3


class Preview:
    """Builds what is saved, and has it checked."""

    def __init__(self, folder: Path, watched: list[Path]):
        self.builds, self.saved = PartialBuilds(folder), Saved(watched)
        self.verdicts, self.asked = Verdicts(), Asked(self.hear, "asking")
        self.lab = Asked(self.hear_lab, "lab") if os.environ.get("LAB") else None
        #: What each page showed when all was known of it.
        self.known: dict[str, str] = {}
        #: Of the last build what pages show; of the last question its pages, and what failed.
        self.shown: dict[str, str] = {}
        self.pages: list[str] = []
        self.faults = 0
        self.begun = time.monotonic()

    def begin(self) -> None:
        """Build all, and load what will be asked."""
        self._build([])
        self.known = self.builds.pages()
        for asked in self._all_asked():
            asked.start()
        for remark in Site(self.builds.folder, 0, self.builds.log).remarks():
            print(remark, flush=True)

    def build(self) -> None:
        """Build what was saved since the last time; never raises, so that the server lives on."""
        files = self.saved.since()
        if not files:
            return
        self.begun = time.monotonic()
        for asked in self._all_asked():
            asked.take_in(files)
            if not are_read_anew(files, self.builds.before):
                asked.start()
        if self._build(files):
            print(f"{_listed(files)}: built in {self._seconds():.1f} s", flush=True)
            self._ask(files)

    def _build(self, files: list[str]) -> bool:
        """Build; return whether the guide can be read, and show what is wrong if it cannot."""
        try:
            settings.check()
            self.builds.build(whole=not only_text(files))
            faults = telling.told(self.builds.log) or self._of_nav()
        except (Exception, SystemExit) as error:
            faults = telling.told(str(error)) or [Fault("mkdocs.yml", 1, str(error).split("\n")[0])]
        if faults:
            everywhere = [Shown(fault) for fault in faults]
            self.verdicts.of_guide = Verdict("fails", seconds=self._seconds(), faults=everywhere)
            print(*faults, sep="\n", flush=True)
            print("Nothing is checked until this is mended.", flush=True)
        return not faults

    def _of_nav(self) -> list[Fault]:
        """Return what the list of pages has that is none."""
        remarks = Site(self.builds.folder, 0, self.builds.log).remarks()
        return telling.told("\n".join(r for r in remarks if r.startswith(shown(settings.FILE))))

    def _ask(self, files: list[str]) -> None:
        """Have those pages checked that were saved, or show something else than when they were."""
        self.shown, self.faults = self.builds.pages(), 0
        pages = {page for page, shown in self.shown.items() if shown != self.known.get(page)}
        pages |= {file.removeprefix("docs/") for file in files} | self.verdicts.pages("checking")
        if not all(file.startswith("docs/") for file in files):
            pages |= self.verdicts.pages("fails")  # what was wrong may have been elsewhere
        self.pages = sorted((pages & self.shown.keys()) - {whole.PAGE}) or self.pages
        self.verdicts.begin(self.pages)
        site, log = str(self.builds.folder), self.builds.log
        self.asked.ask(pages=self.pages, saved=files, site=site, log=log)
        if self.lab:
            self.verdicts.tell_lab(self.pages, "in the lab …")
            self.lab.ask(pages=self.pages)

    def _all_asked(self) -> list[Asked]:
        return [self.asked, *([self.lab] if self.lab else [])]

    def end(self) -> None:
        """End all that was begun."""
        for asked in self._all_asked():
            asked.end()

    def hear_lab(self, answer: dict[str, Any]) -> None:
        """Show a fault of a step, or how many were done."""
        if "fault" in answer:
            self._show(answer)
            return
        said = f"{answer['steps']} steps done in the lab, {self._seconds():.1f} s"
        self.verdicts.tell_lab(self.pages, said)
        print(f"{_listed([f'docs/{page}' for page in self.pages])}: {said}", flush=True)

    def hear(self, answer: dict[str, Any]) -> None:
        """Show a fault, or the end; a fault without pages is of all that were asked for."""
        if "fault" in answer:
            self.faults += 1
            self._show(answer)
            return
        seconds = self._seconds()
        self.verdicts.end(self.pages, answer["checks"], answer["skipped"], seconds)
        self.known |= {page: shown for page, shown in self.shown.items() if page in self.pages}
        state = f"{self.faults} failed" if self.faults else "works"
        skipped = f", {answer['skipped']} cannot be run here" if answer["skipped"] else ""
        pages = _listed([f"docs/{page}" for page in self.pages]) or "the guide"
        print(f"{pages}: {state} ({answer['checks']} checks{skipped}, {seconds:.1f} s)", flush=True)

    def _show(self, answer: dict[str, Any]) -> None:
        fault = Fault(**answer["fault"])
        print(fault, flush=True)
        for page, block in (answer["pages"] or dict.fromkeys(self.pages)).items():
            self.verdicts.add(page, Shown(fault, block))

    def _seconds(self) -> float:
        return time.monotonic() - self.begun


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


class _Server(LiveReloadServer):
    """Looks first at what was saved before it watched."""

    def _build_loop(self) -> None:
        self._want_rebuild = True
        super()._build_loop()  # type: ignore[no-untyped-call]


def main(address: str) -> int:
    """Serve the guide at `address`, as HOST:PORT, until it is ended."""
    host, _, port = address.rpartition(":")
    profile = os.environ.get("GUIDE_PROFILE")
    watched = [ROOT / name for name in _WATCHED] + ([Path(profile)] if profile else [])
    watched = [path for path in watched if path.exists()]
    with scratch.folder() as folder:
        preview = Preview(folder, watched)
        preview.begin()
        mount = urlsplit(load_config(str(ROOT / "mkdocs.yml")).site_url or "/").path
        server = _Server(
            preview.build, host, int(port), str(folder), mount, polling_interval=_POLLING
        )

        def verdict_at(path: str) -> Verdict | None:
            return preview.verdicts.at(path.removeprefix(mount))

        server.error_handler = partial(_page_of, folder)
        server.set_app(with_verdicts(server.serve_request, verdict_at))
        for path in watched:
            server.watch(str(path))
        print(f"The guide is at {server.url}. Save a page, and it is checked.", flush=True)
        try:
            server.serve()  # type: ignore[no-untyped-call]
        except KeyboardInterrupt:
            pass
        finally:
            preview.end()
            server.shutdown()
    return 0


def _page_of(folder: Path, code: int) -> bytes | None:
    """Return the site's own page for an error, if it has one."""
    page = folder / f"{code}.html"
    return page.read_bytes() if page.is_file() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
