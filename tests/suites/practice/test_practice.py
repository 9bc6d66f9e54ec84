"""`make lab`, as a person uses it: a terminal, the guide's own commands, and `lab`."""

from __future__ import annotations

import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from http.client import RemoteDisconnected
from pathlib import Path

import pexpect
import pytest

from macros.slots import fill
from tests.actors import jupyterlab
from tests.actors.newcomer import KEY_HOLE, PASSPHRASE
from tests.environments import patience
from tests.environments.web import chromium
from tests.guide.reading import DOCS
from tests.guide.steps import CONNECT, is_typed, saved_at, steps
from tests.suites.practice.person import PROMPT, READER, Person, save
from tests.tools.practice import notebooks
from tests.tools.practice.__main__ import main

pytestmark = pytest.mark.slow
_KEYS = "access/ssh-keys#make-the-keys"
_PAGE, _FIRST_QUERY = "setup/jupyter", "query/notebook#the-first-query"


@pytest.fixture(scope="module")
def person() -> Iterator[Person]:
    someone = Person()
    yield someone
    someone.shell.close(force=True)


@pytest.fixture(scope="module")
def with_keys(person: Person) -> Person:
    """A person who has made their keys as the guide says."""
    for block in steps()[_KEYS].todo:
        if is_typed(block):
            person.type(fill(block.text, dict(READER.values)).rstrip())
    return person


@pytest.fixture(scope="module")
def at_the_stat_host(with_keys: Person) -> Person:
    """A person who has followed the guide until they could log in to the stat host."""
    person, mine = with_keys, dict(READER.values)
    key = person.type(f"cat ~/.ssh/{mine['production_key']}.pub").strip()
    order = list(steps().values())
    for step in order[: order.index(steps()[CONNECT]) + 1]:
        for block in step.todo if step.id != _KEYS else ():
            text = fill(block.text, mine).rstrip()
            if block.snippet == "phabricator/access_request":
                ticket = text.replace(KEY_HOLE, key)
                if block.is_for(mine):
                    save(person, "~/access_request.txt", ticket)
            elif saved_at(block):
                save(person, block.attributes["title"], text)
            elif is_typed(block):
                person.type(text)
    person.type("until grep -q 'Temporary password' ~/mail.txt; do sleep 0.1; done")
    return person


def test_the_welcome_says_what_is_there_and_how_to_leave(person: Person) -> None:
    for said in (READER.values["bastion"], READER.values["stat_host_name"], "lab next", "`exit`"):
        assert said in person.welcome


def test_next_is_the_first_step(person: Person) -> None:
    assert f"page: {_KEYS}" in person.type("lab next")
    assert "nothing to break yet" in person.type("lab break")


def test_a_step_is_done_broken_explained_and_mended(with_keys: Person) -> None:
    person = with_keys
    assert f"{_KEYS} ... ok" in person.type("lab check access/ssh-keys")
    broken = person.type("lab break key-open-to-group")
    assert "Broken." in broken and "It means" not in broken
    assert "not yet" in person.type("lab check access/ssh-keys")
    explained = person.type("lab why")
    assert "It means: " in explained and "Do this: " in explained
    person.type(f"chmod 600 ~/.ssh/{READER.values['production_key']}")
    assert "You have mended it." in person.type("lab check access/ssh-keys")


def test_the_admin_answers_a_request_by_what_it_says(person: Person) -> None:
    person.type("echo 'please let me in' > ~/access_request.txt")
    assert "cannot be granted: the request does not say: Shell name" in mail(person)


def mail(person: Person) -> str:
    wait = "until [ -s ~/mail.txt ]; do sleep 0.1; done; cat ~/mail.txt; rm ~/mail.txt"
    return person.type(wait)


def test_the_guide_leads_to_the_stat_host(at_the_stat_host: Person) -> None:
    """Every check on the way passes in `lab` as it does when it is typed."""
    checked = at_the_stat_host.type("lab check access/ssh; lab check access/host-keys; lab next")
    assert f"{CONNECT} ... ok" in checked
    assert "page: access/kerberos#first-password" in checked


def test_what_is_mended_is_acknowledged_though_other_steps_are_not_done(
    at_the_stat_host: Person,
) -> None:
    person = at_the_stat_host
    assert "Broken." in person.type("lab break ssh-config-open")
    person.type("chmod 600 ~/.ssh/config")
    seen = person.type("lab check")
    assert "You have mended it." in seen
    assert "setup/git#push ... waits for " in seen
    # Also what is broken in a section that may not apply, which is no step of everybody's.
    person.type("touch ~/.ssh/known_hosts")
    assert "Broken." in person.type("lab break host-key-of-ones-own")
    person.type("mv ~/.ssh/known_hosts.before ~/.ssh/known_hosts")
    assert "You have mended it." in person.type("lab why")
    assert "setup/jupyter#short is not done" in person.type("lab break tunnels-older")
    assert "nothing is called 'nonsense'; known: " in person.type("lab break nonsense")


def test_what_a_check_does_not_see_is_not_broken(at_the_stat_host: Person) -> None:
    """A key in the agent opens the way, whatever is with its file."""
    person, key = at_the_stat_host, f"~/.ssh/{READER.values['production_key']}"
    person.type(f'eval "$(ssh-agent)" && ssh-add {key}')
    assert "the check does not see it" in person.type("lab break key-unprotected")
    assert "600\n" in person.type(f"stat -c %a {key}")
    person.type("ssh-agent -k")
    assert "You have mended it." not in person.type("lab check access/host-keys")


def test_without_a_tunnel_the_browser_is_told_how_to_open_it(person: Person) -> None:
    status, text = visit(person.notebooks)
    assert status == HTTPStatus.SERVICE_UNAVAILABLE
    assert text.startswith("Unable to connect: no tunnel is open on the lab's laptop.")
    assert tunnel() in text


def visit(address: str) -> tuple[int, str]:
    """Return status and text of a page, as a browser of this machine gets it; 0 for no answer.

    A browser knows `localhost` by itself, which a system without /etc/hosts does not.
    """
    try:
        with urllib.request.urlopen(address.replace("//localhost", "//127.0.0.1")) as page:  # noqa: S310
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except RemoteDisconnected:
        return 0, ""


def tunnel() -> str:
    """Return the command of the page that opens the tunnel."""
    (block,) = steps()[f"{_PAGE}#tunnel"].todo
    return fill(block.text, dict(READER.values)).rstrip()


def test_the_first_query_is_run_in_a_browser_of_this_machine(at_the_stat_host: Person) -> None:
    person = at_the_stat_host
    person.type(f'eval "$(ssh-agent)" && ssh-add ~/.ssh/{READER.values["production_key"]}')
    assert "No browser has opened JupyterLab yet" in person.type(f"lab check {_PAGE}#start")
    mail = person.type("grep 'Temporary password' ~/mail.txt").split("password: ")[1]
    seen = person.type(f"ssh -t {READER.values['stat_alias']} kinit", password=mail.split()[0])
    assert "Password expired" in seen and "incorrect" not in seen
    second = Person(person.told(r"(/\S+/terminal)"))
    second.type(tunnel(), until="passphrase for .*: ")
    second.shell.send(f"{PASSPHRASE}\r")  # once for the bastion, once for the stat host
    second.shell.expect("passphrase for .*: ")
    second.shell.send(f"{PASSPHRASE}\r")
    until = time.monotonic() + patience.SECONDS
    while visit(person.notebooks)[0] != HTTPStatus.OK:  # JupyterLab is still starting, perhaps
        assert time.monotonic() < until
        time.sleep(0.1)
    with chromium.launched() as browser:
        page = chromium.new_context(browser, permissions=jupyterlab.PERMISSIONS).new_page()
        page.goto(person.notebooks)
        jupyterlab.log_in(page, person.told("with the password (.*)").strip())
        below = jupyterlab.run_first_cell(page)
        assert below.locator("tbody tr").count() == 31, below.inner_text()
    checked = person.type(f"lab check {_PAGE}#start; lab check {_FIRST_QUERY}")
    assert f"{_PAGE}#start ... ok" in checked and f"{_FIRST_QUERY} ... ok" in checked
    until = time.monotonic() + patience.SECONDS
    second.shell.sendintr()
    while second.shell.expect([PROMPT, pexpect.TIMEOUT], timeout=5):
        assert time.monotonic() < until
        second.shell.sendintr()  # as a person does whose ssh is busy
    assert visit(person.notebooks)[0] == HTTPStatus.SERVICE_UNAVAILABLE


def test_what_is_done_in_the_browser_is_on_the_pages() -> None:
    with notebooks.listen() as listener:
        for step in notebooks.in_browser(listener).values():
            page, _, anchor = step.id.partition("#")
            title, _, heading = step.title.partition(": ")
            text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
            assert f"title: {title}\n" in text
            assert f"## {heading} {{ #{anchor} }}\n" in text or f"## {heading}\n" in text


def test_the_welcome_is_told_again(person: Person) -> None:
    assert person.notebooks in person.type("lab")


def test_leaving_says_so_and_leaves_nothing(person: Person) -> None:
    number = person.shell.pid
    terminal = Path(person.told(r"(/\S+/terminal)"))
    second = Person(str(terminal))
    person.shell.send("exit\r")
    person.shell.expect("The lab is gone")
    person.shell.expect(pexpect.EOF)
    assert not terminal.parent.exists()
    wait_until_nothing_is_left(number)
    with pytest.raises(urllib.error.URLError, match="refused"):
        visit(person.notebooks)
    second.shell.expect(pexpect.EOF)


def wait_until_nothing_is_left(number: int) -> None:
    """Wait for the heir of the process, which removes what is left once that has ended."""
    until = time.monotonic() + patience.SECONDS
    while list(Path("/tmp").glob(f"guide-{number}-*")):  # noqa: S108
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_a_closed_or_killed_terminal_leaves_nothing(ending: signal.Signals) -> None:
    someone = Person()
    os.kill(someone.shell.pid, ending)
    wait_until_nothing_is_left(someone.shell.pid)
    with pytest.raises(urllib.error.URLError, match="refused"):
        visit(someone.notebooks)
    someone.shell.close(force=True)


@pytest.mark.parametrize(
    "address", ["{taken}", "localhost", "127.0.0.1:0", "127.0.0.1:99999", "no.such.host:1"]
)
def test_an_address_that_cannot_be_had_is_one_clear_error(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = address.format(taken="{}:{}".format(*other.getsockname()))
        monkeypatch.setenv("NOTEBOOKS", address)
        assert main([]) == 1
    said = capsys.readouterr()
    assert said.err.startswith(f"NOTEBOOKS={address} is in use or is no address. Run: make lab")
    assert not said.out


def test_where_the_port_of_the_pages_is_taken_another_is_told() -> None:
    with notebooks.listen() as first, notebooks.listen() as second:
        assert notebooks.url(first) != notebooks.url(second)


@pytest.mark.parametrize(("host", "only_inside"), [("127.0.0.1", True), ("0.0.0.0", False)])  # noqa: S104
def test_in_a_container_it_says_how_the_address_is_reached(
    host: str, only_inside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebooks, "is_contained", lambda: True)
    with socket.create_server((host, 0)) as listener:
        advice = notebooks.advice(listener)
    assert "docker exec -it" in advice
    assert ("--network host" in advice) == only_inside


@pytest.mark.parametrize(
    ("profile", "says"),
    [
        ("nowhere.yml", "nowhere.yml"),
        ("{folder}", "{folder}"),
        ("{folder}/bad.yml", "bad.yml:1: shell_name"),
    ],
)
def test_a_bad_profile_is_one_clear_error(
    tmp_path: Path, profile: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.yml").write_text("shell_name: $(id)\n")
    assert main([profile.format(folder=tmp_path)]) == 1
    said = capsys.readouterr()
    assert says.format(folder=tmp_path) in said.err and not said.out
