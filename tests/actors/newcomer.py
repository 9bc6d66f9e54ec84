"""The newcomer: does what a page says where it says it, and compares what it says they see."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest

from macros.profile import Profile
from macros.slots import fill
from tests.actors import admin
from tests.checks import output_blocks
from tests.checks.seen import first_difference
from tests.environments.lab import windows
from tests.environments.lab.host import quoted
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import openssh
from tests.environments.lab.servers.web import TOKEN
from tests.environments.lab.terminal import Answers, Seen, Stuck, Terminal
from tests.guide.reading import Block
from tests.guide.steps import Step, is_done, is_typed, saved_at

PASSPHRASE = "correct horse battery staple"  # noqa: S105 # of keys that live as long as a test
PASSWORD = "Tr0ub4dor&3 of the lab"  # noqa: S105 # as above
#: The command of a tunnel, and the port of its near end.
_TUNNEL = re.compile(r"^ssh -N .*-L (\d+):", re.MULTILINE)
KEY_HOLE = "‹one line: your public production key›"
_AGENT = "/tmp/desktop-agent"  # noqa: S108 # of the laptop's own


class CheckFailed(AssertionError):
    """What a page says was not what happened: the block, the difference, what was on the screen."""

    def __init__(self, block: Block, message: str, seen: str, line: int = 1):
        super().__init__(f"{block.where(line)}: {message}\n{_indented(seen)}")
        self.message, self.seen = message, seen


class LockedOut(Exception):
    """The stat host does not let the newcomer in: what `ssh` said."""


@dataclass
class Newcomer:
    """A person with the values of `reader`, at the laptop of the lab.

    `copied` is what they have taken from the site; other blocks are filled in without a browser.
    `done` are the blocks that they have typed, saved or sent, and the output that they saw.
    """

    lab: Lab
    reader: Profile
    copied: Mapping[Block, str] = field(default_factory=dict)
    done: set[Block] = field(default_factory=set)
    mail: str = ""
    password: str = ""
    public_key: str = ""
    _windows: dict[str, Terminal] = field(default_factory=dict)
    _environment: dict[str, str] = field(default_factory=lambda: {"TERM": "xterm-256color"})

    @property
    def _user(self) -> str:
        return self.reader.values["shell_name"]

    def text(self, block: Block) -> str:
        """Return `block` as this reader copies it."""
        return self.copied.get(block) or fill(block.text, dict(self.reader.values))

    def mine(self, blocks: list[Block], system: str | None = None) -> list[Block]:
        """Return those of `blocks` that are meant for this reader, or for them with `system`."""
        values = {**self.reader.values, **({"system": system} if system else {})}
        return [block for block in blocks if block.is_for(values)]

    def use_agent(self) -> None:
        """Have a desktop that starts an agent for keys, as most do."""
        self.lab.must(self.lab.laptop, f"ssh-agent -a {_AGENT}", user=self._user)
        self._environment["SSH_AUTH_SOCK"] = _AGENT

    @contextmanager
    def without_agent(self) -> Iterator[None]:
        """Be at a desktop that knows of no agent: one with a key in it hides what is wrong."""
        known = self._environment.pop("SSH_AUTH_SOCK", None)
        try:
            yield
        finally:
            self._environment |= {"SSH_AUTH_SOCK": known} if known else {}

    def do(self, step: Step, way: str | None = None, system: str | None = None) -> None:
        """Do what `step` says, in new windows; raises CheckFailed where something else is seen.

        It is done in another `way` than the first, or as on another `system`, if one is given.
        """
        blocks = self.mine(step.blocks(way or (step.ways[0] if step.ways else None)), system)
        self._follow(blocks, offers=True)

    def do_again(self, step: Step) -> None:
        """Do what `step` says a second time; what is seen then is not the page's subject."""
        blocks = step.blocks(step.ways[0] if step.ways else None)
        again = [block for block in self.mine(blocks) if block.place != "output"]
        self._follow(again, strict=False)

    def check(self, step: Step, offers: bool = False) -> None:
        """Look whether `step` worked, as its page says; raises CheckFailed when it did not.

        If it `offers`, what is seen is right, and may be written into the page in place of that.
        """
        self._follow(self.mine(list(step.check)), offers=offers)

    def attempt(self, place: str, text: str) -> str:
        """Type `text` in a new window at `place`; return what is seen."""
        try:
            return self._window(place).paste(text).text
        finally:
            self.close()

    def _follow(self, blocks: list[Block], strict: bool = True, offers: bool = False) -> None:
        """Do `blocks` in order. Exit codes count, unless what is done was done before."""
        try:
            for block, shown in _with_outputs(blocks):
                seen = self._carry_out(block)
                if is_done(block):
                    self.done.add(block)
                code = self._exit_code(block) if strict and is_typed(block) else 0
                if shown:  # first, as it says more than an exit code
                    self._compare(shown, seen, offers)
                    self.done.add(shown)
                if code:
                    raise CheckFailed(block, f"it ends with exit code {code}", seen.text)
        finally:
            self.close()

    def close(self) -> None:
        """Close all windows."""
        for window in self._windows.values():
            window.close()
        self._windows.clear()

    # -- at each place -----------------------------------------------------------------------

    def _carry_out(self, block: Block) -> Seen:
        text, place = self.text(block), saved_at(block)
        if block.snippet == "phabricator/access_request":
            self.mail = admin.grant(self.lab, text.replace(KEY_HOLE, self.public_key))
            self._ease_keys()
        elif place:
            self._save(block, place, text)
        elif is_typed(block):
            return self._type(block, text)
        return Seen("")

    def _ease_keys(self) -> None:
        """Have the passphrase open the key in one round of bcrypt, as it is typed so often."""
        known = ["-P", PASSPHRASE, "-N", PASSPHRASE, "-f", self.reader.values["production_key"]]
        again = quoted("ssh-keygen", "-q", "-p", "-a", "1", *known)
        self.lab.must(self.lab.laptop, f"cd ~/.ssh && {again}", user=self._user)

    def _save(self, block: Block, place: str, text: str) -> None:
        """Save `text` at `place` under the title of `block`, as an editor does.

        A browser on Windows has it in its own folder, without the dot that begins a name.
        """
        self.window(block, place)  # who cannot log in cannot save there
        file = block.attributes["title"]
        if place == "laptop" and self.reader.values["system"] == "wsl":
            name = file.rpartition("/")[2].removeprefix(".")
            (windows.downloads(self.lab.laptop) / name).write_text(text)
            return
        target = f"~/{shlex.quote(file.removeprefix('~/'))}"
        self.lab.must(
            self.lab.hosts[place],
            f"mkdir -p $(dirname {target}) && cat > {target}",
            user=self._user,
            stdin=text,
        )

    def _type(self, block: Block, text: str) -> Seen:
        window = self.window(block, block.place)
        tunnel = _TUNNEL.search(text)
        if tunnel:
            self._leave_tunnel(window, block, text, int(tunnel[1]))
            return Seen("")
        try:
            seen = window.paste(text)
        except Stuck as stuck:
            raise CheckFailed(block, "it does not come back", str(stuck)) from None
        if re.match(r"cat \S+\.pub$", text.strip()):
            self.public_key = seen.text.strip()
        return seen

    def _leave_tunnel(self, window: Terminal, block: Block, text: str, port: int) -> None:
        """Leave the tunnel of `text` open in its window, and open its near end in the browser."""
        answered = f"curl --silent --fail --location http://localhost:{port}"
        self._windows[f"tunnel {port}"] = self._windows.pop(block.place)
        try:
            window.leave_running(
                text, lambda: "Jupyter" in self.lab.run(self.lab.laptop, answered, self._user).out
            )
        except Stuck as stuck:
            raise CheckFailed(
                block, "no notebooks at the near end of the tunnel", str(stuck)
            ) from None

    def window(self, block: Block, place: str) -> Terminal:
        """Return the window at `place`, opened if need be; raises CheckFailed, for `block`."""
        try:
            return self._window(place)
        except LockedOut as error:
            raise CheckFailed(
                block, "the stat host does not let the newcomer in", str(error), 0
            ) from None

    def _window(self, place: str) -> Terminal:
        if place not in self._windows:
            shell = ["bash", "-il"]
            shell = self.lab.command(self.lab.laptop, shell, self._user, self._environment)
            self._windows[place] = window = Terminal(shell, self._answers())
            if place == "stat":
                seen = window.paste(f"ssh {self.reader.values['stat_alias']}")
                if window.paste("hostname").text.strip() == self.lab.laptop.short:
                    self._windows.pop(place).close()
                    raise LockedOut(seen.text)
            window.watch()
        return self._windows[place]

    # -- what is asked -----------------------------------------------------------------------

    def _answers(self) -> Answers:
        return {
            r"Enter (?:new |same )?passphrase[^\r\n]*: ": lambda _: PASSPHRASE,
            r"Overwrite \(y/n\)\? ": lambda _: "n",
            r"host '([\w.-]+) [^?]*\(yes/no/\[fingerprint\]\)\? ": self._fingerprint,
            r"Password for [^\r\n']+: ": lambda _: self._kerberos_password(),
            r"Enter new password: ": lambda _: self._new_password(),
            r"Enter it again: ": lambda _: PASSWORD,
            r"Password for 'https://[^\r\n]*': ": lambda _: TOKEN,
            r"MariaDB \[\w+\]> ": lambda _: "quit",
        }

    def _fingerprint(self, question: re.Match[str]) -> str:
        """Look the host up on Wikitech, as the page says."""
        published = {host.hostname: host for host in (self.lab.bastion, self.lab.stat)}
        return openssh.fingerprint(published[question[1]])

    def _kerberos_password(self) -> str:
        from_mail = re.search(r"password: (\S+)", self.mail)
        return self.password or (from_mail[1] if from_mail else "none yet")

    def _new_password(self) -> str:
        self.password = PASSWORD
        return PASSWORD

    # -- what is seen ------------------------------------------------------------------------

    def _compare(self, block: Block, seen: Seen, offers: bool) -> None:
        shown = self.text(block)
        asked = [exchange.question for exchange in seen.exchanges]
        whole = any(question.strip() in shown for question in asked)
        text = seen.text if whole else seen.without_exchanges()
        found = first_difference(shown, text)
        if found and not (offers and output_blocks.offer(block, [(self.reader, text)])):
            raise CheckFailed(block, found[1], seen.text, found[0])

    def _exit_code(self, block: Block) -> int:
        return self._windows[block.place].exit_code() if block.place in self._windows else 0


def _with_outputs(blocks: list[Block]) -> Iterator[tuple[Block, Block | None]]:
    """Yield what is done of `blocks`, each with the block that shows what is seen then, if any."""
    for block, following in zip_longest(blocks, blocks[1:]):
        if block.place != "output":
            yield block, following if following and following.place == "output" else None


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.rstrip().split("\n")[-20:])
