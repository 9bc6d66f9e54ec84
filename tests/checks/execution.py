"""Runs the commands of a page in order, in one sandbox, and compares what the page says is seen.

Each page has a sandbox for each reader, so that none meets what another has left. A page's commands
run where every program is at hand. `ssh` to a host is resolved by the real client with the guide's
own config and goes no further: it has to lead to a host of the facts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from macros.facts import current
from macros.slots import fill
from tests.checks.subject import Problem, Subject
from tests.environments.ended import Ended
from tests.environments.sandbox import sandbox
from tests.evidence import notes, versions
from tests.guide import commands, reading
from tests.guide.profiles import readers

#: Answers every question for a passphrase. Only the sample reader has one: to encrypt a key
#: costs a tenth of a second each time.
_ASKPASS = "#!/bin/sh\necho '{passphrase}'\n"
#: The real client says where it would connect, and connects to nothing.
_SSH = """#!/bin/sh
case " $* " in *" -G "* | *" -V "* | *" -Q "*) exec /usr/bin/ssh -T "$@" ;; esac
/usr/bin/ssh -G "$@" > "$RESOLVED" || exit 255
"""
_CONFIG = "laptop/ssh_config"
#: What a reader has already, and a block must not take away.
_SEEDED = (".bashrc", ".zshrc", ".bash_profile", ".ssh/known_hosts")


@dataclass(frozen=True)
class Outcome:
    """What a block did.

    Exit code, what its reader saw, what `ssh` would have done (as `ssh -G`
    says it), and what it did to the home that no reader wants.
    """

    code: int
    seen: str
    ssh: dict[str, str]
    harm: str


def check(subject: Subject) -> list[Problem]:
    """Return what went wrong when the block ran; nothing for one that cannot run here."""
    name = next(n for n, reader in readers().items() if reader == subject.reader)
    outcome = outcomes(subject.block.page, name).get(subject.block.start)
    if outcome is None:
        return []
    notes.note(
        subject.block,
        "effect" if outcome.ssh else "sandbox",
        *versions.behind(subject.text),
        why="ssh said where it would lead, and went no further" if outcome.ssh else "",
    )
    if outcome.code:
        return [Problem(f"exit code {outcome.code}: {outcome.seen.strip()}")]
    if outcome.harm:
        return [Problem(outcome.harm)]
    wrong = _wrong_ways(outcome.ssh) or _near_end(outcome.ssh, subject.block.page)
    return [Problem(message) for message in wrong]


def _wrong_ways(ssh: dict[str, str]) -> list[str]:
    """Return what is wrong with where `ssh` would lead: host, and the port of a tunnel."""
    if not ssh:
        return []
    hosts = {h.host: h for h in current().hosts.values() if h.status != "retired"}
    host = hosts.get(ssh["hostname"])
    if host is None:
        return [f"ssh would connect to {ssh['hostname']!r}, which is no current host"]
    if "remoteforward" in ssh:
        return [
            "-R opens a port of the laptop to the host; the guide's tunnels go the other way, -L"
        ]
    port = current().values["jupyterhub_port"].value
    if "localforward" in ssh and (
        host.kind != "stat" or not ssh["localforward"].endswith(f"[127.0.0.1]:{port}")
    ):
        return [f"the tunnel leads to {host.host}, {ssh['localforward']}: no JupyterHub is there"]
    if "localforward" in ssh and ssh["sessiontype"] != "none":
        return ["without -N the tunnel opens a shell, too"]
    return []


def _near_end(ssh: dict[str, str], page: Path) -> list[str]:
    """Return what is wrong with the near end of a tunnel: `page` says what to open there."""
    near = ssh.get("localforward", "").partition(" ")[0]
    if not near or f"http://localhost:{near}" in reading.rendered(page).text:
        return []
    return [
        f"the tunnel begins at port {near}, but the page has no link to http://localhost:{near}"
    ]


@dataclass(frozen=True)
class Walk:
    """All that decides what a page's commands do: the reader's files, and each block's text."""

    shell_name: str
    passphrase: str
    files: tuple[tuple[str, str], ...]
    scripts: tuple[str, ...]


_begun: dict[Walk, Future[list[Outcome]]] = {}


def start(pages: Iterable[Path]) -> None:
    """Begin to run `pages` for every reader, some side by side; a sandbox for each."""
    ordered = sorted(set(pages))
    if ordered:
        reading.all_blocks()  # rendered once, before there are threads
        pool = ThreadPoolExecutor(os.cpu_count())
        for page, reader in product(ordered, readers()):
            walk = _walk(page, reader, _runnable(page, reader))
            if walk.scripts and walk not in _begun:
                _begun[walk] = pool.submit(_run, walk)


def wait() -> None:
    """Wait for what was begun."""
    for run in _begun.values():
        run.result()


def outcomes(page: Path, reader: str) -> dict[int, Outcome]:
    """Return what the page's runnable blocks did for `reader`, by position of the block.

    Raises UncontainedError where there is no sandbox.
    """
    return _outcomes_of(page, reader, _once)


def once_more(page: Path, reader: str) -> dict[int, Outcome]:
    """Run the page again, and return its outcomes as `outcomes` does."""
    return _outcomes_of(page, reader, _run)


def _outcomes_of(
    page: Path, reader: str, run: Callable[[Walk], list[Outcome]]
) -> dict[int, Outcome]:
    blocks = _runnable(page, reader)
    found = run(_walk(page, reader, blocks)) if blocks else []
    return dict(zip([block.start for block in blocks], found, strict=True))


def _once(walk: Walk) -> list[Outcome]:
    return _begun[walk].result() if walk in _begun else _alone(walk)


@cache
def _alone(walk: Walk) -> list[Outcome]:
    return _run(walk)


def _run(walk: Walk) -> list[Outcome]:
    """Do a walk in a fresh home."""
    with sandbox(walk.shell_name) as box:
        _furnish(box.home, walk)
        done = box.run(["bash", "-c", _DRIVER, "driver", *walk.scripts], env=_ENVIRONMENT)
    return list(_outcomes(done, len(walk.scripts)))


def _runnable(page: Path, reader: str) -> list[reading.Block]:
    values = dict(readers()[reader].values)
    return [
        block
        for block in reading.blocks(page)
        if block.language == "bash"
        and block.place in ("laptop", "stat")
        and not block.text.startswith("#!")  # saved, it does nothing yet
        and block.is_for(values)
        and runs_here(fill(block.text, values))
    ]


def _walk(page: Path, reader: str, blocks: list[reading.Block]) -> Walk:
    """Return how `reader` comes to `page`: with the guide's ssh config, and the page's files."""
    values = dict(readers()[reader].values)
    files = dict.fromkeys(_SEEDED, "# mine\n")
    for block in [*_ssh_config(), *(block for block in reading.blocks(page) if block.snippet)]:
        file = block.attributes.get("title", "")
        if file.startswith("~/") and block.place in ("laptop", "stat"):
            files[file.removeprefix("~/")] = fill(block.text, values)
    return Walk(
        values["shell_name"],
        "correct horse battery staple" if reader == "sample" else "",
        tuple(files.items()),
        tuple(fill(block.text, values) for block in blocks),
    )


def _ssh_config() -> Iterator[reading.Block]:
    for page, used in reading.uses().items():
        if ("snippets", _CONFIG) in used:
            yield from (block for block in reading.blocks(page) if block.snippet == _CONFIG)


#: Runs each of its arguments in a bash of its own, as if typed in one after the other, and prints
#: what is to be known of it: four texts, each with a NUL after it.
_DRIVER = r"""
export PATH="$HOME/.bin:/usr/bin:/bin" SSH_ASKPASS="$HOME/.bin/askpass" RESOLVED=/tmp/resolved
seeded=()
for file in SEEDED; do
    [[ -f $file && $(<"$file") == "# mine"* ]] && seeded+=("$file")
done
said() { tr -d '\0' 2> /dev/null; printf '\0'; }
for script; do
    rm -rf "$RESOLVED"
    bash -e <(printf '%s' "$script") > /tmp/seen 2>&1 < /dev/null
    echo $? | said
    said < /tmp/seen
    if [ -e "$RESOLVED" ]; then said < "$RESOLVED"; else said < /dev/null; fi
    {
        for file in "${seeded[@]}"; do
            [[ -f $file && $(<"$file") == *"# mine"* ]] ||
                echo "this took away what the reader had in ~/$file"
        done
        [[ $script == *ssh* ]] && find .ssh -perm /077 ! -name '*.pub' \
            ! -name 'known_hosts*' -printf 'others can read ~/%p\n'
    } | said
done
""".replace("SEEDED", " ".join(_SEEDED))
_ENVIRONMENT = {"SSH_ASKPASS_REQUIRE": "force", "DISPLAY": "none", "GIT_CONFIG_NOSYSTEM": "1"}


#: Of git, what leaves the sandbox.
_ASK_A_SERVER = {"clone", "fetch", "pull", "push"}


def runs_here(text: str) -> bool:
    """Return whether every program of `text` is at hand in the sandbox.

    A script of the guide is, but what it looks at is in the lab; so is the server that git asks.
    """
    return all(
        command.name in commands.RUNS_HERE
        and not (command.name == "bash" and command.words[0].startswith("~/"))
        and not (command.name == "git" and _ASK_A_SERVER & set(command.words))
        for command in commands.parse(text)
    )


def _furnish(home: Path, walk: Walk) -> None:
    """Make the home that a reader begins with."""
    programs = {"askpass": _ASKPASS.format(passphrase=walk.passphrase), "ssh": _SSH}
    for name, text in programs.items():
        _put(home / ".bin" / name, text, 0o755)
    (home / ".ssh").mkdir(mode=0o700)
    for name, text in walk.files:
        _put(home / name, text, 0o600)


def _put(file: Path, text: str, mode: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)


def _outcomes(done: Ended, blocks: int) -> Iterator[Outcome]:
    """Yield what each block did; harm is laid to the block that did it first.

    Those that are missing did not come to their end, and it says why.
    """
    said = done.out.split("\0")
    known: set[str] = set()
    for number in range(blocks):
        texts = said[4 * number : 4 * number + 4]
        if len(texts) < 4:
            yield Outcome(done.code or 1, f"{''.join(texts)}{done.err}", {}, "")
            continue
        code, seen, resolved, harmful = texts
        ssh = dict(line.split(" ", 1) for line in resolved.splitlines() if " " in line)
        harm = set(harmful.splitlines())
        yield Outcome(int(code), seen, ssh, "; ".join(sorted(harm - known)))
        known |= harm
