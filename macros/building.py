"""The guide of this build: the project's facts with the profile that the build uses."""

from __future__ import annotations

from functools import cache

from macros import checklist, facts, profile
from macros.errors import ROOT
from macros.rendering import Guide
from macros.vocabulary import vocabulary


@cache
def guide_of_build() -> Guide:
    """Return the guide to build the site with; raises GuideErrors for bad facts or profile."""
    known = facts.current()
    reader = profile.of_build(known, lambda: checklist.tasks(known))
    return Guide(known, reader, vocabulary)


def is_stale() -> bool:
    """Return whether a file that the guide was made from has changed since."""
    return _state() != _STATE


def _state() -> dict[str, int]:
    made_from = [ROOT / "profile.yml", *ROOT.glob("macros/**/*"), *ROOT.glob("snippets/**/*")]
    return {
        str(path): path.stat().st_mtime_ns
        for path in made_from
        if path.is_file() and path.suffix != ".pyc"
    }


_STATE = _state()
