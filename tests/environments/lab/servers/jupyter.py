"""Notebooks on the stat host: a JupyterLab with a password stands in for JupyterHub.

It listens where JupyterHub does, so that the tunnel of the pages leads there, and runs the reader's
kernels as JupyterHub does: in their home, from a login shell, with the proxy set. Other than there,
it is up already, knows one reader only, and asks for no name and no environment.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from macros.facts import current
from tests.environments.lab import wmfdata
from tests.environments.lab.host import quoted
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import Server

_ADDRESS = "127.0.0.1"
_SCRIPT, _CLIENT = "/opt/jupyter_client.py", Path(__file__).parents[1] / "jupyter_client.py"


def start(lab: Lab) -> None:
    """Start the server for the reader, whose account and programs are on the stat host already."""
    user, port = lab.reader.values["shell_name"], int(current().values["jupyterhub_port"].value)
    wmfdata.install(lab)
    config = lab.stat.etc / "jupyter" / "jupyter_server_config.json"
    config.parent.mkdir(exist_ok=True)
    config.write_text(json.dumps(_config(port, lab.password)))
    account = {"HOME": f"/home/{user}", "USER": user, "LOGNAME": user, "SHELL": "/bin/bash"}
    lab.daemon(lab.stat, ["jupyterhub-singleuser"], (_ADDRESS, port), account)


def execute(lab: Lab, code: str, password: str = "", port: int = 0) -> list[dict[str, Any]]:
    """Run `code` in a cell of a new notebook, and return its outputs as nbformat has them.

    The rest is as with `run_notebook`.
    """
    return run_notebook(lab, [code], password, port)[0]


def run_notebook(
    lab: Lab, cells: list[str], password: str = "", port: int = 0
) -> list[list[dict[str, Any]]]:
    """Run `cells` in a new notebook, and return the outputs of each as nbformat has them.

    A cell is run also after one that has ended with an error. The browser is on the laptop and goes
    to `port` there, by default the server's own: the near end of a tunnel, which has to be open. By
    default it has the right password. Raises RuntimeError with what the browser met.
    """
    port = port or int(current().values["jupyterhub_port"].value)
    login = {"url": f"http://localhost:{port}", "password": password or lab.password}
    here = {sys.prefix: Path(sys.prefix), _SCRIPT: _CLIENT}
    result = lab.run(
        replace(lab.laptop, extra={**lab.laptop.extra, **here}),
        quoted(f"{sys.prefix}/bin/python", _SCRIPT),
        lab.reader.values["shell_name"],
        stdin=json.dumps({**login, "cells": cells}),
    )
    if result.code:
        raise RuntimeError(f"the notebook cannot be used: {result.err.strip()}")
    outputs: list[list[dict[str, Any]]] = json.loads(result.out)
    return outputs


def _config(port: int, password: str) -> dict[str, Any]:
    salt = "lab"
    digest = hashlib.sha256((password + salt).encode()).hexdigest()
    return {
        "ServerApp": {
            "ip": _ADDRESS,
            "port": port,
            "port_retries": 0,
            "open_browser": False,
            # It looks for language servers: R and others, which take seconds to start.
            "jpserver_extensions": {"jupyter_lsp": False},
        },
        "IdentityProvider": {"token": ""},
        "PasswordIdentityProvider": {"hashed_password": f"sha256:{salt}:{digest}"},
    }


SERVERS = [Server("jupyter", start, programs=("jupyter",))]
