"""Remarkup, Phabricator's markup, against its own rules.

Rules: headings are `=` or `==`; a list item starts with `-`, `*`, `#` or a
checkbox `[ ]`, `[]` or `[x]`; a deeper one is indented by two blanks more; a
link is `[[ address | text ]]`. Source: Phabricator's Remarkup reference, and
PhutilRemarkupListBlockRule in its code.
"""

from __future__ import annotations

import re

from macros.facts import current
from tests.checks.subject import Problem, Subject

_ITEM = re.compile(r"^( *)(- |\* |# |\[[ xX]?\] )(?:\[[ xX]?\] )?(.*)$")
_LINK = re.compile(r"\[\[(.*?)\]\]")


def check(subject: Subject) -> list[Problem]:
    """Return what Phabricator would not show as meant."""
    problems: list[Problem] = []
    depth = -1
    fenced = False
    for number, line in enumerate(subject.text.split("\n"), 1):
        if line.startswith("```"):
            fenced = not fenced
            continue
        if fenced:
            continue
        problems += [Problem(message, number) for message in _links(line)]
        item = _ITEM.match(line)
        if item:
            deeper = len(item[1]) // 2
            problems += [Problem(m, number) for m in _item(item, deeper, depth)]
            depth = deeper
            problems += [Problem(message, number) for message in _pairs(line)]
        elif line.strip():
            problems += [Problem(message, number) for message in _other(line)]
            depth = -1
    if fenced:
        problems.append(Problem("a block of ``` is never closed", subject.text.count("\n")))
    return problems


def _item(item: re.Match[str], deeper: int, depth: int) -> list[str]:
    problems = []
    if len(item[1]) % 2:
        problems.append("a list item is indented by two blanks for each level")
    if deeper > depth + 1:
        problems.append("this item is two levels deeper than the one above it")
    if not item[3].strip():
        problems.append("an empty list item")
    return problems


def _other(line: str) -> list[str]:
    if re.match(r"\s*\[[^\[\]]?[^\[\]]\]", line) or re.match(r"\s*\[[xX ]?\]\S", line):
        return ["a checkbox is [ ] or [x], with a blank after it"]
    if line.startswith("=") and not re.fullmatch(r"(={1,5}) [^=].*[^=] \1", line):
        return ["a heading has the same number of = on both sides, and blanks inside"]
    if re.match(r"\s*[-*#](?![-*#\s])", line):
        return ["a list item has a blank after its mark"]
    return _pairs(line)


def _pairs(line: str) -> list[str]:
    """Return what is wrong with the marks of bold and of code."""
    bold = line.count("**") % 2 or re.search(r"(?<!\*)\*(?=\w)[^*]*\*\*", line)
    return ["** and ` come in pairs"] if bold or line.count("`") % 2 else []


def _links(line: str) -> list[str]:
    problems = []
    if line.count("[[") != line.count("]]"):
        problems.append("[[ and ]] come in pairs")
    known = {link.url for link in current().links.values()}
    for content in _LINK.findall(line):
        address, _, text = (part.strip() for part in content.partition("|"))
        if not address or not text:
            problems.append(f"a link is [[ address | text ]], not [[{content}]]")
        elif address not in known:
            problems.append(f"{address} is no link of the facts")
    return problems
