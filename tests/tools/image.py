"""`make image`: builds the image of `.devcontainer/`, and tries in it what people do there.

ENGINE names the program, docker or podman. BUILD and RUN are more options of its commands `build`
and `run`: BUILD="--build-arg BASE=debian:bookworm-slim".
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

import pexpect

from tests.environments import patience
from tests.environments.image import NAME, Engine, ImageError, last_line


def try_check(engine: Engine) -> str:
    """Run the quick tests; return what each of their processes counts."""
    done = subprocess.run(
        [*engine.run(), "make", "check"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr, end="")
        raise ImageError(last_line(done.stderr or done.stdout))
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
        raise ImageError(f"it does not come to its prompt: {last_line(said)}") from error
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
        raise ImageError(
            f"make serve does not answer: {last_line(engine.ask('logs', name).stderr)}"
        )


@contextmanager
def _begun(command: list[str], engine: Engine) -> Iterator[str]:
    """Yield the name of a container that runs, and ends."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ImageError(last_line(done.stderr))
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
    except ImageError as failed:
        print(failed, file=sys.stderr)
        return 1
    print(f"{NAME}: {engine.size() / 1e6:,.0f} MB")
    failures = 0
    for name, trial in TRIALS.items():
        try:
            print(f"{name}: {trial(engine)}", flush=True)
        except ImageError as failed:
            print(f"{name}: {failed}", file=sys.stderr)
            failures += 1
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
