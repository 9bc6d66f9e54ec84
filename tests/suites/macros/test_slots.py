"""Slots print, and refuse everything else."""

from __future__ import annotations

from collections.abc import Callable

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.slots import NeedsVariants, Slot, SlotMisuse, fill, token, token_name

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,30}", fullmatch=True)


@given(NAMES)
@settings(max_examples=50)
def test_a_token_says_its_name_and_is_one_word_of_letters(name: str) -> None:
    assert token(name).isalpha()
    assert token_name(token(name)[3:-3]) == name


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True))
@settings(max_examples=50)
def test_adjacent_tokens_are_told_apart(names: list[str]) -> None:
    text = "".join(token(name) for name in names)
    assert fill(text, {name: f"<{name}>" for name in names}) == "".join(f"<{n}>" for n in names)


@pytest.mark.parametrize(
    "use",
    [
        "{% if slot %}x{% endif %}",
        "{{ slot == 'x' }}",
        "{{ slot != 'x' }}",
        "{{ slot < 'x' }}",
        "{{ slot|length }}",
        "{{ slot|upper }}",
        "{{ slot|replace('a', 'b') }}",
        "{{ slot ~ 1 }}",
        "{{ slot + 'x' }}",
        "{{ 'x' + slot }}",
        "{{ slot * 2 }}",
        "{{ slot[0] }}",
        "{{ slot.upper() }}",
        "{{ slot() }}",
        "{{ 'x' in slot }}",
        "{% for c in slot %}x{% endfor %}",
        "{{ '{}'.format(slot) }}",
    ],
)
def test_computing_with_a_slot_is_refused(use: str) -> None:
    template = jinja2.Environment(autoescape=False).from_string(use)  # noqa: S701
    with pytest.raises(SlotMisuse, match="shell_name"):
        template.render(slot=Slot("shell_name"))
    with pytest.raises(NeedsVariants, match="kind"):
        template.render(slot=Slot("kind", choice="kind"))


def test_a_slot_has_no_hidden_way_to_its_value() -> None:
    slot = Slot("shell_name")
    refused: list[Callable[[], object]] = [
        lambda: hash(slot),
        lambda: repr(slot),
        lambda: len(slot),
    ]
    for use in refused:
        with pytest.raises((SlotMisuse, TypeError)):
            use()
