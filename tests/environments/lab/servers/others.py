"""What of the cluster has only to be there: names of hosts, groups, folders, and a port.

A survey asks for all of them, and nothing else of the guide does. The names have made-up addresses
that lead nowhere, but for those of the bastions and of other SSH servers: they are the bastion's.
"""

from __future__ import annotations

import sys

from macros.facts import current
from tests.environments.lab.host import UID, Host
from tests.environments.lab.lab import Lab
from tests.environments.lab.network import ADDRESSES, HADOOP
from tests.environments.lab.servers import Server, web

#: Kept for documentation (RFC 5737), so that nobody is there.
_NOWHERE = "203.0.113.{}"


def start(lab: Lab) -> None:
    """Make all of it on the stat host, and what is seen of it from the laptop."""
    lab.need("web")
    _name(lab.stat, {host: _NOWHERE.format(1) for host in _hosts()})
    _group(lab.stat)
    values = current().values
    for key in ("published_folder", "hdfs_mount"):
        (lab.stat.folder / str(values[key].value).strip("/")).mkdir(parents=True, exist_ok=True)
    _name(lab.laptop, dict.fromkeys(_ssh_servers(), ADDRESSES["bastion"]["internet"][0]))
    _publish(lab)


def start_port(lab: Lab) -> None:
    """Have something listen where HiveServer2 would, whose start takes long."""
    port = current().hosts["analytics-hive"].port
    assert port
    server = [sys.executable, "-m", "http.server", "--bind", HADOOP, str(port)]
    lab.daemon(lab.services, server, (HADOOP, port), name="port")


def _hosts() -> list[str]:
    """Return all names that are to have an address."""
    facts = current()
    hosts = [host.host for host in facts.hosts.values() if host.status != "retired"]
    return hosts + [section.alias for section in facts.sections.values()]


def _ssh_servers() -> list[str]:
    hosts = current().hosts.values()
    return [
        host.host
        for host in hosts
        if host.status != "retired" and (host.kind == "bastion" or host.port == 22)
    ]


def _name(host: Host, addresses: dict[str, str]) -> None:
    """Let `host` know those of `addresses`, by name, that it does not know yet."""
    file = host.etc / "hosts"
    known = set(file.read_text().split())
    lines = [f"{address} {name}\n" for name, address in addresses.items() if name not in known]
    file.write_text(file.read_text() + "".join(lines))


def _group(host: Host) -> None:
    """Add the groups of the facts that the reader is no member of."""
    file = host.etc / "group"
    known = {line.partition(":")[0] for line in file.read_text().splitlines()}
    names = [
        name
        for name, group in current().groups.items()
        if group.kind == "posix" and group.status != "retired" and name not in known
    ]
    numbered = enumerate(names, UID + 100)
    file.write_text(file.read_text() + "".join(f"{name}:x:{n}:\n" for n, name in numbered))


def _publish(lab: Lab) -> None:
    """Add the other bastions to the published list, with the key of the one that plays them."""
    _, key = lab.known_hosts.split("\n")[0].split(" ", 1)
    names = [host.host for host in current().hosts.values() if host.kind == "bastion"]
    others = [name for name in names if name not in lab.known_hosts]
    lab.known_hosts += "".join(f"{name} {key}\n" for name in others)
    web.publish_known_hosts(lab)


SERVERS = [Server("others", start), Server("port of hive", start_port)]
