"""The way out of production, and what is at its ends: refused and allowed as the pages say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from macros.facts import current
from tests.checks.snippet_texts import for_reader
from tests.environments.ended import Ended
from tests.environments.lab import programs
from tests.environments.lab import start as labs
from tests.environments.lab.host import after_login, quoted
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import proxy, web
from tests.guide import profiles

pytestmark = pytest.mark.slow
VALUES = current().values
SET, UNSET = VALUES["proxy_helper_set"].value, VALUES["proxy_helper_unset"].value
GITHUB = f"https://{current().hosts['github'].host}"
ON_STAT = ["analytics-privatedata-users", "analytics-product-users"]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    running = labs.start(profiles.readers()["sample"])
    try:
        _furnish(running)
        yield running
    finally:
        running.end()


def _furnish(lab: Lab) -> None:
    user = lab.reader.values["shell_name"]
    for host, groups in ((lab.bastion, []), (lab.stat, ON_STAT)):
        host.add_user(user, groups)
    lab.need("web", "proxy", "system users")


@pytest.fixture(autouse=True)
def _new_home(lab: Lab) -> None:
    """Empty the home on the stat host, and forget tickets."""
    user = lab.reader.values["shell_name"]
    lab.must(lab.stat, "rm -rf ~/..?* ~/.[!.]* ~/* /tmp/krb5cc*", user=user)


def on_stat(lab: Lab, *commands: object, stdin: str = "", **env: str) -> Ended:
    """Run `commands` one after the other on the stat host, after what a login shell reads."""
    script = after_login("\n".join(map(str, commands)))
    return lab.run(lab.stat, script, lab.reader.values["shell_name"], stdin, env)


def _use_snippet_for_git(lab: Lab) -> None:
    config = lab.stat.home(lab.reader.values["shell_name"]) / ".gitconfig"
    config.write_text(for_reader("stat/gitconfig", "sample").text)


def _passwords(lab: Lab, *given: str) -> dict[str, str]:
    """Let git ask a program, which answers with `given` and writes each question down."""
    home = lab.stat.home(lab.reader.values["shell_name"])
    (home / "answers").write_text("".join(f"{password}\n" for password in given))
    (home / "ask").write_text(
        '#!/bin/bash\necho "$1" >> ~/questions\nhead -n 1 ~/answers; sed -i 1d ~/answers\n'
    )
    (home / "ask").chmod(0o755)
    return {"GIT_ASKPASS": f"/home/{home.name}/ask"}


def _questions(lab: Lab) -> list[str]:
    path = lab.stat.home(lab.reader.values["shell_name"]) / "questions"
    return path.read_text().splitlines() if path.exists() else []


def test_the_published_list_of_host_keys_is_the_labs(lab: Lab) -> None:
    url = VALUES["known_hosts_url"].value
    command = f"curl --fail --silent --show-error {url}"
    assert lab.must(lab.laptop, command) == lab.known_hosts


def test_what_is_not_there_is_not_found(lab: Lab) -> None:
    for url in (f"{GITHUB}/nobody/nothing/info/refs", f"{current().links['cran'].url}/nothing"):
        done = lab.run(lab.laptop, f"curl --fail --silent --show-error {url}")
        assert (done.code, "404" in done.err) == (22, True), url


def test_the_world_outside_is_reached_through_the_proxy_alone(lab: Lab) -> None:
    ask = f"curl --silent --show-error --head --output /dev/null {GITHUB}"
    without = on_stat(lab, ask)
    assert (without.code, "Failed to connect to github.com" in without.err) == (7, True)
    assert on_stat(lab, SET, UNSET, ask).code == 7
    assert on_stat(lab, SET, ask).code == 0
    for url in (VALUES["proxy_url"].value, VALUES["proxy_url_full"].value):
        assert on_stat(lab, f"https_proxy={url} {ask}").code == 0


def test_git_goes_through_the_proxy_by_itself(lab: Lab) -> None:
    clone = f"clone {GITHUB}/{web.public_repository()}"
    without = on_stat(lab, f"git -c http.proxy= {clone}")
    assert (without.code, "Failed to connect to github.com" in without.err) == (128, True)
    assert on_stat(lab, f"git {clone}").code == 0
    assert on_stat(lab, "git -C movement-metrics log --format=%s").out.splitlines() == [
        "Say where to start",
        "Say what this is",
        "Start",
    ]
    assert f"CONNECT {current().hosts['github'].host}:443" in proxy.log(lab)


def test_the_proxy_sets_the_variables_that_the_page_shows(lab: Lab) -> None:
    names = str(VALUES["proxy_variables"].value).split(", ")
    done = on_stat(lab, SET, "env | grep -iE '^https?_proxy=' | LC_ALL=C sort")
    said, *listed = done.out.splitlines()
    assert said == VALUES["proxy_set_message"].value
    assert listed == sorted(f"{name}={VALUES['proxy_url'].value}" for name in names)
    assert on_stat(lab, UNSET).out == f"{VALUES['proxy_unset_message'].value}\n"


def test_the_proxy_lets_no_internal_host_through(lab: Lab) -> None:
    done = on_stat(
        lab, SET, "curl --silent --noproxy '' --write-out '%{http_code}' http://x.wmnet/"
    )
    assert done.out.endswith("403")
    name, port = web.internal()
    done = on_stat(lab, SET, "unset no_proxy NO_PROXY", f"curl -sS https://{name}:{port}/v1/info")
    assert (done.code, done.err.strip()) == (56, "curl: (56) CONNECT tunnel failed, response 403")


@pytest.mark.parametrize(
    "way",
    [
        "curl -sS {url}",
        "unset no_proxy NO_PROXY; curl --noproxy '*' -sS {url}",
        "unset no_proxy NO_PROXY http_proxy https_proxy HTTPS_PROXY; curl -sS {url}",
        "{exports}\ncurl -sS {url}",
    ],
    ids=["no_proxy", "noproxy", "unset", "older-way"],
)
def test_a_host_inside_is_reached_past_the_proxy(lab: Lab, way: str) -> None:
    name, port = web.internal()
    exports = for_reader("stat/proxy_exports", "sample").text
    done = on_stat(lab, SET, way.format(url=f"https://{name}:{port}/v1/info", exports=exports))
    assert '"coordinator": true' in done.out, done.err


def test_the_older_way_with_two_variables_fails_inside(lab: Lab) -> None:
    url = VALUES["proxy_url"].value
    name, port = web.internal()
    exports = f"unset no_proxy NO_PROXY; export http_proxy={url} https_proxy={url}"
    assert on_stat(lab, exports, f"curl -sS https://{name}:{port}/").code == 56


def test_the_token_is_asked_for_once(lab: Lab) -> None:
    _use_snippet_for_git(lab)
    ask = _passwords(lab, web.TOKEN)
    done = on_stat(
        lab,
        f"{SET}; set -e",
        f"git clone --quiet {GITHUB}/{web.public_repository()} repository && cd repository",
        "for change in first second; do",
        "    git commit --quiet --allow-empty --message $change",
        "    git push --quiet origin HEAD:refs/heads/topic",
        "done",
        f"git ls-remote {GITHUB}/{web.private_repository(lab)} main",
        **ask,
    )
    assert done.code == 0, done.err
    name = lab.reader.values["github_name"]
    assert _questions(lab) == [f"Password for 'https://{name}@github.com': "]
    assert web.access_log(lab).count("/git-receive-pack HTTP/1.1") == 2


@pytest.mark.parametrize("given", [[], ["password-of-the-account"]], ids=["none", "wrong"])
def test_without_the_token_nothing_private_is_read_or_pushed(lab: Lab, given: list[str]) -> None:
    _use_snippet_for_git(lab)
    ask = _passwords(lab, *given) if given else {"GIT_TERMINAL_PROMPT": "0"}
    said = "Authentication failed for" if given else "could not read Password for"
    done = on_stat(lab, SET, f"git clone {GITHUB}/{web.private_repository(lab)}", **ask)
    assert (done.code, said in done.err) == (128, True), done.err
    assert ("not supported for Git operations" in done.err) == bool(given)
    ask = _passwords(lab, *given) if given else ask
    clone = f"git clone --quiet {GITHUB}/{web.public_repository()} repository"
    done = on_stat(lab, SET, clone, "git -C repository push origin HEAD:refused", **ask)
    assert (done.code, said in done.err) == (128, True), done.err


def test_an_environment_of_your_own_has_what_the_base_has(lab: Lab) -> None:
    """And the base stays as it is; day one installs something into such an environment."""
    clone, activate = VALUES["conda_clone"].value, VALUES["conda_activate"].value
    listed = on_stat(lab, f"{clone} my-env && ls {VALUES['jupyterhub_user_envs'].value}").out
    assert listed.endswith("\nmy-env\n")
    again = on_stat(lab, f"{clone} my-env")
    assert (again.code, "prefix already exists" in again.err) == (1, True)
    use = "python -c 'import pandas, sys; print(sys.prefix)'"
    assert on_stat(lab, f"source {activate} my-env", use).out.endswith("/my-env\n")
    assert on_stat(lab, f"touch {VALUES['jupyterhub_base_env'].value}/mine").code == 1
    assert "Could not find conda environment: other" in on_stat(lab, f"source {activate} other").err


def test_r_installs_a_package_through_the_proxy(lab: Lab) -> None:
    install = f'install.packages("here", repos = "{current().links["cran"].url}")'
    # R asks whether to use, and to make, a library in the home.
    typed = "\n".join([install, "yes", "yes", 'packageDescription("here")$Title'])
    done = on_stat(lab, SET, "R --interactive --quiet --no-save", stdin=typed)
    assert "Made up by the lab" in done.out, done.err


def test_a_system_user_has_a_ticket_without_a_password(lab: Lab) -> None:
    ask = "sudo -u {0} kerberos-run-command {0} klist"
    done = on_stat(lab, ask.format("analytics-product"))
    principal = f"analytics-product/{lab.stat.hostname}@{VALUES['kerberos_realm'].value}"
    assert f"Default principal: {principal}" in done.out, done.err
    assert "a password is required" in on_stat(lab, ask.format("analytics-search")).err
    refused = on_stat(lab, "kerberos-run-command analytics-product klist").out
    file = str(VALUES["kerberos_keytab"].value).replace("<user>", "analytics-product")
    assert refused == f"{VALUES['kerberos_run_refusal'].value}\n".replace("<file>", file)
    assert on_stat(lab, "kerberos-run-command").out == f"{VALUES['kerberos_run_usage'].value}\n"
    assert on_stat(lab, "klist -s").code == 1


def test_a_login_shell_says_whether_there_is_a_ticket(lab: Lab) -> None:
    user = lab.reader.values["shell_name"]
    said = lab.run(lab.stat, quoted("bash", "--login", "-c", "echo the end"), user).out
    assert said == f"\n{VALUES['kerberos_no_ticket_message'].value}\nthe end\n"


def test_groups_are_those_that_were_granted(lab: Lab) -> None:
    assert on_stat(lab, "groups").out.split() == [lab.reader.values["shell_name"], *ON_STAT]


def test_hdfs_wants_a_ticket(lab: Lab) -> None:
    user = lab.reader.values["shell_name"]
    without = on_stat(lab, "hdfs dfs -ls")
    assert (without.code, "Failed to find any Kerberos tgt" in without.err) == (1, True)
    home = programs.hdfs_home(lab.stat, user)
    (home / "results").mkdir()
    (home / "results" / "rows.parquet").write_bytes(bytes(3000))
    keytab = f"{VALUES['kerberos_keytab'].value}".replace("<user>", "analytics-product")
    ticket = f"kinit -k -t {keytab} analytics-product/{lab.stat.hostname}"
    assert on_stat(lab, ticket, "hdfs dfs -du -h").out == "2.9 K  8.8 K  results\n"
    found, *listed = on_stat(lab, "hdfs dfs -ls results").out.splitlines()
    assert found == "Found 1 items"
    assert [line.split()[0::7] for line in listed] == [["-rw-r--r--", "results/rows.parquet"]]


def test_the_output_of_a_notebook_is_cleared(lab: Lab) -> None:
    notebook = (
        '{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "source": ["1"],'
        ' "outputs": [{"name": "stdout", "output_type": "stream", "text": ["a private row"]}]}],'
        ' "metadata": {}, "nbformat": 4, "nbformat_minor": 4}'
    )
    clear = "jupyter nbconvert --clear-output --inplace a.ipynb"
    done = on_stat(lab, "cat > a.ipynb", f"{clear} && cat a.ipynb", stdin=notebook)
    assert done.code == 0, done.err
    assert '"source": [' in done.out
    assert "private" not in done.out
