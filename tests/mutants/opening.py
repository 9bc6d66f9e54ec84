"""Tries mutants of cells and R scripts: each is run on the stat host, as a notebook runs it."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache

from _pytest.outcomes import Failed

from macros.errors import GuideError
from tests import profiles
from tests.lab import jupyter
from tests.lab.lab import Lab
from tests.mutants.answering import Verdict, answer
from tests.mutants.corpus import Mutant
from tests.mutants.planting import changed, planted
from tests.notebooks import desk, test_notebooks
from tests.reading import Block

_begun = ExitStack()


def verdict(mutant: Mutant) -> Verdict:
    """Return which cell or script that `mutant` changes shows something else than recorded."""
    with planted(mutant):
        try:
            pairs = changed(mutant).changed
        except GuideError as error:
            return Verdict(f"rendering: {error}")
    for old, new in pairs:
        if old.place == "notebook" and _fails(new):
            if _fails(old):
                raise RuntimeError(f"without the mutant, {old.where()} fails")
            return Verdict(f"tests/notebooks/test_notebooks.py::{new.id}")
    return Verdict("")


def _fails(block: Block) -> bool:
    try:
        _test(block)
    except (Failed, AssertionError, RuntimeError):
        return True
    return False


def _test(block: Block) -> None:
    """Run `block` in a notebook of its own, or its script, by the notebooks' own tests."""
    lab = _lab()
    if block.language == "r":
        test_notebooks.test_r(block, lab, recording=False)
    elif "datetime.now()" in block.text:
        test_notebooks.test_a_cell_that_asks_for_the_last_days(block, lab)
    else:
        outputs = jupyter.run_notebook(lab, [desk.text(lab, block)])
        name = test_notebooks.name(block)
        test_notebooks.test_cell(block, {name: outputs[0]}, recording=False)
        if name == "notebook/first_query":
            test_notebooks.test_the_first_cell_saves_a_file(lab, {name: outputs[0]})


@cache
def _lab() -> Lab:
    lab = desk.begin(profiles.readers()["sample"])
    _begun.callback(lab.end)
    _begun.enter_context(desk.tunnel(lab))
    desk.get_ticket(lab)
    return lab


if __name__ == "__main__":
    with _begun:
        answer(verdict)
