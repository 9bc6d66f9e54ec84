"""What a laptop with Windows has around the Linux of WSL: its drive, its programs, a variable.

The facts on WSL say what is so there; each program does what they say of it, and no more.
"""

from __future__ import annotations

from pathlib import Path

from macros.facts import current
from tests.environments.lab.host import Host

#: Somebody's name in Windows, with a blank as many have.
_USER = "Anne X"
_PROGRAMS = {
    # What Windows' clipboard holds is in a file of its drive.
    str(current().values["wsl_clipboard"].value): '#!/bin/sh\ncat > "{drive}/clipboard"\n',
    # On Windows' drive it closes nothing, and does not complain.
    "chmod": """\
#!/bin/bash
for each in "$@"; do
    case $(readlink -f -- "$each") in {drive}/*) exit 0 ;; esac
done
exec /usr/bin/chmod "$@"
""",
}


def furnish(laptop: Host) -> None:
    """Make Windows of what is around `laptop`."""
    drive = str(current().values["wsl_drive"].value)
    for name, text in _PROGRAMS.items():
        program = laptop.programs / name
        program.write_text(text.format(drive=drive))
        program.chmod(0o755)
    variable = current().values["wsl_variable"].value
    (laptop.etc / "profile.d" / "wsl.sh").write_text(f"export {variable}=Ubuntu\n")
    downloads(laptop).mkdir(parents=True)


def downloads(laptop: Host) -> Path:
    """Return the folder in which a browser on Windows saves what is downloaded."""
    place = str(current().values["wsl_downloads"].value).replace("*", _USER)
    return laptop.folder / place.removeprefix("/")
