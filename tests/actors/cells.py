"""Cells and scripts of the guide, run on the stat host by a reader: what is seen is recorded."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.actors import desk
from tests.actors.outputs import CellError, Outputs, seen
from tests.checks.recorded import RESULTS, difference
from tests.checks.replica_queries import WIKI
from tests.environments.lab import replica_rows
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import jupyter, replicas
from tests.guide import reading
from tests.guide.reading import Block

BLOCKS = [block for block in reading.all_blocks() if block.place == "notebook"]
CELLS = [block for block in BLOCKS if block.language == "python"]
SCRIPTS = [block for block in BLOCKS if block.language == "r"]
#: These ask for the days before the present: what they give is another thing each day.
MOVING = [block for block in CELLS if "datetime.now()" in block.text]
STILL = [block for block in CELLS if block not in MOVING]
#: The folder that the first cell of the guide makes.
SAVED = "access_method_share"


def name(block: Block) -> str:
    """Return the name of the block's snippet, or its page and id."""
    page = block.page.relative_to(reading.DOCS).with_suffix("").as_posix()
    return block.snippet or f"{page}/{block.id}"


def wrong_cell(block: Block, outputs: Outputs, recording: bool = False) -> str | None:
    """Return what is wrong with the `outputs` of a cell, with file and line; None if nothing is.

    With `recording`, they are written down instead of compared. So it is with the others here.
    """
    try:
        return _differs(block, seen(outputs), recording)
    except CellError as error:
        return f"{block.where(error.line)}: {error}"


def wrong_script(block: Block, lab: Lab, recording: bool = False) -> str | None:
    """Run a script of R; return what is wrong with what it prints."""
    done = desk.on_stat(lab, "cat > script.R && Rscript script.R", desk.text(lab, block))
    if done.code:
        return f"{block.where()}: R: {done.err.strip()}"
    return _differs(block, done.out, recording)


def wrong_moving_cell(block: Block, lab: Lab) -> str | None:
    """Run a cell that asks for the last week; return what is wrong with its answer."""
    # As if a moment ago: else an edit is at the very second where the week begins.
    before = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(seconds=1)
    recent = replica_rows.recent(WIKI, before)
    replicas.add_recent(lab, WIKI, before)
    try:
        answer = seen(jupyter.execute(lab, desk.text(lab, block)))
    except CellError as error:
        return f"{block.where(error.line)}: {error}"
    finally:
        replicas.remove_recent(lab, WIKI)
    after = datetime.now(UTC).replace(tzinfo=None)
    week = timedelta(days=7)
    right = [_remarkup(_edits_by_tag(recent, since - week)) for since in (before, after)]
    if answer not in right:
        return f"{block.where()}: {answer}"
    missed = len(answer.splitlines()) != 5
    return f"{block.where()}: a tag has no edit: {answer}" if missed else None


def _edits_by_tag(recent: replica_rows.Rows, since: datetime) -> dict[str, int]:
    """Count what the page's cell asks for, in the rows of the lab."""
    rows = replica_rows.rows(WIKI)
    names = {row["ctd_id"]: row["ctd_name"] for row in rows["change_tag_def"]}
    first = replica_rows.mediawiki_time(since)
    revisions = {
        row["rev_id"]
        for row in [*rows["revision"], *recent["revision"]]
        if str(row["rev_timestamp"]) >= first
    }
    counts = dict.fromkeys(("mobile app edit", "mobile edit", "visualeditor"), 0)
    for row in [*rows["change_tag"], *recent["change_tag"]]:
        name = str(names[row["ct_tag_id"]])
        if name in counts and row["ct_rev_id"] in revisions:
            counts[name] += 1
    return counts


def _remarkup(counts: dict[str, int]) -> str:
    rows = [f"| {tag} | {count}\n" for tag, count in counts.items()]
    return "".join(["| tag | edits\n", "| ----- | -----\n", *rows])


def wrong_file(lab: Lab) -> str | None:
    """Return what is wrong with the file that the first cell saves: a day each, shares of one."""
    home = lab.stat.home(lab.reader.values["shell_name"])
    with (home / SAVED / "2026-10.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if [int(row["day"]) for row in rows] != list(range(1, 32)):
        return f"the file has other days than October's: {rows}"
    for row in rows:
        shares = [float(share) for column, share in row.items() if column != "day"]
        if abs(sum(shares) - 1) > 1e-6:
            return f"the shares of a day do not add up to one: {row}"
    return None


def recorded(block: Block) -> Path:
    """Return the file with what is seen below `block`."""
    return RESULTS / f"{name(block)}.txt"


def _differs(block: Block, answer: str, recording: bool) -> str | None:
    """Compare what was seen with what is recorded, or record it; where nothing is seen, no file."""
    file = recorded(block)
    if not (answer or file.is_file()):
        return None
    again = f".venv/bin/pytest tests/suites/notebooks -k {name(block)} --record"
    differs = difference(file, answer, recording, again)
    return f"{block.where()}: {differs}" if differs else None
