"""The languages of the guide, each asked what it reads where values stand in its quotes."""

from __future__ import annotations

import ast
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from urllib.parse import parse_qsl, quote

from selectolax.lexbor import LexborHTMLParser

from tests.environments import scratch


def _said(*command: str, given: str) -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    assert not done.stderr, done.stderr
    return done.stdout


def _bash(values: list[str]) -> list[str]:
    lines = [f'printf "%s\\n" "{value}" \'{value}\'\n' for value in values]
    twice = _said("bash", given="".join(lines)).split("\n")[:-1]
    assert twice[::2] == twice[1::2]
    return twice[::2]


def _git(values: list[str]) -> list[str]:
    with scratch.folder() as folder:
        config = folder / "config"
        config.write_text("".join(f'[user]\n    name = "{v}"\n' for v in values), "utf-8")
        command = ("git", "config", "--file", str(config), "--null", "--get-all", "user.name")
        return _said(*command, given="").split("\0")[:-1]


def _r(values: list[str]) -> list[str]:
    source = "".join(f'cat("{value}\\n")\n' for value in values)
    return _said("R", "--vanilla", "--no-echo", "--encoding=UTF-8", given=source).split("\n")[:-1]


def _sql(values: list[str]) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as database:
        rows = database.execute(" UNION ALL ".join(f"SELECT '{value}'" for value in values))
        return [value for (value,) in rows]


def _python(values: list[str]) -> list[str]:
    return list(ast.literal_eval("[" + "".join(f'"{value}",' for value in values) + "]"))


def _html(values: list[str]) -> list[str]:
    page = LexborHTMLParser("".join(f'<p title="{value}">{value}</p>' for value in values))
    assert [p.text() for p in page.css("p")] == [p.attributes["title"] for p in page.css("p")]
    assert len(page.css("body *")) == len(values)
    return [p.text() for p in page.css("p")]


def _url(values: list[str]) -> list[str]:
    query = "&".join(f"name={quote(value, safe='')}" for value in values)
    return [value for _, value in parse_qsl(query, strict_parsing=True)]


#: For each language what returns the values that it reads, of `values` as they stand in its quotes.
READERS: dict[str, Callable[[list[str]], list[str]]] = {
    "bash": _bash,
    "gitconfig": _git,
    "R": _r,
    "SQL": _sql,
    "Python": _python,
    "HTML": _html,
    "URL": _url,
}
