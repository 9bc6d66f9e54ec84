"""Notebooks in practice: the person's own browser, and what of them can be checked from inside."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from macros.facts import current
from macros.slots import fill
from tests.day_one import steps
from tests.lab import forward
from tests.lab.lab import Lab
from tests.lab.refusals import is_contained
from tests.practice import scene

_HERE = "127.0.0.1"
_TUNNEL, _START = "setup/jupyter#tunnel", "query/notebook#start"
_CONTAINED = """
This is a container. That address works outside of it after `docker run --network host`, or with
-p 127.0.0.1:{port}:{port} and `make lab NOTEBOOKS=0.0.0.0:{port}`.
"""
_NO_TUNNEL = """\
Unable to connect: no tunnel is open on the lab's laptop.

Open it there, as the page JupyterHub says, and leave it open. Then load this page again.

  {command}
"""
#: JupyterLab writes the first when a browser has opened it, and the page's first cell the second.
_OPENED = """
ls ~/.jupyter/lab/workspaces/*.jupyterlab-workspace > /dev/null 2>&1 ||
    {{ echo 'No browser has opened JupyterLab yet: open the tunnel, then {address}'; exit 1; }}
"""
_SAVED = """
lines=$(cat ~/access_method_share/*.csv 2> /dev/null | wc -l)
[ "$lines" = 32 ] || { echo 'The first query has not saved its 31 days yet'; exit 1; }
"""


@dataclass(frozen=True)
class Notebooks:
    """Where the person's own browser finds the notebooks: what listens there."""

    listener: socket.socket

    @property
    def address(self) -> str:
        """The address that is opened in the browser."""
        return f"http://localhost:{self._port}"

    @property
    def _port(self) -> int:
        return int(self.listener.getsockname()[1])

    @property
    def advice(self) -> str:
        """What is to be done besides in a container, whose own address is not the machine's."""
        only_inside = is_contained() and self.listener.getsockname()[0] == _HERE
        return _CONTAINED.format(port=self._port) if only_inside else ""

    def lead(self, lab: Lab) -> None:
        """Lead the browser to the near end of the tunnel of the pages, on the laptop."""
        (tunnel,) = steps.steps()[_TUNNEL].todo
        command = fill(tunnel.text, dict(lab.reader.values)).rstrip()
        forward.start(lab, lab.laptop, self.listener, _port(), _NO_TUNNEL.format(command=command))

    def steps(self) -> dict[str, scene.Step]:
        """Return steps that are done in the browser, by the ids of the steps before them."""
        opened = scene.Look("stat", _OPENED.format(address=self.address), None)
        saved = scene.Look("stat", _SAVED, None)
        return {
            _TUNNEL: _step(
                "setup/jupyter#start",
                "JupyterHub: Start the server",
                f"you, with {self.address} in your own browser; you see JupyterLab",
                opened,
            ),
            _START: _step(
                "query/notebook#the-first-query",
                "Notebook: The first query",
                "you, in JupyterLab; you see a table with 31 rows",
                saved,
            ),
        }


def _step(name: str, title: str, who: str, look: scene.Look) -> scene.Step:
    return scene.Step(name, title, who, True, (), (look,), ())


def listen(address: str = "") -> Notebooks:
    """Listen at `address` of this machine, or by default at the pages' own port if it is free.

    Raises RuntimeError where the address is taken, or is none.
    """
    host, _, port = (address or f"{_HERE}:{_port()}").rpartition(":")
    try:
        return Notebooks(socket.create_server((host, int(port))))
    except (OSError, OverflowError, ValueError):
        if not address:
            return Notebooks(socket.create_server((_HERE, 0)))
    again = f"make lab NOTEBOOKS={_HERE}:{_port() + 1}"
    raise RuntimeError(f"NOTEBOOKS={address} is in use or is no address. Run: {again}")


def _port() -> int:
    """Return the port of the pages: their near end of the tunnel."""
    return int(str(current().values["jupyterhub_port"].value))
