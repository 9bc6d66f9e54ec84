"""Tries mutants of cells and R scripts: each is run on the stat host, as a notebook runs it."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache

from tests.actors import cells, desk
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import jupyter
from tests.guide import profiles
from tests.guide.reading import Block
from tests.tools.mutants.corpus import Mutant
from tests.tools.mutants.planting import pairs
from tests.tools.mutants.protocol import Verdict, answer

_begun = ExitStack()


def verdict(mutant: Mutant) -> Verdict:
    """Return which cell or script that `mutant` changes shows something else than recorded."""
    cells_of = [(old, new) for old, new in pairs(mutant) if old.place == "notebook"]
    return Verdict.first(_answer(old, new) for old, new in cells_of)


def _answer(old: Block, new: Block) -> tuple[str, str]:
    test = f"tests/suites/notebooks/test_notebooks.py::{new.id}"
    fails = _fails(new)
    if fails and _fails(old):
        raise RuntimeError(f"without the mutant, {old.where()} fails")
    return test, test if fails else ""


def _fails(block: Block) -> bool:
    try:
        return _wrong(block) is not None
    except Exception:  # whatever goes wrong: it is asked without the mutant, too
        return True


def _wrong(block: Block) -> str | None:
    """Run `block` in a notebook, or as a script; return what is wrong with what is seen."""
    if block.language == "r":
        return cells.wrong_script(block, _lab())
    if "datetime.now()" in block.text:
        return cells.wrong_moving_cell(block, _lab())
    return _wrong_cell(block, _lab())


def _wrong_cell(block: Block, lab: Lab) -> str | None:
    """Run the cell after those of its page before it, where there is nothing of an earlier run."""
    desk.on_stat(lab, f"rm -rf ~/{cells.SAVED}")
    before = [b for b in cells.STILL if b.page == block.page and b.start < block.start]
    outputs = jupyter.run_notebook(lab, [desk.text(lab, each) for each in [*before, block]])[-1]
    found = cells.wrong_cell(block, outputs)
    if not found and block.snippet == "notebook/first_query":
        return cells.wrong_file(lab)
    return found


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
