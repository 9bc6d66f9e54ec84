"""The harness goes red: one planted fault for each language and kind of check, named by file and line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tools.copies import HEADER, copy_of_project, plant, run_pytest

pytestmark = pytest.mark.slow
WHERE = "WHERE year = 2026 AND month = 10"
VIEWS = "FROM wmf.pageview_hourly"


@dataclass(frozen=True)
class Fault:
    """A fence with something wrong in line `line` of it, and what the failure says."""

    name: str
    info: str
    text: str
    says: str
    line: int = 1


FAULTS = [
    Fault("bash-syntax", ".bash .laptop", "echo a\nif true; then echo b", "bash: syntax error", 2),
    Fault("bash-lint", ".bash .laptop", "echo a\nrm -f $1", "shellcheck SC2086", 2),
    Fault("bash-program", ".bash .laptop", "echo a\nfrobnicate", "no program called 'frobnicate'", 2),
    Fault("bash-option", ".bash .stat", "klist --nope", "klist has no option '--nope'"),
    Fault("bash-run", ".bash .laptop", "cat ~/.ssh/nothing", "exit code 1: cat: "),
    Fault("bash-sql", ".bash .stat", f'hive -e "\nSELECT nope\n{VIEWS} {WHERE}"', "no column called 'nope'", 2),
    Fault("ssh-host", ".bash .laptop", "ssh stat99", "ssh would connect to 'stat99'"),
    Fault("bash-loss", ".bash .laptop", "echo mine > ~/.bashrc", "took away what the reader had in ~/.bashrc"),
    Fault("bash-modes", ".bash .laptop", "chmod 755 ~/.ssh", "others can read ~/.ssh"),
    Fault("tunnel-host", ".bash .laptop", "ssh -N bast -L 8880:127.0.0.1:8880", "no JupyterHub is there"),
    Fault("tunnel-port", ".bash .laptop", "ssh -N stat10 -L 8880:127.0.0.1:8000", "no JupyterHub is there"),
    Fault("tunnel-shell", ".bash .laptop", "ssh stat10 -L 8880:127.0.0.1:8880", "without -N the tunnel opens a shell"),
    Fault("tunnel-begin", ".bash .laptop", "ssh -N stat10 -L 9999:127.0.0.1:8880", "no link to http://localhost:9999"),
    Fault("replica-wiki", ".bash .stat", "analytics-mysql fiwikki", "did you mean fiwiki"),
    Fault("hive-file", ".bash .stat", "hive -f ~/nothing.sql", "no file of this page called"),
    Fault("sudo-user", ".bash .stat", "sudo -u analytics-product kerberos-run-command analytics-search klist", "the ticket is for analytics-search"),
    Fault("hive-option", ".bash .stat", "beeline --outputformat=tsv3 -e 'SHOW TABLES IN wmf'", "did you mean tsv2"),
    Fault("ssh-config", ".ssh-config .laptop", "Host x\n    Uzer y", "ssh -G: .*bad configuration option", 2),
    Fault("ssh-exec", ".ssh-config .laptop", "Match exec true\n    User y", "Match exec runs a program"),
    Fault("git-syntax", ".ini .stat", "[user]\n    name = x\n[broken", "git config: ", 3),
    Fault("git-key", ".ini .stat", "[user]\n    helper = cache", "git would not look at 'user.helper'", 2),
    Fault("hive-syntax", ".sql .hive", f"SELECT project,\n{VIEWS} WHERE", "hive: ", 2),
    Fault("hive-table", ".sql .hive", f"SELECT 1\nFROM wmf.pageview_hurly\n{WHERE}", "did you mean wmf.pageview_hourly", 2),
    Fault("hive-column", ".sql .hive", f"SELECT project,\n  view_cont\n{VIEWS} {WHERE}", "did you mean view_count", 2),
    Fault("hive-type", ".sql .hive", f"SELECT project\n{VIEWS}\n{WHERE} AND view_count = 'many'", "view_count is bigint", 3),
    Fault("hive-map", ".sql .hive", f"SELECT user_agent_map.os_family\n{VIEWS} {WHERE}", "user_agent_map is a map"),
    Fault("hive-struct", ".sql .hive", f"SELECT useragent.os\nFROM event.searchsatisfaction {WHERE}", "does not resolve"),
    Fault("hive-group", ".sql .hive", f"SELECT project, country\n{VIEWS} {WHERE}\nGROUP BY project", "GROUP BY"),
    Fault("hive-partition", ".sql .hive", f"SELECT project\n{VIEWS}\nWHERE year = 2026", "no filter on month", 2),
    Fault("hive-retired", ".sql .hive", "SELECT 1 FROM wmf_raw.cirrussearchrequestset", "is retired"),
    Fault("hive-write", ".sql .hive", "DROP TABLE wmf.webrequest", "wmf is everybody's"),
    Fault("hive-change", ".sql .hive", f"INSERT INTO jdoe.views\nSELECT project {VIEWS} {WHERE}", "only reads"),
    Fault("presto-table", ".sql .presto", "DROP TABLE jdoe.views", "tables of one's own alone, in Spark"),
    Fault("spark-table", ".sql .spark", f"CREATE TABLE views AS\nSELECT project\n{VIEWS} {WHERE}", "is named with its database"),
    Fault("spark-own", ".sql .spark", f"CREATE TABLE jdoe.views AS\nSELECT projct\n{VIEWS} {WHERE}", "did you mean project", 2),
    Fault("spark-empty", ".sql .spark", "CREATE TABLE jdoe.views (project STRING)", "is made from a query"),
    Fault("hive-function", ".sql .hive", f"SELECT COUNT_IF(true)\n{VIEWS} {WHERE}", "Hive has no such function"),
    Fault("presto-quotes", ".sql .presto", f'SELECT 1\n{VIEWS}\n{WHERE} AND project = "en.wikipedia"', "single quotes", 3),
    Fault("presto-type", ".sql .presto", f"SELECT 1\n{VIEWS}\nWHERE year = '2026' AND month = 10", "year is int", 3),
    Fault("hive-value", ".sql .hive", f"SELECT 1\n{VIEWS} {WHERE}\n  AND agent_type = 'users'", "did you mean user", 3),
    Fault("hive-form", ".sql .hive", f"SELECT 1\n{VIEWS} {WHERE}\n  AND project = 'fiwiki'", "but holds a project", 3),
    Fault("hive-key", ".sql .hive", f"SELECT user_agent_map['os_familly']\n{VIEWS} {WHERE}", "did you mean os_family"),
    Fault("presto-function", ".sql .presto", f"SELECT project,\n  COUNTIF(true)\n{VIEWS} {WHERE} GROUP BY project", "presto has no function COUNTIF", 2),
    Fault("replica-form", ".sql .replicas", "SELECT rev_id\nFROM revision\nWHERE rev_timestamp > '2026-11-01'", "but holds 14 digits", 3),
    Fault("spark-column", ".sql .spark", f"SELECT projct\n{VIEWS} {WHERE}", "did you mean project"),
    Fault("replica-column", ".sql .replicas", "SELECT rev_user\nFROM revision", "no column called 'rev_user'"),
    Fault("replica-type", ".sql .replicas", "SELECT rev_id\nFROM revision\nWHERE rev_timestamp > 20260101", "rev_timestamp is", 3),
    Fault("python-syntax", ".python .notebook", "x = 1\ndef (:", "invalid-syntax|SyntaxError", 2),
    Fault("python-run", ".python .notebook", "x = 1\nassert x == 2", "AssertionError", 2),
    Fault("python-sql", ".python .notebook", f'import wmfdata as wmf\nwmf.presto.run("SELECT nope {VIEWS} {WHERE}")', "no column called 'nope'", 2),
    Fault("python-own", ".python .notebook", f'from wmfdata import spark\nspark.run("CREATE TABLE jdoe.views AS SELECT project {VIEWS} {WHERE}")\nspark.run("SELECT projct FROM jdoe.views")', "no column called 'projct'", 3),  # noqa: S608
    Fault("python-call", ".python .notebook", 'import wmfdata as wmf\nwmf.presto.run("SELECT 1", db="x")', "unexpected keyword", 2),
    Fault("python-lint", ".python .notebook", "import os\nx = 1", "imported but unused"),
    Fault("python-network", ".python .notebook", "import socket\nsocket.create_connection(('192.0.2.1', 80))", "Network is unreachable", 2),
    Fault("python-write", ".python .notebook", "x = 1\nopen('/usr/planted', 'w')", "Read-only file system: '/usr/planted'", 2),
    Fault("python-end", ".python .notebook", "import os\nos._exit(0)", "it ended before its last line"),
    Fault("r-syntax", ".r .notebook", "x <- 1\ny <- (", "R: ", 2),
    Fault("r-sql", ".r .notebook", f'x <- query_hive("\nSELECT nope {VIEWS} {WHERE}")', "no column called 'nope'", 2),
    Fault("r-name", ".r .notebook", "x <- 1\ninstall.package('here')", "R knows no function called install.package", 2),
    Fault("remarkup-box", ".remarkup .phabricator", "[] a\n[y ] b", "a checkbox is", 2),
    Fault("remarkup-link", ".remarkup .phabricator", "[] a\n[] [[ | b ]]", "a link is", 2),
    Fault("remarkup-fact", ".remarkup .phabricator", "[[ https://example.org | b ]]", "no link of the facts"),
    Fault("yaml", ".yaml .stat", "a: 1\nb: [", "not valid YAML", 2),
    Fault("yaml-twice", ".yaml .stat", "a: 1\na: 2", "stands twice", 2),
    Fault("json", ".json .stat", '{\n  "a": 1\n  "b": 2\n}', "JSON: ", 3),
    Fault("toml", ".toml .stat", "a = 1\nb =", "TOML: "),
    Fault("container-image", ".bash .project", "docker run debian make test", "it names another image than"),
    Fault("container-target", ".bash .project", "docker run product-analytics-onboarding make nope", "No rule to make target 'nope'"),
    Fault("output-alone", ".text .output", "x", "output follows the block that makes it"),
    Fault("no-language", "", "x", "names no language", 0),
    Fault("strange-place", ".bash .stats", "echo x", "did you mean stat", 0),
    Fault("no-place", ".bash", "echo x", "names no place", 0),
    Fault("unknown-language", ".perl .laptop", "print 1", "no check for a fence of 'perl'", 0),
]  # fmt: skip


def write_page(page: Path, faults: list[Fault]) -> dict[str, int]:
    """Write a page with the faults, a heading each; return the line of each fence."""
    lines, text = {}, HEADER
    for fault in faults:
        text += f"\n## {fault.name}\n\n"
        info = f" {{ {fault.info} }}" if fault.info else ""
        lines[fault.name] = text.count("\n") + 1
        text += f"```{info}\n{fault.text}\n```\n"
    page.write_text(text, encoding="utf-8")
    return lines


def add_snippet(project: Path) -> None:
    """Add a snippet with a fault for some of its readers, and a page that shows it."""
    snippets = project / "snippets" / "hive"
    (snippets / "planted.sql").write_text(
        f'[[% if kind == "staff" %]]\nSELECT project\n[[% else %]]\nSELECT projct\n[[% endif %]]\n{VIEWS}\n{WHERE}\n'
    )
    with (snippets / "snippets.yml").open("a") as file:
        file.write("planted:\n  language: sql\n  what: A fault.\n")
    (project / "docs" / "snippet.md").write_text(HEADER + '\n[[[ snippet("hive/planted") ]]]\n')


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], str]:
    """Plant every fault in a copy; return where each fence is, and pytest's report.

    They are on one page, but for a fence that is not closed, and one that a snippet makes.
    """
    project = copy_of_project(tmp_path_factory.mktemp("planted"))
    docs = project / "docs"
    alone = [fault for fault in FAULTS if fault.name == "output-alone"]
    rest = [fault for fault in FAULTS if fault.name != "output-alone"]
    lines = write_page(docs / "planted.md", alone + rest)
    unclosed = "\n``` { .bash .laptop }\necho a\n\n## After\n"
    (docs / "unclosed.md").write_text(HEADER + unclosed, encoding="utf-8")
    add_snippet(project)
    pages = ("docs/planted.md", "docs/unclosed.md", "docs/snippet.md")
    return lines, run_pytest(project, *pages)


@pytest.fixture(scope="module")
def planted_site(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Plant every fault in a copy, and return the report of the tests of the site."""
    project = copy_of_project(tmp_path_factory.mktemp("planted-site"))
    write_page(project / "docs" / "planted.md", FAULTS)
    return run_pytest(project, "tests/suites/site/test_census.py")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_named_by_page_and_line(
    planted: tuple[dict[str, int], str], fault: Fault
) -> None:
    lines, report = planted
    at = lines[fault.name] + fault.line
    found = [line for line in report.split("\n") if f"docs/planted.md:{at}:" in line]
    assert any(re.search(fault.says, line, re.IGNORECASE) for line in found) or (
        found and re.search(fault.says, report, re.IGNORECASE)
    ), f"{fault.name} at line {at}: {found}"


def test_each_planted_fence_fails_and_nothing_else(planted: tuple[dict[str, int], str]) -> None:
    """What passes is the snippet for the other readers."""
    ended = rf"^{len(FAULTS) + 2} failed, 1 passed in "
    assert re.search(ended, planted[1], re.MULTILINE), planted[1][-3000:]


def test_a_failure_fits_on_a_screen_and_says_how_to_rerun(
    planted: tuple[dict[str, int], str],
) -> None:
    report = planted[1].split("short test summary")[0]
    for failure in re.split(r"\n_{5,} .* _{5,}\n", report)[1:]:
        assert failure.count("\n") <= 40, failure
        assert "Traceback" not in failure or "Error in code block" in failure
    assert re.search(r"Run again: pytest docs/planted.md -k bash-syntax-bash", report)


def test_a_planted_fence_breaks_no_other_test(planted_site: str) -> None:
    """What is said of it is said by its own test; the site's tests go on to their end."""
    assert "INTERNALERROR" not in planted_site and "KeyError" not in planted_site
    assert re.search(r"^\d+ (failed|passed).* in ", planted_site, re.MULTILINE), planted_site


def test_an_unclosed_fence_is_said_to_be_unclosed(planted: tuple[dict[str, int], str]) -> None:
    assert "docs/unclosed.md:9: this fence is never closed" in planted[1]


def test_a_fault_in_a_snippet_is_named_by_the_snippets_file_and_line(
    planted: tuple[dict[str, int], str],
) -> None:
    assert "snippets/hive/planted.sql:4: no column called 'projct'" in planted[1]


NAMES = [
    ("See stat1099.eqiad.wmnet.", "test_hosts_are_facts"),
    ("See stat1099.", "test_hosts_are_facts"),
    ("Use `wmf.pageview_daily`.", "test_tables_and_groups_are_facts"),
    ("Join `analytics-secret-users`.", "test_tables_and_groups_are_facts"),
    ("The column `view_kount`.", "test_identifiers_in_prose"),
    ("See [this](https://example.org/).", "test_links_to_outside_are_facts"),
    ("Log in to stat1007.", "test_what_is_retired_is_said_to_be"),
    ("Look with `gti statsu`.", "test_what_a_text_names"),
    ("Write to someone@wikimedia.org.", "test_addresses_of_people"),
]


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Plant each strange name on a page of its own, and a config; return pytest's report."""
    project = copy_of_project(tmp_path_factory.mktemp("names"))
    for number, (text, _) in enumerate(NAMES):
        (project / "docs" / f"planted-{number}.md").write_text(f"{HEADER}\n{text}\n")
    plant(project, "snippets/stat/gitconfig", "insteadOf", "pushInsteadOf")
    files = ("tests/suites/site/test_names.py", "tests/suites/snippets/test_git.py")
    return run_pytest(project, *files, "-vv", "-k", "planted or test_git")


@pytest.mark.parametrize(("text", "test"), NAMES)
def test_a_name_that_is_no_fact_fails(strange: str, text: str, test: str) -> None:
    page = f"planted-{NAMES.index((text, test))}.md"
    failed = rf"^tests/suites/site/test_names.py::{test}\S*{page}\S* FAILED"
    assert re.search(failed, strange, re.MULTILINE), strange[-2000:]


def test_a_config_that_parses_but_does_something_else_fails(strange: str) -> None:
    """Its snippet is named; more of them are among the mutants."""
    assert re.search("snippets/test_git.py::.* FAILED", strange), strange[-2000:]
    assert "snippets/stat/gitconfig" in strange
