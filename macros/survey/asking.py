"""Runs a survey: the script of a place, in a bash here or on a host that ssh leads to."""

from __future__ import annotations

import subprocess
from pathlib import Path

from macros.errors import GuideError
from macros.rendering import Guide
from macros.surveyed import Place


def script(guide: Guide, place: Place) -> str:
    """Return the script that asks at `place`."""
    return guide.render_snippet(f"{place}/survey")


def ask(guide: Guide, host: str | None, kept: Path) -> None:
    """Run the script on `host`, or here, and keep each line in `kept` as it comes.

    Raises GuideError where it did not come to its end; what came before is kept, and of use.
    """
    command = ["ssh", "-T", host, "bash", "-s"] if host else ["bash", "-s"]
    text = script(guide, "stat" if host else "laptop")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.open("wb") as file:
        done = subprocess.run(command, input=text.encode(), stdout=file, check=False)
    if done.returncode:
        where = f"on {host}" if host else "here"
        raise GuideError(f"the survey {where} ended with {done.returncode}, before its end")
