"""The guide's queries of the replicas, run on MariaDB by analytics-mysql on the stat host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlglot

from macros.errors import shown
from macros.facts import current
from tests.actors.replica_queries import COMMAND, NOW, READER, WIKI, Query, queries, run_cell, wikis
from tests.checks.recorded import RESULTS, difference
from tests.environments.lab import lab as labs
from tests.environments.lab import replica_rows, replicas, wmfdata
from tests.environments.lab.host import after_login, quoted
from tests.environments.lab.lab import Lab, Result
from tests.evidence import notes, versions
from tests.guide import reading
from tests.guide.replica_mutants import mutants

pytestmark = pytest.mark.slow

_USER = READER.values["shell_name"]
_WRITTEN = re.compile(r"> (~/\S+)")
_MARK = "-- the next answer --"

_TAGS_ONLY = "an edit without tags has no tag's name: the join to the names drops it again"
_NAMED = "every tag has its name"
_THERE = "every edit has its actor, page and summary"
_ONCE = "an account is in a group once: DISTINCT says so, but changes nothing"
#: Mutants that have to give the same result, by the query's id, and why.
_EQUIVALENT = {
    "replicas/change_tags": {
        "JOIN change_tag -> LEFT JOIN change_tag": _TAGS_ONLY,
        "JOIN change_tag_def -> LEFT JOIN change_tag_def": _NAMED,
    },
    "replicas/edit_summaries": {"JOIN comment -> LEFT JOIN comment": _THERE},
    "replicas/most_active_editors": {
        "JOIN page -> LEFT JOIN page": _THERE,
        "JOIN actor -> LEFT JOIN actor": _THERE,
    },
    "replicas/user_groups": {
        "COUNT(DISTINCT ug_user) -> COUNT(ug_user)": _ONCE,
        "COUNT(DISTINCT actor_user) -> COUNT(actor_user)": _ONCE,
        "JOIN actor -> LEFT JOIN actor": _THERE,
    },
    "notebook/helpers": {
        "JOIN change_tag -> LEFT JOIN change_tag": _TAGS_ONLY,
        "JOIN change_tag_def -> LEFT JOIN change_tag_def": _NAMED,
    },
}
_POINTERS = (
    ("revision", "rev_page", "page", "page_id"),
    ("revision", "rev_actor", "actor", "actor_id"),
    ("revision", "rev_comment_id", "comment", "comment_id"),
    ("change_tag", "ct_rev_id", "revision", "rev_id"),
    ("change_tag", "ct_tag_id", "change_tag_def", "ctd_id"),
    ("actor", "actor_user", "user", "user_id"),
    ("user_groups", "ug_user", "user", "user_id"),
    ("page", "page_latest", "revision", "rev_id"),
)
every_query = pytest.mark.parametrize("query", queries(), ids=lambda query: query.id)


class _Refused(AssertionError):
    """MariaDB, or its client, refused: in its own words."""


@contextmanager
def started() -> Iterator[Lab]:
    """Start a lab with the replicas, whose newcomer may read the credentials on the stat host."""
    running = labs.start(READER, wikis())
    try:
        group = str(current().values["replica_credentials_group"].value)
        running.stat.add_user(_USER, [group])
        running.need("replicas")
        replicas.grant(running)
        wmfdata.install(running)
        yield running
    finally:
        running.end()


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with started() as running:
        yield running


@every_query
def test_result(query: Query, lab: Lab, recording: bool) -> None:
    """What its reader sees is what was recorded, and looked at."""
    if query.block.language != "python":  # a cell runs in JupyterLab: tests/suites/notebooks
        notes.note(query.block, "lab", versions.named("MariaDB"))
    file = _recorded(query)
    try:
        seen = _seen(lab, query)
    except _Refused as refused:
        pytest.fail(f"{_where(query, str(refused))}: MariaDB: {refused}", pytrace=False)
    again = f".venv/bin/pytest tests/suites/queries/test_replicas.py -k {query.id} --record"
    differs = difference(file, seen, recording, again)
    if differs:
        pytest.fail(f"{query.block.where()}: MariaDB: {differs}", pytrace=False)


def test_every_recorded_result_has_a_query() -> None:
    known = {_recorded(query) for query in queries()}
    # What is seen in notebooks, which tests/suites/notebooks compares.
    known |= {RESULTS / f"{b.snippet}.txt" for b in reading.all_blocks() if b.place == "notebook"}
    stale = sorted(shown(file) for file in RESULTS.rglob("*.txt") if file not in known)
    assert not stale, f"no query of the guide has these results; remove them: {', '.join(stale)}"


@every_query
def test_every_mutant_changes_the_result(query: Query, lab: Lab) -> None:
    """The rows tell a query from one with another condition, bound, join or order."""
    changed = mutants(query.sql)
    first, *others = _rows(lab, query, query.wikis[0], [query.sql, *changed.values()])
    assert first, f"{query.block.where()}: no row comes back from the made-up rows"
    same = {mutant for mutant, rows in zip(changed, others, strict=True) if rows == first}
    excused = _EQUIVALENT.get(query.id, {}).keys()
    missed, stale = sorted(same - excused), sorted(excused - same)
    assert not missed, (
        f"{query.block.where()}: the result is the same although the query is another; "
        f"add rows to tests/environments/lab/replica_rows.py that tell: {'; '.join(missed)}"
    )
    assert not stale, f"these do change the result, take them from _EQUIVALENT: {'; '.join(stale)}"


@every_query
def test_another_wiki_has_another_result(query: Query, lab: Lab) -> None:
    """A query that is asked of the wrong wiki does not pass."""
    results = {wiki: _rows(lab, query, wiki, [query.sql])[0] for wiki in wikis()}
    right = results.pop(query.wikis[0])
    assert right not in results.values(), query.block.where()


@every_query
def test_order_has_no_ties(query: Query, lab: Lab) -> None:
    """There is one order in which the rows can come, and one place where a LIMIT cuts."""
    tree = sqlglot.parse_one(query.sql, read="mysql")
    if not query.ordered:
        return
    assert isinstance(tree, sqlglot.exp.Query)
    columns = [column.alias_or_name for column in tree.selects]
    key = columns.index(tree.args["order"].expressions[0].this.name)
    tree.set("limit", None)
    rows = _rows(lab, query, query.wikis[0], [tree.sql(dialect="mysql", comments=False)])[0]
    keys = [row.split("\t")[key] for row in rows]
    ties = {each for each in keys if keys.count(each) > 1}
    assert not ties, f"{query.block.where()}: more than one row has {columns[key]} {sorted(ties)}"


def test_a_write_is_refused(lab: Lab) -> None:
    for statement in ("DELETE FROM revision", "DROP TABLE page", "CREATE TABLE mine (id int)"):
        with pytest.raises(_Refused, match=r"^ERROR 1142 \(42000\) .* command denied to user"):
            _ask(lab, statement, WIKI)


def test_a_wrong_name_is_refused(lab: Lab) -> None:
    with pytest.raises(_Refused, match=r"^ERROR 1054 \(42S22\) .* Unknown column 'rev_user'"):
        _ask(lab, "SELECT rev_user FROM revision", WIKI)
    with pytest.raises(_Refused, match=r"^ERROR 1146 .* Table 'cswiki\.revisions' doesn't exist"):
        _ask(lab, "SELECT * FROM revisions", WIKI)


def test_who_may_not_read_the_credentials_is_refused(lab: Lab) -> None:
    replicas.revoke(lab)
    try:
        with pytest.raises(_Refused, match=rf"^ERROR 1045 .* denied for user '{_USER}'@.*: NO\)"):
            _ask(lab, "SELECT 1", WIKI)
    finally:
        replicas.grant(lab)


def test_the_program_finds_the_section(lab: Lab) -> None:
    """It does so for the wikis of each section, for x1, and by the lists of another folder."""
    sections = current().sections
    targets = {s.wikis[-1]: f"{s.host}:{s.port}" for s in sections.values() if s.wikis}
    every = "".join(f"{COMMAND} {wiki} --print-target\n" for wiki in targets)
    assert _on_stat(lab, every).out.split() == list(targets.values())
    x1, s4 = (f"{sections[name].host}:{sections[name].port}\n" for name in ("x1", "s4"))
    assert _on_stat(lab, f"{COMMAND} --use-x1 {WIKI} --print-target").out == x1
    lists = f"mkdir -p wikis/dblists && echo {WIKI} > wikis/dblists/s4.dblist"
    other = f"{lists} && {COMMAND} {WIKI} --mw-config-path wikis --print-target"
    assert _on_stat(lab, other).out == s4


def test_the_program_refuses_a_wiki_that_no_list_has(lab: Lab) -> None:
    result = _on_stat(lab, f"{COMMAND} cs.wikipedia")
    assert (result.code, result.out) == (1, "")
    assert "The database cs.wikipedia is not listed among the dblist files" in result.err


@pytest.mark.parametrize("wiki", wikis())
def test_rows_point_to_each_other(wiki: str) -> None:
    """What points to a row of another table by its number finds one."""
    rows = replica_rows.rows(wiki)
    for table, column, other, key in _POINTERS:
        strays = {row[column] for row in rows[table]} - {row[key] for row in rows[other]} - {None}
        assert not strays, f"{table}.{column}"


# -- asking ----------------------------------------------------------------------------------


def _recorded(query: Query) -> Path:
    """Return the file with what is seen after `query`: what the client, a cell or R prints."""
    return RESULTS / f"{query.id}.txt"


def _seen(lab: Lab, query: Query) -> str:
    """Do what the page says with the block of `query`; return what its reader sees."""
    language = query.block.language
    with _present(lab, query):
        if language == "python":
            return run_cell(query.text, lambda sql, wiki: _ask(lab, sql, wiki))
        if language == "r":
            return _words(_on_stat(lab, after_login("R --no-echo --vanilla"), query.text))
        if language == "bash":
            look = f"cat {' '.join(_WRITTEN.findall(query.text))}"
            return _words(_on_stat(lab, f"{query.text}\n{look}"))
        return _ask(lab, query.sql, *query.wikis)


def _where(query: Query, words: str) -> str:
    """Return file:line of the first line that has the name or text which `words` quote."""
    named = re.search(r"(?:column|Table|near|FUNCTION) '(?:\w+\.)?(\w+)", words)
    lines = query.text.split("\n")
    found = (number for number, line in enumerate(lines, 1) if named and named[1] in line)
    return query.block.where(next(found, 1))


def _rows(lab: Lab, query: Query, wiki: str, variants: list[str]) -> list[list[str]]:
    """Return the rows that `wiki` has for each of `variants` of `query`; none where one fails."""
    text = "".join(f"SELECT '{_MARK}';\n{sql.strip().rstrip(';')};\n" for sql in variants)
    with _present(lab, query):
        said = _on_stat(lab, quoted(COMMAND, wiki, "-B", "-N", "--force"), text).out
    answers = [answer.splitlines() for answer in said.split(f"{_MARK}\n")[1:]]
    return answers if query.ordered else [sorted(answer) for answer in answers]


@contextmanager
def _present(lab: Lab, query: Query) -> Iterator[None]:
    """Where `query` asks for the days before NOW, add edits of those days for as long."""
    if not query.moves:
        yield
        return
    replicas.add_recent(lab, WIKI, NOW)
    try:
        yield
    finally:
        replicas.remove_recent(lab, WIKI)


def _ask(lab: Lab, sql: str, wiki: str) -> str:
    """Return what the client prints for `sql`, in order where any order may come.

    Raises _Refused.
    """
    answer = _words(_on_stat(lab, quoted(COMMAND, wiki, "-B"), sql))
    head, *rows = answer.splitlines(keepends=True) or [""]
    return answer if "ORDER BY" in sql else "".join([head, *sorted(rows)])


def _words(result: Result) -> str:
    """Return what was printed; raises _Refused: analytics-mysql ends with 0 whatever happens."""
    error = re.search(r"^(ERROR|Error) .*", result.err, re.MULTILINE)
    if error or result.code:
        raise _Refused(error[0] if error else result.err)
    return result.out


def _on_stat(lab: Lab, command: str, stdin: str = "") -> Result:
    return lab.run(lab.stat, command, _USER, stdin)
