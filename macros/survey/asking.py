"""Runs a survey: the script of a place, in a bash here or on a host that ssh leads to."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from macros.errors import GuideError
from macros.rendering import Guide
from macros.surveyed import Place


def script(guide: Guide, place: Place) -> str:
    """Return the script that asks at `place`."""
    return guide.render_snippet(f"{place}/survey")


def ask(guide: Guide, host: str | None, kept: Path) -> Iterator[str]:
    """Yield each line as it comes, and keep it in the file `kept`: half a round is of use.

    Raises GuideError where the script could not be run to its end.
    """
    command = ["ssh", "-T", host, "bash", "-s"] if host else ["bash", "-s"]
    kept.parent.mkdir(parents=True, exist_ok=True)
    with (
        kept.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, errors="replace"
        ) as running,
    ):
        assert running.stdin and running.stdout
        try:
            with running.stdin:
                running.stdin.write(script(guide, "stat" if host else "laptop"))
        except BrokenPipeError:
            pass  # its own words say why
        for line in running.stdout:
            file.write(line)
            file.flush()
            yield line
    if running.returncode:
        where = f"on {host}" if host else "here"
        raise GuideError(f"the survey {where} ended with {running.returncode}, after what is above")
