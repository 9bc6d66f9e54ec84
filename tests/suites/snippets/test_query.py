"""What the commands of the pages on queries do beside the queries."""

from __future__ import annotations

import pytest

from macros.facts import current
from macros.slots import fill
from tests.checks.snippet_texts import blocks_with
from tests.environments.sandbox import Sandbox, sandbox
from tests.guide.profiles import readers

VALUES = dict(readers()["sample"].values)
COMMAND_LINE, NOTEBOOK, R = "query/command-line", "query/notebook", "query/r"
SHELL = "setup/shell"
#: R's functions that reach the world, which say what they were asked for instead.
_ASKED = """
install.packages <- function(pkgs, lib, repos) cat("install", pkgs, repos, "\\n")
remotes <- list(install_github = function(repo) cat("github", repo, "\\n"))
packageVersion <- function(pkg) cat("version", pkg, "\\n")
`::` <- function(package, name) get(as.character(substitute(package)))[[substitute(name)]]
"""


def put(box: Sandbox, **programs: str) -> None:
    """Put `programs`, names and scripts, into the sandbox, where a shell looks first."""
    (box.home / "bin").mkdir()
    for name, script in programs.items():
        (box.home / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
        (box.home / "bin" / name).chmod(0o755)


def path_of(box: Sandbox) -> dict[str, str]:
    return {"PATH": f"/home/{box.user}/bin:/usr/bin:/bin"}


@pytest.mark.parametrize("page", [COMMAND_LINE, NOTEBOOK])
@pytest.mark.parametrize(("ticket", "asked"), [("exit 0", ""), ("exit 1", "asked\n")])
def test_the_password_is_asked_for_where_there_is_no_ticket(
    page: str, ticket: str, asked: str
) -> None:
    for block in blocks_with(page, "kinit"):
        with sandbox(VALUES["shell_name"], host="stat") as box:
            put(box, klist=ticket, kinit="echo asked")
            done = box.run(["bash", "-ec", block.text], env=path_of(box))
        assert (done.code, done.out) == (0, asked), block.where(1)


@pytest.mark.parametrize("program", ["analytics-mysql", "hive"])
def test_a_result_is_written_anew(program: str) -> None:
    blocks = [b for b in blocks_with(COMMAND_LINE, "> ~/") if b.text.startswith(program)]
    assert blocks
    for block in blocks:
        with sandbox(VALUES["shell_name"], host="stat") as box:
            put(box, **{program: "echo a result"})
            for _ in range(2):
                done = box.run(["bash", "-ec", block.text], env=path_of(box))
        assert (done.code, done.out) == (0, "a result\n"), block.where(1)


def test_r_gets_the_packages_from_where_they_are() -> None:
    links = current().links
    wmfdata = str(links["wmfdata_r"].url).removeprefix("https://github.com/")
    (install,), (version,) = blocks_with(R, "install.packages"), blocks_with(R, "packageVersion")
    (other,) = blocks_with(SHELL, "install.packages")
    text = "\n".join([_ASKED, *(fill(b.text, VALUES) for b in (other, install, version))])
    with sandbox(VALUES["shell_name"], host="stat") as box:
        done = box.run(["R", "--vanilla", "--no-echo"], stdin=text)
    assert done.out.split("\n") == [
        f"install here {links['cran'].url} ",
        f"install remotes {links['cran'].url} ",
        f"github {wmfdata} ",
        "version wmfdata ",
        "",
    ], f"{install.where(1)}: {done.out}{done.err}"
