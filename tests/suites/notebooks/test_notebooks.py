"""Every cell and every R script of the guide, run on the stat host: what is seen is recorded."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from macros.facts import current
from tests.actors import cells, desk
from tests.actors.cells import CELLS, MOVING, SCRIPTS, STILL, name
from tests.actors.outputs import CellError, Outputs, seen
from tests.checks.replica_queries import WIKI
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import jupyter, web
from tests.evidence import notes, versions
from tests.guide.reading import Block

pytestmark = pytest.mark.slow

VALUES = current().values
#: What wants a ticket.
_LAKE = re.compile(r"\b(?:presto|hive|spark)\.(?:run|create_session)\(|\bquery_hive\(")
#: A cell of our own, after those of the pages: which session is left?
_LEFT = "from wmfdata import spark\nspark.get_active_session() is None"
_WRONG = "SELECT nothing FROM wmf.projectview_hourly WHERE year = 2026"
#: Cells of our own that an engine refuses, and its words.
_REFUSED = {
    f'from wmfdata import hive\nhive.run("{_WRONG}")': "HiveError: .*UNRESOLVED_COLUMN",
    f'from wmfdata import presto\npresto.run("{_WRONG}")': 'PrestoError: .*"nothing" not found',
    f'from wmfdata import mariadb\nmariadb.run("SELECT nothing FROM page", "{WIKI}")': (  # noqa: S608
        "OperationalError: .*Unknown column 'nothing'"
    ),
}


def _each(blocks: list[Block]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("block", blocks, ids=name)


def _note(block: Block) -> None:
    """Note that a cell runs, and by what its queries are answered where that is no Presto."""
    programs = ["JupyterLab", *(["Presto"] if "presto.run(" in block.text else [])]
    notes.note(block, "lab", *map(versions.named, programs))


@pytest.fixture(scope="module", autouse=True)
def tunnel(lab: Lab) -> Iterator[None]:
    """Have the tunnel open all the time."""
    with desk.tunnel(lab):
        yield


@pytest.fixture
def ticket(lab: Lab) -> Iterator[None]:
    """Have a ticket."""
    desk.get_ticket(lab)
    yield
    desk.drop_ticket(lab)


@pytest.fixture(scope="module")
def notebooks(lab: Lab) -> dict[str, Outputs]:
    """Run the cells of each page, in order, in a notebook: their outputs by the block's name.

    Our own cells follow in the last one, where Java is up; their outputs are found by their text.
    """
    desk.get_ticket(lab)
    pages = {block.page: dict[str, str]() for block in STILL}
    for block in STILL:
        pages[block.page][name(block)] = desk.text(lab, block)
    pages[STILL[-1].page] |= {cell: cell for cell in (_LEFT, *_REFUSED)}
    found: dict[str, Outputs] = {}
    for texts in pages.values():
        answers = jupyter.run_notebook(lab, list(texts.values()))
        found |= dict(zip(texts, answers, strict=True))
    desk.drop_ticket(lab)
    return found


@_each(STILL)
def test_cell(block: Block, notebooks: dict[str, Outputs], recording: bool) -> None:
    _note(block)
    if problem := cells.wrong_cell(block, notebooks[name(block)], recording):
        pytest.fail(problem, pytrace=False)


@pytest.mark.usefixtures("ticket")
@_each(SCRIPTS)
def test_r(block: Block, lab: Lab, recording: bool) -> None:
    notes.note(block, "lab", versions.named("R"))
    if problem := cells.wrong_script(block, lab, recording):
        pytest.fail(problem, pytrace=False)


def test_another_password_is_refused(lab: Lab) -> None:
    with pytest.raises(RuntimeError, match="the login is refused"):
        jupyter.execute(lab, "1", "another password")


def test_a_notebook_runs_at_home_and_reaches_the_internet(lab: Lab) -> None:
    """In an environment as of a login shell, with the proxy set."""
    lab.need("web", "proxy")
    github = f"https://{current().hosts['github'].host}/{web.public_repository()}"
    asked = ["!hostname -f; pwd; type hdfs; echo $no_proxy", f"!git ls-remote {github} main"]
    said, fetched, failed = jupyter.run_notebook(lab, [*asked, "import nothing_of_that_name"])
    hostname, folder, program, no_proxy = seen(said).replace("\r", "").splitlines()
    assert hostname == lab.stat.hostname
    assert folder == f"/home/{lab.reader.values['shell_name']}"
    assert program.startswith("hdfs is ")
    assert no_proxy.endswith(",.wmnet")
    assert "refs/heads/main" in seen(fetched)
    assert failed[0]["ename"] == "ModuleNotFoundError"


def test_a_session_ends_when_it_is_stopped(notebooks: dict[str, Outputs]) -> None:
    assert seen(notebooks[_LEFT]) == "True\n"


def test_the_first_cell_saves_a_file(lab: Lab, notebooks: dict[str, Outputs]) -> None:
    assert not any(output["output_type"] == "error" for output in notebooks["notebook/first_query"])
    problem = cells.wrong_file(lab)
    assert problem is None, problem


@_each(MOVING)
def test_a_cell_that_asks_for_the_last_days(block: Block, lab: Lab) -> None:
    _note(block)
    if problem := cells.wrong_moving_cell(block, lab):
        pytest.fail(problem, pytrace=False)


# -- refusals --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def refusals(lab: Lab) -> dict[str, Outputs]:
    """Run every cell that wants a ticket without one: their outputs by the block's name."""
    desk.drop_ticket(lab)
    blocks = [block for block in CELLS if _LAKE.search(block.text)]
    answers = jupyter.run_notebook(lab, [desk.text(lab, block) for block in blocks])
    return dict(zip(map(name, blocks), answers, strict=True))


@_each([block for block in CELLS if _LAKE.search(block.text)])
def test_without_a_ticket_the_error_names_kinit(block: Block, refusals: dict[str, Outputs]) -> None:
    with pytest.raises(CellError, match=r"OSError: .*kinit") as refused:
        seen(refusals[name(block)])
    asked = block.text.split("\n")[refused.value.line - 1]
    assert _LAKE.search(asked), f"{block.where(refused.value.line)}: {refused.value}"


@_each([block for block in SCRIPTS if _LAKE.search(block.text)])
def test_without_a_ticket_r_names_kinit(block: Block, lab: Lab) -> None:
    desk.drop_ticket(lab)
    done = desk.on_stat(lab, "cat > script.R && Rscript script.R", desk.text(lab, block))
    assert (done.code, done.out) == (1, "")
    assert "authenticate with Kerberos using kinit" in done.err
    assert "Unable to instantiate" in done.err  # all that `hive -S` says of it


@pytest.mark.parametrize(("cell", "words"), _REFUSED.items(), ids=["hive", "presto", "mariadb"])
def test_what_an_engine_refuses_comes_in_its_own_words(
    cell: str, words: str, notebooks: dict[str, Outputs]
) -> None:
    with pytest.raises(CellError, match=words) as refused:
        seen(notebooks[cell])
    assert "\tat " not in str(refused.value)


# -- the stand-ins ---------------------------------------------------------------------------

_ABOUT = """
import inspect, json, wmfdata
from importlib import import_module
signatures = {}
for name in %r:
    module, function = name.rsplit(".", 1)
    parameters = inspect.signature(getattr(import_module(module), function)).parameters.values()
    signatures[name] = [
        [each.name, None if each.default is each.empty else repr(each.default)]
        for each in parameters
    ]
print(json.dumps([wmfdata.__doc__, wmfdata.__version__, dir(wmfdata.utils), signatures]))
"""


def test_the_stand_in_for_python_is_what_the_facts_say(lab: Lab) -> None:
    """It is found by the Python of the base environment, too."""
    facts = [v for n, v in VALUES.items() if n.startswith("wmfdata_") and v.status != "retired"]
    expected = dict(_signature(str(v.value)) for v in facts if "wmfdata." in str(v.value))
    activate = f"source {VALUES['conda_activate'].value}"
    done = desk.on_stat(lab, f"{activate} && python", _ABOUT % list(expected))
    assert done.code == 0, done.err
    said, version, members, signatures = json.loads(done.out)
    assert said.startswith("Stands in for wmfdata-python")
    assert version == VALUES["wmfdata_python_version"].value
    assert set(str(VALUES["wmfdata_utils"].value).split(", ")) <= set(members)
    assert signatures == expected


def _signature(fact: str) -> tuple[str, list[list[Any]]]:
    """Return the name and the parameters of a function, as a fact writes its call."""
    call = ast.parse(fact, mode="eval").body
    assert isinstance(call, ast.Call)
    parameters: list[list[Any]] = [[ast.unparse(each), None] for each in call.args]
    parameters += [[each.arg, ast.unparse(each.value)] for each in call.keywords]
    return ast.unparse(call.func), parameters


def test_a_real_package_comes_before_the_stand_in(lab: Lab) -> None:
    clone, activate = VALUES["conda_clone"].value, VALUES["conda_activate"].value
    done = desk.on_stat(
        lab,
        f"""set -e
        {clone} real > /dev/null && source {activate} real
        python -c "import wmfdata; print(wmfdata.__doc__)"
        packages=$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
        echo '"The real one."' > "$packages/wmfdata.py"
        python -c "import wmfdata; print(wmfdata.__doc__)"
        """,
    )
    assert done.code == 0, done.err
    assert done.out.startswith("Stands in for wmfdata-python")
    assert done.out.endswith("The real one.\n")


def test_the_stand_in_for_r_is_what_the_facts_say(lab: Lab) -> None:
    ask = 'library(wmfdata); packageVersion("wmfdata"); packageDescription("wmfdata")$Title'
    done = desk.on_stat(lab, f"Rscript -e '{ask}; ls(\"package:wmfdata\"); args(query_hive)'")
    assert done.code == 0, done.err
    assert f"‘{VALUES['wmfdata_r_version'].value}’" in done.out
    assert "Stands in for wmfdata-r" in done.out
    functions = str(VALUES["wmfdata_r_functions"].value).split(", ")
    assert set(re.findall(r'"(\w+)"', done.out)) <= set(functions)
    names = re.findall(r"(\w+)(?=[,=)])", str(VALUES["wmfdata_r_query_hive"].value))
    assert [name for name in names if f"{name} =" not in done.out] == ["query", "1024", "FALSE"]
