"""Notebooks in practice: the person's own browser, and what of them can be checked from inside."""

from __future__ import annotations

import socket
from contextlib import suppress

from macros.facts import current
from macros.slots import fill
from tests.environments.lab import forward
from tests.environments.lab.lab import Lab
from tests.environments.lab.refusals import is_contained
from tests.guide import steps
from tests.tools.practice import laptop

_HERE = "127.0.0.1"
_PORTS = range(1, 65536)
_TUNNEL, _START = "setup/jupyter#tunnel", "query/notebook#start"
_CONTAINED = """
This is a container. From outside, that terminal opens with `docker exec -it CONTAINER` before it.
"""
_ONLY_INSIDE = """\
The address works outside after `docker run --network host`, or with -p 127.0.0.1:{port}:{port} and
`make lab NOTEBOOKS=0.0.0.0:{port}`.
"""
_NO_TUNNEL = """\
Unable to connect: no tunnel is open on the lab's laptop.

Open it there, as the page JupyterHub says, and leave it open. Then load this page again.

  {command}
"""
#: JupyterLab writes the first when a browser has opened it, and the page's first cell the second.
_OPENED = """
ls ~/.jupyter/lab/workspaces/*.jupyterlab-workspace > /dev/null 2>&1 ||
    {{ echo 'No browser has opened JupyterLab yet: open the tunnel, then {url}'; exit 1; }}
"""
_SAVED = """
lines=$(cat ~/access_method_share/*.csv 2> /dev/null | wc -l)
[ "$lines" = 32 ] || { echo 'The first query has not saved its 31 days yet'; exit 1; }
"""


def listen(address: str = "") -> socket.socket:
    """Listen at `address` of this machine, or by default at the pages' own port if it is free.

    Raises RuntimeError where the address is taken, or is none.
    """
    host, _, port = (address or f"{_HERE}:{_port()}").rpartition(":")
    if port.isdecimal() and int(port) in _PORTS:
        with suppress(OSError):
            return socket.create_server((host, int(port)))
    if not address:
        return socket.create_server((_HERE, 0))
    again = f"make lab NOTEBOOKS={_HERE}:{_port() + 1}"
    raise RuntimeError(f"NOTEBOOKS={address} is in use or is no address. Run: {again}")


def _port() -> int:
    """Return the port of the pages: their near end of the tunnel."""
    return int(str(current().values["jupyterhub_port"].value))


def url(listener: socket.socket) -> str:
    """Return the address that is opened in the browser."""
    return f"http://localhost:{listener.getsockname()[1]}"


def advice(listener: socket.socket) -> str:
    """Return what somebody outside of a container does besides, if this is one."""
    if not is_contained():
        return ""
    host, port = listener.getsockname()
    return _CONTAINED + (_ONLY_INSIDE.format(port=port) if host == _HERE else "")


def lead(lab: Lab, listener: socket.socket) -> None:
    """Lead the browser to the near end of the tunnel of the pages, on the laptop."""
    (tunnel,) = steps.steps()[_TUNNEL].todo
    command = fill(tunnel.text, dict(lab.reader.values)).rstrip()
    forward.start(lab, lab.laptop, listener, _port(), _NO_TUNNEL.format(command=command))


def in_browser(listener: socket.socket) -> dict[str, laptop.PracticeStep]:
    """Return the steps that are done in the browser, by the ids of the steps before them."""
    here = url(listener)
    return {
        _TUNNEL: _step(
            "setup/jupyter#start",
            "JupyterHub: Start the server",
            f"you, with {here} in your own browser; you see JupyterLab",
            _OPENED.format(url=here),
        ),
        _START: _step(
            "query/notebook#the-first-query",
            "Notebook: The first query",
            "you, in JupyterLab; you see a table with 31 rows",
            _SAVED,
        ),
    }


def _step(name: str, title: str, who: str, look: str) -> laptop.PracticeStep:
    return laptop.PracticeStep(name, title, who, True, (), (laptop.Look("stat", look, None),), ())
