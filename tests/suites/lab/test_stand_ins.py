"""A stand-in says and does what facts say, and those facts are read again in their sources."""

from __future__ import annotations

import re
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from macros.facts import current
from macros.sources.question import Question
from tests.environments.lab import programs
from tests.environments.lab.network import ADDRESSES
from tests.environments.lab.servers import jupyter, replicas

VALUES = current().values
_FOLDER = Path(programs.__file__).parent
#: Those that Wikimedia wrote; sudo, groups, hdfs and jupyter are other people's.
_THEIRS = (
    "analytics-mysql",
    "conda-analytics-activate",
    "conda-analytics-clone",
    "jupyterhub-singleuser",
    "kerberos-run-command",
)
#: Words of Conda and of Python's argparse, which the real programs have from there.
_OF_OTHERS = {
    "EnvironmentNameNotFound: Could not find conda environment: $1",
    "CondaValueError: prefix already exists: $prefix",
    "usage: analytics-mysql [-h] [--use-x1] [--mw-config-path MW_CONFIG_PATH] [--print-target]"
    " database",
    "analytics-mysql: error: $1",
    "argument --mw-config-path: expected one argument",
    "the following arguments are required: database",
}
#: Facts that no public file says, so that no probe can read them.
_UNREAD = {"conda_activate", "presto_version"}


def code(name: str) -> str:
    """Return the program `name` without its comments."""
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)


def is_read(key: str) -> bool:
    """Return whether a probe reads the value `key` again."""
    asked = [Question("values", key, VALUES[key], cited) for cited in VALUES[key].source]
    return any(each.read and not each.read.nothing for each in asked)


@pytest.mark.parametrize("name", _THEIRS)
def test_a_program_has_no_words_of_its_own(name: str) -> None:
    printed = re.findall(r'(?:echo|refuse|wrong_usage) "([^"\n]*)"', code(name))
    sentences = {each for each in printed if len(re.findall(r"(?<![$\w{])[a-z]+", each)) > 2}
    assert sentences - _OF_OTHERS == set()


def test_every_fact_that_a_stand_in_uses_is_read_again() -> None:
    used = set()
    for module in (programs, jupyter, replicas):
        text = Path(str(module.__file__)).read_text(encoding="utf-8")
        used |= set(re.findall(r'values\["(\w+)"\]', text)) & set(VALUES)
    assert len(used) > 15
    assert {key for key in used if not is_read(key)} - _UNREAD == set()


def test_set_proxy_sets_and_says_what_the_facts_say() -> None:
    variables = str(VALUES["proxy_variables"].value).split(", ")
    script = f"{programs._proxy()}\n{VALUES['proxy_helper_set'].value}\n"
    script += f"printenv {' '.join(variables)}\n{VALUES['proxy_helper_unset'].value}\n"
    script += f"printenv {' '.join(variables)}; printenv no_proxy NO_PROXY"
    done = subprocess.run(
        ["bash", "-c", script],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        VALUES["proxy_set_message"].value,
        *[VALUES["proxy_url"].value] * len(variables),
        VALUES["proxy_unset_message"].value,
        *[VALUES["no_proxy_managed"].value] * 2,
    ]


def test_analytics_mysql_has_the_options_of_the_real_one() -> None:
    known = set(re.findall(r"^\s+(--[\w-]+)\)", code("analytics-mysql"), re.MULTILINE))
    assert known == set(str(VALUES["replica_command_flags"].value).split(", "))


def test_a_new_environment_is_named_as_on_the_hosts() -> None:
    (form,) = re.findall(r"\$\(date \+(\S+)\)_\$USER", code("conda-analytics-clone"))
    example = str(VALUES["conda_clone_name"].value)
    assert datetime.strptime(example, form).strftime(form) == example


def test_the_notebooks_have_the_proxy_and_its_exceptions_as_jupyterhub_sets_them() -> None:
    exported = re.findall(r"(\w+)=\$\{?(\w+)", code("jupyterhub-singleuser"))
    assert exported == [
        ("http_proxy", "proxy"),
        ("https_proxy", "proxy"),
        ("no_proxy", "jupyterhub_no_proxy"),
    ]
    listed = str(VALUES["jupyterhub_no_proxy"].value)
    assert programs._jupyterhub_no_proxy() == re.sub(
        "host address", ADDRESSES["stat"]["production"][0], listed
    ).replace(", ", ",")
