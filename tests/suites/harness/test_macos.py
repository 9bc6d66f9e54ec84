"""What macOS lacks is not in what `make serve` and `make check` run there.

It has bash 3.2, make 3.81, and the BSDs' sed, stat, date and others. No Mac runs these tests: they
look for what is known to fail, and each pattern is tried on what it has to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from macros.errors import ROOT
from tests.environments import scratch

#: Programs of the BSDs too, where long options are GNU's.
_SHARED = (
    "cat|chmod|cp|cut|date|find|grep|head|ln|ls|mkdir|mktemp|mv|readlink|rm|sed|sort|stat|"
    "tail|tee|touch|tr|uname|wc|xargs"
)
#: What macOS lacks: a name, a pattern, and lines in which the pattern has to find it.
LACKING = {
    "a long option": (rf"\b(?:{_SHARED})\b[^|;&]* --\w", ["ls --all", "cp -a --reflink a b"]),
    "sed": (r"\bsed\b[^|;&]* -\w*[ri]\w*\b", ["sed -i s/a/b/ file", "sed -nr s/a/b/p"]),
    "stat": (r"\bstat +-\w*[cL]", ["stat -c %Y file"]),
    "readlink": (r"\breadlink +-\w*[fem]|\brealpath\b", ["readlink -f .", "realpath ."]),
    "mktemp": (r"\bmktemp\b[^|;&)]* -\w*p", ["mktemp -d -p /tmp"]),
    "date": (r"\bdate +-\w*[dI]|\bdate\b[^|;&]*%N", ["date -d yesterday", "date +%s%N"]),
    "grep": (r"\bgrep\b[^|;&]* -\w*P", ["grep -oP a file"]),
    "find": (r"\bfind\b[^|;&]* -(?:printf|readable|executable)", ["find . -printf %p"]),
    "xargs": (r"\bxargs +-\w*[rda]\b", ["xargs -r rm"]),
    "head": (r"\bhead\b[^|;&]* -n *-", ["head -n -1 file"]),
    "cp and ln": (r"\bcp +-\w*[tu]\b|\bln +-\w*[rT]", ["cp -t folder a", "ln -sT a b"]),
    "sort": (r"\bsort +-\w*z", ["sort -z"]),
    "a program": (
        r"(?:^|[|;&(] *|\$\(|`)"
        r"(?:timeout|nproc|tac|sha256sum|md5sum|setsid|getent|flock|unshare|pidof|free)\b",
        ["timeout 3 make", "a | tac", "jobs=$(nproc)"],
    ),
    "/proc": (r"/proc/", ["cat /proc/cpuinfo"]),
    "bash 4": (
        r"\b(?:declare|local|typeset) +-\w*[An]|\b(?:mapfile|readarray|coproc)\b|&>>|\|&"
        r"|\$\{\w+(?:\[[^]]*\])?(?:\^|,|@)|\$\{\w+\[-\d|\bglobstar\b|\$EPOCH",
        ["declare -A names", "mapfile -t lines", "a |& b", "echo ${name,,}", "echo ${list[-1]}"],
    ),
}
#: What make 3.81 lacks.
LACKING_MAKE = {
    "a special target": (r"^\.(?:ONESHELL|SHELLFLAGS|EXTRA_PREREQS)", [".ONESHELL:"]),
    "a way to assign": (r"^[\w. ]+ (?:!=|:::?=)", ["HERE != pwd", "A ::= b"]),
    "a function": (r"\$\((?:file|guile|let|intcmp) ", ["$(file >a,b)", "$(let a,b,c)"]),
    "a directive": (r"^(?:undefine|private|load|define \S+ *=)", ["undefine A", "define A ="]),
    "a grouped target": (r"^[^\t#=]*&:", ["a b &: c"]),
    "an option": (r"\$\(MAKE\).* (?:-O|--output-sync|--shuffle)", ["$(MAKE) -O test"]),
}
MAKEFILE = ROOT / "Makefile"
SCRIPTS = [ROOT / "tests/tools" / name for name in ("setup.sh", "side_by_side.sh")]


def lacking(text: str, patterns: dict[str, tuple[str, list[str]]]) -> Iterator[str]:
    """Yield what macOS lacks in a text, with the line; comments need not run."""
    for number, line in enumerate(text.splitlines(), 1):
        for name, (pattern, _) in patterns.items():
            if not line.lstrip().startswith("#") and re.search(pattern, line):
                yield f"{number}: {name}: {line.strip()}"


@pytest.mark.parametrize("path", [MAKEFILE, *SCRIPTS], ids=lambda path: path.name)
def test_scripts_run_on_a_mac(path: Path) -> None:
    assert list(lacking(path.read_text(encoding="utf-8"), LACKING)) == []


def test_what_cleans_up_runs_on_a_mac() -> None:
    assert list(lacking(scratch.CLEANER, LACKING)) == []


def test_the_makefile_is_one_for_make_3_81() -> None:
    assert list(lacking(MAKEFILE.read_text(encoding="utf-8"), LACKING_MAKE)) == []


@pytest.mark.parametrize(
    ("path", "patterns", "line"),
    [
        (path, patterns, line)
        for path, patterns in ((SCRIPTS[0], LACKING), (MAKEFILE, LACKING_MAKE))
        for _, lines in patterns.values()
        for line in lines
    ],
)
def test_what_a_mac_lacks_is_found(
    path: Path, patterns: dict[str, tuple[str, list[str]]], line: str
) -> None:
    text = path.read_text(encoding="utf-8")
    found = list(lacking(f"{text}\n{line}\n", patterns))
    assert found and all(each.endswith(f": {line}") for each in found)
