"""The web proxy from production to the internet: tinyproxy, which refuses hosts inside."""

from __future__ import annotations

from macros.facts import current
from tests.environments.lab.lab import Lab
from tests.environments.lab.network import ADDRESSES
from tests.environments.lab.servers import Server

_CONFIG = """
Listen {address}
Port {port}
Timeout 60
MaxClients 50
LogLevel Connect
ConnectPort 443
Filter "/etc/tinyproxy.filter"
FilterExtended On
FilterCaseSensitive Off
"""
#: Hosts inside have names in this domain; the proxy answers 403 for them.
_INSIDE = r"(^|\.)wmnet$"


def start(lab: Lab) -> None:
    """Start the proxy at the port of the facts, on production's side of its host."""
    host, address = lab.hosts["webproxy"], ADDRESSES["webproxy"]["production"][0]
    port = current().hosts["webproxy"].port
    assert port
    (host.etc / "tinyproxy.filter").write_text(f"{_INSIDE}\n")
    (host.etc / "tinyproxy.conf").write_text(_CONFIG.format(address=address, port=port))
    lab.daemon(host, ["/usr/bin/tinyproxy", "-d", "-c", "/etc/tinyproxy.conf"], (address, port))


def log(lab: Lab) -> str:
    """Return what the proxy has written: a line for each request and connection."""
    return (lab.folder / "log" / "webproxy-tinyproxy").read_text()


SERVERS = [
    Server(
        "proxy",
        start,
        inside=dict.fromkeys(
            (current().hosts["webproxy"].host, "webproxy"), ADDRESSES["webproxy"]["production"][0]
        ),
        programs=("set_proxy", "git", "pip", "R", "Rscript"),
    )
]
