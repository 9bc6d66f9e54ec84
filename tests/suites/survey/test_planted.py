"""One thing is changed in the lab, and the survey says so of that fact alone."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import cast

import pytest

from macros.facts import KINDS, current
from macros.surveyed import PLACES, declared, everything
from tests.actors.insider import Insider, inside
from tests.guide.profiles import readers
from tests.suites.survey.plants import LASTING, PLANTS, Plant

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_change_is_told_by_the_right_name_and_no_other(insider: Insider, plant: Plant) -> None:
    _told(insider, plant)


@pytest.mark.parametrize("plant", LASTING, ids=lambda plant: plant.name)
def test_what_cannot_be_undone_is_told_as_well(plant: Plant) -> None:
    with inside(readers()["sample"]) as someone:
        _told(someone, plant)


def _told(insider: Insider, plant: Plant) -> None:
    with cast(AbstractContextManager[None], plant.made(insider)):
        found = insider.records(plant.place, plant.tables)
    wrong = {key: r.verdict for key, r in found.items() if r.verdict not in ("holds", "not asked")}
    assert wrong == plant.wanted


def test_every_kind_is_changed() -> None:
    """Links and tools are asked by `make links`, whose tests have servers of their own."""
    asked = {ask.kind for ask in everything(current())}
    changed = {key.split()[0] for plant in PLANTS + LASTING for key in plant.wanted}
    assert changed == asked - {"links", "tools"} and asked <= set(KINDS)


def test_every_sort_of_probe_is_changed() -> None:
    """Ports and banners can but be silent: that is in test_silence.py."""
    told = {key for plant in PLANTS + LASTING for key in plant.wanted}
    changed = {
        ask.probe.partition(":")[0]
        for ask in everything(current())
        if f"{ask.kind} {ask.key}" in told
    }
    every = {probe for place in PLACES for probe in declared(current(), place).probes}
    assert every - changed == _UNCHANGED


#: What nothing changes, or only with all that is asked: by the tests of silence, or of the form.
_UNCHANGED = {"port", "listens", "readable", "iceberg", "wmfdata-module", "banner", "published", "own-list"}  # fmt: skip # noqa: E501
