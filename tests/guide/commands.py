"""The programs that the guide tells its readers to run.

What the quick tier can run is run, in a sandbox, and the real program judges
its arguments. What needs Wikimedia's servers cannot run here: its options are
listed, so that a misspelled one fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

#: Programs that every sandbox has: coreutils, grep, sed, OpenSSH's keys, git.
RUNS_HERE = frozenset(
    [
        "[",
        "alias",
        "awk",
        "base64",
        "bash",
        "break",
        "cat",
        "cd",
        "chmod",
        "continue",
        "cp",
        "cut",
        "date",
        "df",
        "diff",
        "echo",
        "env",
        "exec",
        "exit",
        "export",
        "file",
        "find",
        "free",
        "getent",
        "git",
        "grep",
        "head",
        "hostname",
        "id",
        "local",
        "ls",
        "mkdir",
        "mktemp",
        "mv",
        "nproc",
        "od",
        "printf",
        "pwd",
        "read",
        "readlink",
        "return",
        "rm",
        "rmdir",
        "sed",
        "set",
        "shift",
        "sort",
        "ssh",
        "ssh-add",
        "ssh-agent",
        "ssh-keygen",
        "ssh-keyscan",
        "source",
        "stat",
        "tail",
        "test",
        "timeout",
        "tr",
        "true",
        "umask",
        "uname",
        "uniq",
        "unset",
        "wc",
        "whoami",
        "xargs",
        ".",
        "command",
        "type",
        "eval",
        "shopt",
        "touch",
    ]
)
#: Those of them that are no part of a shell, and what they are part of.
_PRODUCTS = {
    "git": "git",
    "ssh": "OpenSSH",
    "ssh-add": "OpenSSH",
    "ssh-keygen": "OpenSSH",
    "ssh-keyscan": "OpenSSH",
}


@dataclass(frozen=True)
class Program:
    """A program that needs a server: its options, and which of them takes SQL of which dialect.

    `product` is what answers, by its name in `evidence/versions.py`.
    """

    options: frozenset[str]
    sql_option: str | None = None
    dialect: str | None = None
    product: str = "bash"


def _program(
    options: str = "",
    sql_option: str | None = None,
    dialect: str | None = None,
    product: str = "bash",
) -> Program:
    return Program(frozenset(options.split()), sql_option, dialect, product)


#: Programs of the stat hosts and of servers; sources: their manuals, and the facts.
ELSEWHERE = {
    "kinit": _program("-l -r -R -f -p -c -k -t -V", product="MIT Kerberos"),
    "klist": _program("-s -f -e -c -A -l -a", product="MIT Kerberos"),
    "kdestroy": _program("-A -q -c", product="MIT Kerberos"),
    "kpasswd": _program(),
    "groups": _program(),
    "gpg": _program("--list-secret-keys"),
    "kerberos-run-command": _program(),
    "hive": _program("-e -f -S --hiveconf --silent", "-e", "hive", "Hive"),
    "beeline": _program("-e -f -u --silent --outputformat --verbose", "-e", "hive", "Spark"),
    "presto": _program("--execute --output-format --catalog --schema", "--execute", "presto"),
    "spark3-sql": _program("-e -f -S --hiveconf --conf --master --name", "-e", "spark"),
    "spark3-submit": _program("--master --name --conf"),
    "pyspark3": _program("--master"),
    "spark-sql": _program("-e -f --master --name", "-e", "spark"),
    "analytics-mysql": _program(
        "-e --use-x1 --print-target --mw-config-path -N -B", "-e", "mysql", "MariaDB"
    ),
    "hdfs": _program("-ls -du -h -put -get -cat -mkdir -rm -f -skipTrash dfs -df"),
    "clip.exe": _program(),
    "install": _program("-m"),
    "set_proxy": _program(),
    "unset_proxy": _program(),
    "curl": _program(
        "-s -S -f -I -L -o -w --max-time --silent --show-error --head --fail --output --noproxy"
    ),
    "conda-analytics-clone": _program(),
    "conda-analytics-activate": _program(),
    "conda-analytics-list": _program(),
    "pip": _program("install list --upgrade"),
    "scp": _program("-r -p", product="OpenSSH"),
    "wmf-update-known-hosts-production": _program(),
    "R": _program(product="R"),
    "make": _program("-j"),
    "sudo": _program("-u"),
    "jupyter": _program("--clear-output --inplace"),
    "xdg-open": _program(),
}
#: What comes first after programs that do several things.
SUBCOMMANDS = {"hdfs": {"dfs"}, "jupyter": {"nbconvert"}}


#: Options whose values are closed: what their programs' manuals list, or the guide uses.
VALUES = {
    "--outputformat": {"table", "vertical", "csv2", "tsv2", "dsv", "xmlattr", "xmlelements"},
    "--hiveconf": {"hive.cli.print.header=true"},
}
#: How the output of a program starts that cannot run here; MIT Kerberos' own words.
FIRST_WORDS = {"kinit": "Password for ", "klist": "Ticket cache: FILE:"}


def product(program: str) -> str:
    """Return the product that is at work where `program` is typed: bash, if it is no other."""
    elsewhere = ELSEWHERE.get(program)
    return elsewhere.product if elsewhere else _PRODUCTS.get(program, "bash")


@dataclass(frozen=True)
class Command:
    """A simple command: its name, its words as written and unquoted, and its line (1-based)."""

    name: str
    words: tuple[str, ...]
    line: int


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


def parse(text: str) -> list[Command]:
    """Return the simple commands of the bash `text`, in order."""
    found: list[Command] = []
    defined: set[str] = set()
    _walk(_parser().parse(text.encode()).root_node, found, defined)
    return [command for command in found if command.name not in defined]


def _walk(node: Node, found: list[Command], defined: set[str]) -> None:
    if node.type == "function_definition":
        name = node.child_by_field_name("name")
        defined.add(_text(name) if name else "")
    if node.type in ("command", "declaration_command", "unset_command"):
        words = [child for child in node.named_children if child.type not in _NO_WORDS]
        program = (
            node.children[0].type if node.type != "command" else _text(words[0]) if words else ""
        )
        rest = words if node.type != "command" else words[1:]
        line = node.start_point[0] + 1
        if program and not program.startswith(("$", '"$')):  # nobody can tell what that is
            found.append(Command(program, tuple(_unquoted(word) for word in rest), line))
    for child in node.children:
        _walk(child, found, defined)


_NO_WORDS = {"variable_assignment", "file_redirect", "heredoc_redirect", "herestring_redirect"}


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _unquoted(node: Node) -> str:
    text = _text(node)
    return text[1:-1] if node.type in ("string", "raw_string") else text
