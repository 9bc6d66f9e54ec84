"""What the engines refuse, in their own words."""

from __future__ import annotations

import pytest

from tests.environments.lake import engines
from tests.environments.lake.result import EngineError

pytestmark = pytest.mark.slow

_ONE_DAY = "FROM wmf.projectview_hourly WHERE year = 2026 AND month = 10 AND day = 1"


def _refused(engine: str, sql: str) -> EngineError:
    with pytest.raises(EngineError) as caught:
        engines.run(engine, sql)
    return caught.value


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            "SELECT COUNT(*) FROM wmf.projectview_hourly",
            "Queries against partitioned tables without a partition filter are disabled",
        ),
        (
            f"SELECT project, view_count {_ONE_DAY} ORDER BY view_count",
            "Order by-s without limit are disabled",
        ),
        (
            "SELECT a.project FROM wmf.projectview_hourly a JOIN wmf.projectview_hourly b "
            "WHERE a.year = 2026 AND b.year = 2026",
            "Cartesian products are disabled",
        ),
        (f"SELECT date {_ONE_DAY}", "cannot recognize input near 'date' 'FROM' 'wmf'"),
        (f"SELECT day AS date {_ONE_DAY}", "cannot recognize input near 'AS' 'date' 'FROM'"),
        (f"SELECT user {_ONE_DAY}", "cannot recognize input near 'user' 'FROM' 'wmf'"),
        (
            f"SELECT project, agent_type, SUM(view_count) {_ONE_DAY} GROUP BY project",
            "[Error 10025]: Line 1:16 Expression not in GROUP BY key 'agent_type'",
        ),
        (
            f"SELECT approx_distinct(project) {_ONE_DAY}",
            "[Error 10011]: Invalid function approx_distinct",
        ),
        (f"SELECT COUNT_IF(view_count > 9) {_ONE_DAY}", "[Error 10011]: Invalid function COUNT_IF"),
        (
            f"SELECT CONCAT_WS('-', year, month) {_ONE_DAY}",
            '2 of function CONCAT_WS must be "string or array<string>", but "int" was found',
        ),
        ("SELECT 1 FROM wmf.projectviews WHERE year = 2026", "Table not found 'projectviews'"),
    ],
)
def test_hive_refuses(sql: str, words: str) -> None:
    assert words in _refused("hive", sql).words


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            f"SELECT project, agent_type, SUM(view_count) {_ONE_DAY} GROUP BY project",
            '[MISSING_AGGREGATION] The non-aggregating expression "agent_type"',
        ),
        (f"SELECT no_such_function(project) {_ONE_DAY}", "[UNRESOLVED_ROUTINE]"),
        (
            "SELECT normalized_host.tld_ FROM wmf.webrequest",
            "[FIELD_NOT_FOUND] No such struct field `tld_`",
        ),
        (
            "SELECT SUM(is_pageview) FROM wmf.webrequest",
            '"is_pageview" has the type "BOOLEAN"',
        ),
    ],
)
def test_spark_refuses(sql: str, words: str) -> None:
    assert words in _refused("spark", sql).words


def test_an_unknown_column_is_found_with_its_place_and_the_names_that_there_are() -> None:
    sql = f"SELECT\n  agent_typ {_ONE_DAY}"
    hive, spark = _refused("hive", sql), _refused("spark", sql)
    assert (
        "[Error 10004]: Line 2:2 Invalid table alias or column reference 'agent_typ'" in hive.words
    )
    assert "possible column names are: project, access_method," in hive.words
    assert "[UNRESOLVED_COLUMN.WITH_SUGGESTION]" in spark.words
    assert "Did you mean one of the following? [`agent_type`" in spark.words
    assert (hive.line, hive.column) == (spark.line, spark.column) == (2, 3)


def test_no_engine_adds_its_trace_or_plan_to_its_words() -> None:
    for engine in ("hive", "spark", "presto"):
        words = _refused(engine, f"SELECT agent_typ {_ONE_DAY}").words
        assert "agent_typ" in words
        assert "\n\tat " not in words
        assert "Project" not in words
        assert len(words) < 500


def test_what_hive_refuses_without_a_partition_the_others_read_whole() -> None:
    sql = "SELECT COUNT(*) AS n FROM wmf.projectview_hourly"
    assert engines.run("spark", sql).rows == engines.run("presto", sql).rows
