"""Why a mutant is noticed, or not: which stage was asked what, and what it said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from macros.errors import GuideError, read_text
from tests.tools.mutants.corpus import Mutant
from tests.tools.mutants.judging import Trial, asked


def called(key: str, known: list[Mutant]) -> Mutant:
    """Return the mutant with this `key`; raises GuideError, with near keys, where there is none."""
    by_key = {mutant.key: mutant for mutant in known}
    if key not in by_key:
        near = [each for each in by_key if key and key in each] or _close(key, by_key)
        hint = "near are:" if near else "make mutants PART=... prints those that nobody notices"
        raise GuideError("\n  ".join([f"no mutant is called {key!r}; {hint}", *near[:5]]))
    return by_key[key]


def _close(key: str, known: Iterable[str]) -> list[str]:
    """Return those of `known` that are written like `key`: of the same file, where it is one."""
    file = key.split(": ", maxsplit=1)[0]
    return get_close_matches(key, [k for k in known if k.startswith(f"{file}: ")] or known, n=5)


def told(mutant: Mutant, trial: Trial, excuse: str | None) -> Iterator[str]:
    """Yield lines: the change, then of each stage what it said, and what it was asked.

    `excuse` is the reason for which the mutant is declared equivalent.
    """
    yield mutant.diff(read_text(mutant.path))
    said = {each.stage: each for each in trial.said}
    for stage in asked(mutant):
        yield ""
        if stage.name not in said:
            yield f"{stage.name}: not asked, as it was noticed before"
            continue
        answer = said[stage.name]
        age = ", kept from an earlier run" if answer.kept else ""
        yield f"{stage.name}: {answer.verdict.killer or 'notices nothing'}{age}"
        yield from (f"  {each}" for each in answer.verdict.asked or ["there was nothing to ask"])
    if not trial.killer:
        yield f"\nNobody notices{f', and it is declared equivalent: {excuse}' if excuse else '.'}"
