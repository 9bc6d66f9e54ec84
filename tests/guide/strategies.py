"""Any profile: strategies for what readers may give.

Apart from the readers by name: what needs only those starts without Hypothesis.
"""

from __future__ import annotations

import re
import string

from hypothesis import strategies as st

from macros import profile
from macros.errors import GuideErrors
from macros.facts import current

#: Names in several scripts, for fields whose patterns know of scripts.
_NAMES = ["Jane Doe", "Zoë Đặng’s", "王 小明", "A. B-C", "محمد علي", "d’Arc", "Ø", "Nikē Π. Σ"]
_LOWER, _DIGITS, _LETTERS = string.ascii_lowercase, string.digits, string.ascii_letters


def _word(first: str, rest: str, most: int) -> st.SearchStrategy[str]:
    """Return a strategy for words of at most that many letters.

    They are drawn all at once: one by one, as from a pattern, takes several times as long.
    """
    return st.builds(str.__add__, st.sampled_from(first), st.text(rest, max_size=most - 1))


_KEY = _word(_LETTERS, _LETTERS + _DIGITS + "._-", 31)
_LABEL = _word(_LETTERS + _DIGITS, _LETTERS + _DIGITS + "-", 63)
#: All that the patterns of these fields let through, and little else; others are drawn from theirs.
_WORDS = {
    "shell_name": _word(_LOWER, _LOWER + _DIGITS + "-", 31),
    "email": st.builds(
        "{}@{}.{}".format,
        _word(_LETTERS + _DIGITS, _LETTERS + _DIGITS + "._+-", 64),
        st.lists(_LABEL, min_size=1).map(".".join),
        st.text(_LETTERS, min_size=2, max_size=24),
    ),
    "github_name": _word(_LETTERS + _DIGITS, _LETTERS + _DIGITS + "-", 39),
    "production_key": _KEY,
    "cloud_key": _KEY,
    "gerrit_key": _KEY,
}


def profiles(complete: bool = True) -> st.SearchStrategy[dict[str, str]]:
    """Return a strategy for what a reader gives: all values of a profile, or only some of them."""
    values = {
        name: st.sampled_from(sorted(field.choices))
        if field.choices
        else st.sampled_from(_NAMES)
        if r"\p" in field.pattern
        else _WORDS.get(name, st.from_regex(field.pattern, fullmatch=True)).filter(
            re.compile(field.pattern).fullmatch
        )
        for name, field in profile.fields(current()).items()
    }
    whole = st.fixed_dictionaries(values)
    partly = st.fixed_dictionaries(dict[str, st.SearchStrategy[str]](), optional=values)
    return (whole if complete else partly).filter(_is_accepted)


def _is_accepted(values: dict[str, str]) -> bool:
    try:
        profile.build(values, current())
    except GuideErrors:
        return False
    return True
