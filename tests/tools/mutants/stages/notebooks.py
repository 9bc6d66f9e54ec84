"""Tries mutants of cells and R scripts: each is run on the stat host, as a notebook runs it."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache

from _pytest.outcomes import Failed

from tests.actors import desk
from tests.actors.outputs import Outputs
from tests.environments.lab import jupyter
from tests.environments.lab.lab import Lab
from tests.guide import profiles
from tests.guide.reading import Block
from tests.suites.notebooks import test_notebooks
from tests.tools.mutants.corpus import Mutant
from tests.tools.mutants.planting import pairs
from tests.tools.mutants.protocol import Verdict, answer

#: The folder that the first cell makes.
_SAVED = "access_method_share"
_begun = ExitStack()


def verdict(mutant: Mutant) -> Verdict:
    """Return which cell or script that `mutant` changes shows something else than recorded."""
    for old, new in pairs(mutant):
        if old.place == "notebook" and _fails(new):
            if _fails(old):
                raise RuntimeError(f"without the mutant, {old.where()} fails")
            return Verdict(f"tests/suites/notebooks/test_notebooks.py::{new.id}")
    return Verdict("")


def _fails(block: Block) -> bool:
    try:
        _test(block)
    except (Failed, Exception):  # whatever a test says: it is asked without the mutant, too
        return True
    return False


def _test(block: Block) -> None:
    """Run `block` in a notebook, or as a script, by the notebooks' own tests."""
    lab = _lab()
    if block.language == "r":
        test_notebooks.test_r(block, lab, recording=False)
    elif "datetime.now()" in block.text:
        test_notebooks.test_a_cell_that_asks_for_the_last_days(block, lab)
    else:
        _test_cell(block, lab)


def _test_cell(block: Block, lab: Lab) -> None:
    """Run the cell after those of its page before it, where there is nothing of an earlier run."""
    desk.on_stat(lab, f"rm -rf ~/{_SAVED}")
    before = [b for b in test_notebooks.STILL if b.page == block.page and b.start < block.start]
    cells = [desk.text(lab, each) for each in [*before, block]]
    outputs: dict[str, Outputs] = {test_notebooks.name(block): jupyter.run_notebook(lab, cells)[-1]}
    test_notebooks.test_cell(block, outputs, recording=False)
    if block.snippet == "notebook/first_query":
        test_notebooks.test_the_first_cell_saves_a_file(lab, outputs)


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
