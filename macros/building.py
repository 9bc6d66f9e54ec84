"""The guide of this build: the project's facts with the profile that the build uses."""

from __future__ import annotations

from functools import cache

from macros import facts, profile
from macros.rendering import Guide


@cache
def guide_of_build() -> Guide:
    """Return the guide to build the site with; raises GuideErrors for bad facts or profile."""
    known = facts.current()
    reader = profile.of_build(known)
    return Guide(known, reader, slots=True, all_variants=reader.is_sample)
