"""The image of `.devcontainer/`: people's container, and that of both CIs."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from macros.errors import ROOT

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


class ImageError(Exception):
    """The image cannot be built, or something does not work in it: why, in one line."""


class Engine:
    """The engine at hand; raises ImageError where there is none, or it does not answer."""

    def __init__(self) -> None:
        given = os.environ.get("ENGINE")
        names = [given] if given else ENGINES
        self.program = next((name for name in names if shutil.which(name)), "")
        if not self.program:
            raise ImageError(
                f"{' or '.join(names)} is not installed; ENGINE= names another program"
            )
        done = self.ask("info")
        if done.returncode:
            raise ImageError(
                f"{self.program} is installed, but does not answer: {last_line(done.stderr)}"
            )

    def ask(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the engine; return how it ended and what it said."""
        return subprocess.run([self.program, *command], capture_output=True, text=True, check=False)

    def build(self) -> None:
        """Build the image, and show how it goes."""
        options = ["--tag", NAME, "--file", CONTAINERFILE, *_given("BUILD")]
        if subprocess.run([self.program, "build", *options, "."], cwd=ROOT, check=False).returncode:
            raise ImageError(f"{self.program} cannot build the image; what it lacks stands above")

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


def last_line(said: str) -> str:
    """Return the last line that says anything."""
    return ([line.strip() for line in said.splitlines() if line.strip()] or ["nothing is said"])[-1]
