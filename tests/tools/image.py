"""`make image`: builds the image of `.devcontainer/`, and tries in it what people do there.

ENGINE names the program, docker or podman. BUILD and RUN are more options of its commands `build`
and `run`: BUILD="--build-arg BASE=debian:bookworm-slim".
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pexpect

from macros.errors import ROOT
from tests.environments import patience

NAME = "product-analytics-onboarding"
CONTAINERFILE = ".devcontainer/Containerfile"
ENGINES = ("docker", "podman")
#: What the lab and the sandboxes need in a container, as they make namespaces. For docker it is the
#: part of --privileged without which they do not start.
FLAGS = {
    "docker": [
        *(f"--security-opt={what}=unconfined" for what in ("seccomp", "apparmor", "systempaths")),
    ],
    "podman": ["--privileged"],
}


class Failed(Exception):
    """The image cannot be built, or something does not work in it: why, in one line."""


class Engine:
    """The engine at hand; raises Failed where there is none, or it does not answer."""

    def __init__(self) -> None:
        given = os.environ.get("ENGINE")
        names = [given] if given else ENGINES
        self.program = next((name for name in names if shutil.which(name)), "")
        if not self.program:
            raise Failed(f"{' or '.join(names)} is not installed; ENGINE= names another program")
        done = self.ask("info")
        if done.returncode:
            raise Failed(f"{self.program} is installed, but does not answer: {_last(done.stderr)}")

    def ask(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the engine; return how it ended and what it said."""
        return subprocess.run([self.program, *command], capture_output=True, text=True, check=False)

    def build(self) -> None:
        """Build the image, and show how it goes."""
        options = ["--tag", NAME, "--file", CONTAINERFILE, *_given("BUILD")]
        if subprocess.run([self.program, "build", *options, "."], cwd=ROOT, check=False).returncode:
            raise Failed(f"{self.program} cannot build the image; what it lacks stands above")

    def size(self) -> int:
        """Return the bytes of the image, all layers together."""
        return int(self.ask("image", "inspect", "--format", "{{.Size}}", NAME).stdout)

    def run(self, *options: str) -> list[str]:
        """Return the command that runs the image with this checkout, but for what it is to do."""
        kind = next((name for name in ENGINES if name in Path(self.program).name), ENGINES[0])
        mounted = ["--volume", f"{ROOT}:/guide"]
        return [
            *(self.program, "run", "--rm", *FLAGS[kind], *mounted, *_given("RUN"), *options),
            NAME,
        ]


def _given(variable: str) -> list[str]:
    return shlex.split(os.environ.get(variable, ""))


def _last(said: str) -> str:
    """Return the last line that says anything."""
    return ([line.strip() for line in said.splitlines() if line.strip()] or ["nothing is said"])[-1]


def try_check(engine: Engine) -> str:
    """Run the quick tests; return what each of their processes counts."""
    done = subprocess.run(
        [*engine.run(), "make", "check"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr, end="")
        raise Failed(_last(done.stderr or done.stdout))
    return "; ".join(re.findall(r"^\d+ passed.*$", done.stdout, re.MULTILINE))


def try_lab(engine: Engine) -> str:
    """Come to the lab's prompt, ask it for the next step, and leave; return what it answers."""
    command = [*engine.run("--interactive", "--tty"), "make", "lab"]
    shell = pexpect.spawn(command[0], command[1:], encoding="utf-8", timeout=patience.SECONDS)
    prompt = r"@laptop:\S*\$ "
    try:
        shell.expect(prompt)
        shell.sendline("lab next")
        shell.expect(r"lab next\s+")
        shell.expect(prompt)
        answer = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shell.before)
        shell.sendline("exit")
        shell.expect(pexpect.EOF)
    except pexpect.ExceptionPexpect as error:
        said = shell.before if isinstance(shell.before, str) else ""
        raise Failed(f"it does not come to its prompt: {_last(said)}") from error
    finally:
        shell.close(force=True)
    return next(line.strip() for line in answer.splitlines() if line.strip())


def try_serve(engine: Engine) -> str:
    """Start the guide's server and ask it for the first page; return the page's title."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--detach", f"--publish=127.0.0.1:{port}:{port}", f"--env=ADDRESS=0.0.0.0:{port}"]
    with _begun([*engine.run(*options), "make", "serve"], engine) as name:
        end = time.monotonic() + patience.SECONDS
        while time.monotonic() < end:
            try:
                with urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                    page = answer.read().decode()
                return "".join(re.findall("<title>(.*?)</title>", page))
            except (URLError, ConnectionError):
                time.sleep(1)
        raise Failed(f"make serve does not answer: {_last(engine.ask('logs', name).stderr)}")


@contextmanager
def _begun(command: list[str], engine: Engine) -> Iterator[str]:
    """Yield the name of a container that runs, and ends."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(_last(done.stderr))
    name = done.stdout.strip()
    try:
        yield name
    finally:
        engine.ask("kill", name)


TRIALS: dict[str, Callable[[Engine], str]] = {
    "make serve": try_serve,
    "make lab": try_lab,
    "make check": try_check,
}


def main() -> int:
    """Build the image, print its size, and try all; return 1 where something does not work."""
    try:
        engine = Engine()
        engine.build()
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    print(f"{NAME}: {engine.size() / 1e6:,.0f} MB")
    failures = 0
    for name, trial in TRIALS.items():
        try:
            print(f"{name}: {trial(engine)}", flush=True)
        except Failed as failed:
            print(f"{name}: {failed}", file=sys.stderr)
            failures += 1
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
