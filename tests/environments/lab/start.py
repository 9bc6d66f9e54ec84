"""Starts the lab for one reader: its networks, its hosts and their sshd."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from macros.errors import ROOT
from macros.facts import current
from macros.profile import Profile
from tests.environments import scratch
from tests.environments.lab import namespaces, network, programs, servers, windows, wmfdata
from tests.environments.lab.host import Host
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import kerberos, openssh
from tests.evidence import versions


def start(reader: Profile, wikis: Sequence[str] = ()) -> Lab:
    """Start the hosts of the lab for `reader`, with their sshd; `need` starts other servers.

    The replicas, when they are needed, have the databases `wikis`.
    """
    _require_programs()
    folder = scratch.new_folder()
    (folder / "log").mkdir()
    hosts = _hosts(reader, folder)
    names = _names(reader)
    for host in hosts.values():
        host.make(names[host.name])
    bastion, stat = hosts["bastion"], hosts["stat"]
    known = "".join(openssh.make_host_key(host) for host in (bastion, stat))
    for host in hosts.values():
        (host.etc / "krb5.conf").write_text(kerberos.krb5_conf())
    hosts["laptop"].add_user(reader.values["shell_name"], [])
    if reader.values["system"] == "wsl":
        windows.furnish(hosts["laptop"])
    running = namespaces.start(list(network.script()), folder / "log" / "network")
    parts = {name: server.start for name, server in servers.known().items()}
    lab = Lab(reader, folder, hosts, running, known, wikis, parts)
    try:
        programs.install(lab)
        wmfdata.install(lab)
        lab.need("ssh")
    except BaseException:
        lab.end()
        raise
    return lab


def _require_programs() -> None:
    """Raise RuntimeError where a program of tests/environments/packages.txt is not installed."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = [each.name for each in versions.packages() if not _is_there(each.program, path)]
    if missing:
        raise RuntimeError(f"the lab needs {', '.join(missing)}: run make .venv/packages-test.done")


def _is_there(program: str, path: str) -> bool:
    libraries = Path("/usr/lib"), Path(f"/usr/lib/{os.uname().machine}-linux-gnu")
    found = any((folder / program).exists() for folder in libraries)
    return found or shutil.which(program, path=path) is not None


def _hosts(reader: Profile, folder: Path) -> dict[str, Host]:
    full = {
        "laptop": "laptop",
        "bastion": reader.values["bastion"],
        "stat": reader.values["stat_host_name"],
        "webproxy": current().hosts["webproxy"].host,
        "outside": "outside.example",
        "services": "services.example",
    }
    checkout = {str(ROOT): ROOT}
    extra = dict.fromkeys(full, checkout) | {"stat": checkout | programs.extra()}
    return {name: Host(name, full[name], folder / name, extra[name]) for name in full}


def _names(reader: Profile) -> dict[str, dict[str, str]]:
    """Return for each host the names that it can resolve, and their addresses."""
    at = network.ADDRESSES
    known = servers.known().values()
    outside = {name: address for server in known for name, address in server.outside.items()}
    internet = {reader.values["bastion"]: at["bastion"]["internet"][0], **outside}
    production = {
        reader.values["stat_host_name"]: at["stat"]["production"][0],
        **{name: address for server in known for name, address in server.inside.items()},
    }
    return {
        "laptop": internet,
        "outside": outside,
        "bastion": production,
        "webproxy": production | outside,
        # Names outside are known there, although there is no way to them but the proxy.
        "stat": production | outside,
        "services": production | {"services.example": network.HADOOP},
    }
