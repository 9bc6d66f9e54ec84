"""`make lab`: a shell on the laptop of the lab.

Usage: python -m tests.tools.practice [--exam] [--json] [profile.yml]

With `--exam` it says at its end how the exam went, as JSON if that is wanted.

The environment variable NOTEBOOKS is another address of this machine for notebooks, HOST:PORT.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import FrameType

from macros import checklist, facts, profile
from macros import exam as exam_file
from macros import sabotages as sabotage_file
from macros.errors import ROOT, GuideError
from macros.slots import fill
from tests.actors import admin
from tests.actors.journey import sabotages
from tests.checks.replica_queries import wikis
from tests.environments.lab import start as labs
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import web
from tests.environments.lake import jvm, warehouse
from tests.guide import steps
from tests.tools.practice import exam, laptop, notebooks

_WELCOME = """
You are on a laptop that is not yours: {user}@{laptop}, in a lab on this machine.
Its servers are real, the people and the data are not. Nothing here reaches a network.

  {bastion}   the bastion, to which the laptop has a way
  {stat}   the stat host behind it: Kerberos, Hive, replicas, notebooks, web proxy

Follow the guide from the page SSH keys on; in another window, this shows it:  {serve}
When you come to the access request, save its text here as ~/{request}:
the admin reads it there and answers in ~/{answer}.
GitHub takes the token {token}.

Notebooks open in your own browser, once there is a tunnel on this laptop:
  {notebooks}   with the password {password}
The tunnel needs a terminal of its own. This opens another one on this laptop:
  {terminal}
{advice}
On the laptop, not on the stat host:
  lab next    the next step           lab break    break something, for practice
  lab check   is what I did right?    lab why      what is wrong, and how to fix it
  lab exam    goals without commands      lab          all of this, again
They ask for your passphrase, unless an agent holds your key: see the page SSH keys.

`exit` leaves. Then all of this is gone: files, keys and servers.
"""
#: The step that others act on, and the words by which it is known that they have.
_REQUEST, _GRANTED = "access/request#the-request-on-phabricator", "Your access is granted."
_FIRST_TIME = """\
Your request is being granted. It takes a minute or two: the lab makes its tables, once.

"""
_WHO = f"you, by saving it as ~/{laptop.REQUEST}; then the admin, who answers in ~/{laptop.ANSWER}"
_MAIL = f"""
cat ~/{laptop.ANSWER} 2> /dev/null || echo 'No mail yet: save your request as ~/{laptop.REQUEST}'
grep -qs '{_GRANTED}' ~/{laptop.ANSWER}
"""


def main(arguments: list[str]) -> int:
    """Start the lab for the profile of `arguments`, or the sample, and open a shell in it."""
    options = _options(arguments)
    try:
        known = facts.current()
        reader = profile.sample(known)
        if options.profile:
            reader = profile.load(Path(options.profile), known, lambda: checklist.tasks(known))
        for ending in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, _leave)
        listener = notebooks.listen(os.environ.get("NOTEBOOKS", ""))
        print("Starting the lab ...", flush=True)
        lab = labs.start(reader, wikis())
    except (GuideError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    try:
        _practise(lab, listener, options.profile)
        if options.exam:
            _tell(lab, options.json)
    finally:
        lab.end()
    print("The lab is gone, and everything in it.")
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make lab")
    parser.add_argument("--exam", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("profile", nargs="?", default="")
    return parser.parse_args(arguments)


def _tell(lab: Lab, as_json: bool) -> None:
    """Print how the exam went, if it was begun."""
    sheet = lab.laptop.folder / laptop.SHEET.relative_to("/")
    if sheet.exists():
        goals = exam.load(sheet.read_text(encoding="utf-8"))
        print(exam.as_json(goals) if as_json else exam.told(goals))


def _practise(lab: Lab, listener: socket.socket, given: str) -> None:
    lab.need("kerberos", "system users", "web", "proxy", "others")
    terminal = _terminal(lab)
    welcome = _WELCOME.format(
        user=lab.reader.values["shell_name"],
        laptop=lab.laptop.short,
        bastion=lab.bastion.hostname,
        stat=lab.stat.hostname,
        request=laptop.REQUEST,
        answer=laptop.ANSWER,
        token=web.TOKEN,
        notebooks=notebooks.url(listener),
        password=lab.password,
        terminal=terminal,
        advice=notebooks.advice(listener),
        serve=f"GUIDE_PROFILE={shlex.quote(given)} make serve" if given else "make serve",
    )
    stat = lab.reader.values["stat_alias"]
    _furnish(lab, laptop.Practice(stat, welcome, _steps(lab, listener), exam_file.load()))
    notebooks.lead(lab, listener)
    ended = threading.Event()
    threading.Thread(target=_administer, args=(lab, ended), daemon=True).start()
    print(welcome)
    subprocess.call([terminal])
    ended.set()


def _terminal(lab: Lab) -> Path:
    """Return a program that opens a terminal on the laptop, for as long as the lab runs."""
    # One Ctrl-D too many, after leaving the stat host, would end it all.
    environment = {"TERM": os.environ.get("TERM", "dumb"), "IGNOREEOF": "1"}
    # `script` gives the shell a terminal of its own, inside: job control needs one.
    shell = ["script", "--quiet", "--return", "--command", "bash -il", "/dev/null"]
    command = lab.command(lab.laptop, shell, lab.reader.values["shell_name"], environment)
    program = lab.folder / "terminal"
    program.write_text(f"#!/bin/sh\nexec {shlex.join(command)}\n")
    program.chmod(0o700)
    return program


def _leave(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)


def _furnish(lab: Lab, known: laptop.Practice) -> None:
    """Put what it knows and the command `lab` on the laptop."""
    folder = lab.laptop.folder / laptop.FILE.parent.relative_to("/")
    folder.mkdir()
    (folder / laptop.FILE.name).write_text(laptop.dump(known), encoding="utf-8")
    python = shlex.join([sys.executable, "-B", "-m", "tests.tools.practice.command"])
    program = lab.laptop.programs / "lab"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {python} "$@"\n')
    program.chmod(0o755)


def _steps(lab: Lab, listener: socket.socket) -> tuple[laptop.PracticeStep, ...]:
    """Return what is practised, in the order of the pages: steps with a check of any kind."""
    values, found = dict(lab.reader.values), list[laptop.PracticeStep]()
    asked = laptop.Look("laptop", _MAIL, None)
    in_browser = notebooks.in_browser(listener)
    for step in steps.steps().values():
        if step.id == _REQUEST:
            found.append(replace(_step(step, values), who=_WHO, looks=(asked,)))
        elif step.check:
            found.append(_step(step, values))
        if step.id in in_browser:
            found.append(in_browser[step.id])
    return tuple(found)


def _step(step: steps.Step, values: dict[str, str]) -> laptop.PracticeStep:
    looks: list[laptop.Look] = []
    for block in step.check:
        text = fill(block.text, values)
        if block.place == "output" and looks:
            looks[-1] = laptop.Look(looks[-1].place, looks[-1].text, text)
        elif block.language == "bash":
            looks.append(laptop.Look(block.place, text, None))
    breaks = [
        laptop.Break(
            name,
            sabotage.place,
            fill(sabotage.apply or "", values),
            fill(sabotage.undo or "", values),
            fill(sabotage.see, values) if sabotage.see else None,
            fill(sabotage.misses, values) if sabotage.misses else None,
            sabotage_file.plain(fill(sabotage.cause, values), sabotage.page),
            sabotage_file.plain(fill(sabotage.cure, values), sabotage.page),
        )
        for name, sabotage in {**sabotages(step.id), **sabotages(step.id, refusals=True)}.items()
    ]
    return laptop.PracticeStep(
        step.id, step.title, "you", step.always, step.needs, tuple(looks), tuple(breaks)
    )


def _administer(lab: Lab, ended: threading.Event) -> None:
    """Act on the access request whenever its text is new; answer by mail.

    With access come the servers that nobody can use without it.
    """
    user, read, before = lab.reader.values["shell_name"], "", ""
    while not ended.wait(0.5):
        ticket = lab.run(lab.laptop, f"cat ~/{laptop.REQUEST}", user).out
        if ticket.strip() and ticket == before and ticket != read:  # no longer being written
            read = ticket
            try:
                answer = f"{_GRANTED}\n{admin.grant(lab, ticket)}\n"
                if not warehouse.is_built():
                    lab.run(lab.laptop, f"cat >> ~/{laptop.ANSWER}", user, stdin=_FIRST_TIME)
                lab.need("hadoop", "replicas")
                lab.begin("hive server")  # takes seconds, and nobody has a ticket for it yet
            except admin.RequestRefused as refusal:
                answer = f"Your request cannot be granted: {refusal}.\n\n"
            except Exception as error:
                answer = f"Something of the lab is broken, not of your request: {error}\n\n"
            lab.run(lab.laptop, f"cat >> ~/{laptop.ANSWER}", user, stdin=answer)
        before = ticket


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except SystemExit as left:
        code = int(left.code or 0)
    sys.stdout.flush()
    # What is still being started or built is for nobody.
    jvm.kill_all()
    os._exit(code)
