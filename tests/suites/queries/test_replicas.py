"""The guide's queries of the replicas, run on MariaDB by analytics-mysql on the stat host."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlglot

from macros.errors import shown
from macros.facts import current
from tests.checks.recorded import RESULTS
from tests.checks.replica_answers import (
    QueryRefused,
    answers,
    ask,
    on_stat,
    recorded,
    started,
    wrong,
)
from tests.checks.replica_queries import COMMAND, READER, WIKI, ReplicaQuery, queries, wikis
from tests.environments.lab import replica_rows
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import replicas
from tests.evidence import notes, versions
from tests.guide import reading
from tests.suites.queries.sql_mutants import mutants

pytestmark = pytest.mark.slow

USER = READER.values["shell_name"]

_TAGS_ONLY = "an edit without tags has no tag's name: the join to the names drops it again"
_NAMED = "every tag has its name"
_THERE = "every edit has its actor, page and summary"
_EDITED = "what no edit points to has no time of an edit: the condition on that drops it again"
_ONCE = "an account is in a group once: DISTINCT says so, but changes nothing"


def _other_sides(**left: str) -> dict[str, str]:
    """Return why joins of these tables give the same from the left, and from the right."""
    of_left = {f"JOIN {table} -> LEFT JOIN {table}": why for table, why in left.items()}
    return of_left | {f"JOIN {table} -> RIGHT JOIN {table}": _EDITED for table in left}


_TAGS = _other_sides(change_tag=_TAGS_ONLY, change_tag_def=_NAMED)
#: Mutants that have to give the same result, by the query's id, and why.
_EQUIVALENT = {
    "replicas/change_tags": _TAGS,
    "replicas/edit_summaries": _other_sides(comment=_THERE),
    "replicas/most_active_editors": _other_sides(
        page=_THERE, actor=_THERE, user="without an account there is no user_is_temp of 0"
    ),
    "replicas/user_groups": {
        "COUNT(DISTINCT ug_user) -> COUNT(ug_user)": _ONCE,
        "COUNT(DISTINCT actor_user) -> COUNT(actor_user)": _ONCE,
        **_other_sides(actor=_THERE),
    },
    "notebook/helpers": _TAGS,
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


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with started() as running:
        yield running


@every_query
def test_result(query: ReplicaQuery, lab: Lab, recording: bool) -> None:
    """What its reader sees is what was recorded, and looked at."""
    if query.block.language != "python":  # a cell runs in JupyterLab: tests/suites/notebooks
        notes.note(query.block, "lab", versions.named("MariaDB"))
    if problem := wrong(query, lab, recording):
        pytest.fail(problem, pytrace=False)


def test_every_recorded_result_has_a_query() -> None:
    known = {recorded(query) for query in queries()}
    # What is seen in notebooks, which tests/suites/notebooks compares.
    known |= {RESULTS / f"{b.snippet}.txt" for b in reading.all_blocks() if b.place == "notebook"}
    stale = sorted(shown(file) for file in RESULTS.rglob("*.txt") if file not in known)
    assert not stale, f"no query of the guide has these results; remove them: {', '.join(stale)}"


@every_query
def test_every_mutant_changes_the_result(query: ReplicaQuery, lab: Lab) -> None:
    """The rows tell a query from one with another condition, bound, join or order."""
    changed = list(mutants(sqlglot.parse_one(query.sql, read="mysql"), "mysql"))
    texts = [mutant.sql(dialect="mysql", comments=False) for _, mutant in changed]
    first, *others = answers(lab, query, query.wikis[0], [query.sql, *texts])
    assert first, f"{query.block.where()}: no row comes back from the made-up rows"
    same = {name for (name, _), rows in zip(changed, others, strict=True) if rows == first}
    excused = _EQUIVALENT.get(query.id, {}).keys()
    missed, stale = sorted(same - excused), sorted(excused - same)
    assert not missed, (
        f"{query.block.where()}: the result is the same although the query is another; "
        f"add rows to tests/environments/lab/replica_rows.py that tell: {'; '.join(missed)}"
    )
    assert not stale, f"these do change the result, take them from _EQUIVALENT: {'; '.join(stale)}"


@every_query
def test_another_wiki_has_another_result(query: ReplicaQuery, lab: Lab) -> None:
    """A query that is asked of the wrong wiki does not pass."""
    results = {wiki: answers(lab, query, wiki, [query.sql])[0] for wiki in wikis()}
    right = results.pop(query.wikis[0])
    assert right not in results.values(), query.block.where()


@every_query
def test_order_has_no_ties(query: ReplicaQuery, lab: Lab) -> None:
    """There is one order in which the rows can come, and one place where a LIMIT cuts."""
    tree = sqlglot.parse_one(query.sql, read="mysql")
    if not query.ordered:
        return
    assert isinstance(tree, sqlglot.exp.Query)
    columns = [column.alias_or_name for column in tree.selects]
    key = columns.index(tree.args["order"].expressions[0].this.name)
    tree.set("limit", None)
    rows = answers(lab, query, query.wikis[0], [tree.sql(dialect="mysql", comments=False)])[0]
    keys = [row.split("\t")[key] for row in rows]
    ties = {each for each in keys if keys.count(each) > 1}
    assert not ties, f"{query.block.where()}: more than one row has {columns[key]} {sorted(ties)}"


def test_a_write_is_refused(lab: Lab) -> None:
    for statement in ("DELETE FROM revision", "DROP TABLE page", "CREATE TABLE mine (id int)"):
        with pytest.raises(QueryRefused, match=r"^ERROR 1142 \(42000\) .* command denied to user"):
            ask(lab, statement, WIKI)


def test_a_wrong_name_is_refused(lab: Lab) -> None:
    with pytest.raises(QueryRefused, match=r"^ERROR 1054 \(42S22\) .* Unknown column 'rev_user'"):
        ask(lab, "SELECT rev_user FROM revision", WIKI)
    with pytest.raises(
        QueryRefused, match=r"^ERROR 1146 .* Table 'cswiki\.revisions' doesn't exist"
    ):
        ask(lab, "SELECT * FROM revisions", WIKI)


def test_who_may_not_read_the_credentials_is_refused(lab: Lab) -> None:
    replicas.revoke(lab)
    try:
        with pytest.raises(
            QueryRefused, match=rf"^ERROR 1045 .* denied for user '{USER}'@.*: NO\)"
        ):
            ask(lab, "SELECT 1", WIKI)
    finally:
        replicas.grant(lab)


def test_the_program_finds_the_section(lab: Lab) -> None:
    """It does so for the wikis of each section, for x1, and by the lists of another folder."""
    sections = current().sections
    targets = {s.wikis[-1]: f"{s.host}:{s.port}" for s in sections.values() if s.wikis}
    every = "".join(f"{COMMAND} {wiki} --print-target\n" for wiki in targets)
    assert on_stat(lab, every).out.split() == list(targets.values())
    x1, s4 = (f"{sections[name].host}:{sections[name].port}\n" for name in ("x1", "s4"))
    assert on_stat(lab, f"{COMMAND} --use-x1 {WIKI} --print-target").out == x1
    lists = f"mkdir -p wikis/dblists && echo {WIKI} > wikis/dblists/s4.dblist"
    other = f"{lists} && {COMMAND} {WIKI} --mw-config-path wikis --print-target"
    assert on_stat(lab, other).out == s4


def test_the_program_refuses_a_wiki_that_no_list_has(lab: Lab) -> None:
    result = on_stat(lab, f"{COMMAND} cs.wikipedia")
    assert (result.code, result.out) == (1, "")
    values = current().values
    said = f"{values['replica_unknown_message'].value} {values['replica_unknown_hint'].value}"
    assert said.replace("<wiki>", "cs.wikipedia") in result.err
    nothing = on_stat(lab, f"{COMMAND} --mw-config-path /nowhere enwiki").err
    said = str(values["replica_no_lists_message"].value)
    assert said.replace("<folder>", "/nowhere") in nothing


@pytest.mark.parametrize("wiki", wikis())
def test_rows_point_to_each_other(wiki: str) -> None:
    """What points to a row of another table by its number finds one."""
    rows = replica_rows.rows(wiki)
    for table, column, other, key in _POINTERS:
        strays = {row[column] for row in rows[table]} - {row[key] for row in rows[other]} - {None}
        assert not strays, f"{table}.{column}"
