"""R: parsed by R, all blocks of the guide in one process; SQL in its strings is checked as SQL."""

from __future__ import annotations

import re
import shutil
from functools import cache

from macros.errors import unknown
from macros.facts import current
from tests.checks import sql
from tests.checks.subject import Problem, Subject
from tests.environments.sandbox import sandbox
from tests.guide import reading, sql_inside

#: Prints a line for each file that does not parse, and for each call of a function that base R
#: does not have.
_PROGRAM = r"""
read <- function(file) {
  tryCatch(parse(file = file, encoding = "UTF-8", keep.source = TRUE), error = function(e) {
    writeLines(paste("error", file, gsub("\n", " ", conditionMessage(e)), sep = "\t"))
    parse(text = "", keep.source = TRUE)
  })
}
for (file in commandArgs(TRUE)) {
  tokens <- getParseData(read(file))
  calls <- tokens[tokens$token == "SYMBOL_FUNCTION_CALL", ]
  for (n in seq_len(nrow(calls))) {
    before <- tokens$token[tokens$line1 == calls$line1[n] & tokens$col2 == calls$col1[n] - 1]
    if (!exists(calls$text[n]) && !any(before %in% c("NS_GET", "NS_GET_INT")))
      writeLines(paste("call", file, paste0(calls$line1[n], ":", calls$text[n]), sep = "\t"))
  }
}
"""


def check(subject: Subject) -> list[Problem]:
    """Return what R has against the block, and the problems of its queries."""
    if shutil.which("Rscript") is None:
        return [
            Problem(
                "R is missing: run make .venv/packages-check.done, or apt-get install r-base-core"
            )
        ]
    return _parsed().get(subject.text, []) or _sql(subject.text)


def syntax(text: str) -> list[Problem]:
    """Return where R cannot parse `text`, a block of the guide."""
    return [each for each in _parsed().get(text, []) if each.message.startswith("R: ")]


@cache
def _parsed() -> dict[str, list[Problem]]:
    """Return what R has against each text of the guide; those without problems are left out."""
    texts = sorted({t for b in reading.all_blocks() if b.language == "r" for t in b.texts()})
    paths = {f"{n}.R": text for n, text in enumerate(texts)}
    with sandbox("jdoe") as box:
        for path, text in paths.items():
            (box.home / path).write_text(text, encoding="utf-8")
        done = box.run(["Rscript", "--vanilla", "-e", _PROGRAM, *paths])
    if done.code:
        raise RuntimeError(f"Rscript failed: {done.err}")
    problems: dict[str, list[Problem]] = {}
    for line in done.out.splitlines():
        kind, _, rest = line.partition("\t")
        path, _, message = rest.partition("\t")
        if kind == "error":
            number = re.search(r":(\d+):\d+:", message)
            found = Problem(f"R: {message.strip()}", int(number[1]) if number else 1)
            problems.setdefault(paths[path], []).append(found)
        elif kind == "call":
            line_number, _, name = message.strip().partition(":")
            if name not in str(current().values["wmfdata_r_functions"].value).split(", "):
                found = Problem(f"R knows no function called {name}", int(line_number))
                problems.setdefault(paths[path], []).append(found)
    return problems


def _sql(text: str) -> list[Problem]:
    wikis = {wiki for section in current().sections.values() for wiki in section.wikis}
    queries = sql_inside.inside("r", text)
    problems = [
        Problem(unknown("wiki", query.wiki, wikis), text[: text.index(query.wiki)].count("\n") + 1)
        for query in queries
        if query.wiki and query.wiki not in wikis
    ]
    return problems + [problem for query in queries for problem in sql.inner_problems(query)]
