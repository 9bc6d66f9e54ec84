"""The lab's networks: the internet, and production behind the bastion.

    laptop ----+                                  +---- stat host
               +---- internet ---- bastion ----+  |
    outside ---+                               production
               +---- web proxy ----------------+  |
                                                  +---- services

Each host has a network namespace of its own, so that every port is the guide's own; a network is
a bridge in one. The laptop has no route to production, nor the stat host to the internet.
"""

from __future__ import annotations

from collections.abc import Iterator

#: Host -> network -> addresses. 198.18.0.0/15 is kept for test networks (RFC 2544); production's
#: are made up.
ADDRESSES: dict[str, dict[str, list[str]]] = {
    "laptop": {"internet": ["198.18.0.2"]},
    "bastion": {"internet": ["198.18.0.3"], "production": ["10.64.0.3"]},
    "outside": {"internet": ["198.18.0.4"]},
    "webproxy": {"internet": ["198.18.0.5"], "production": ["10.64.0.5"]},
    "stat": {"production": ["10.64.0.8"]},
    "services": {"production": ["10.64.0.20", "10.64.0.21", "10.64.0.22", "10.64.0.23"]},
}
KDC, REPLICAS, HADOOP, WEB = ADDRESSES["services"]["production"]


def script() -> Iterator[str]:
    """Yield the lines of bash that make the networks, for the root of new namespaces."""
    for network in ("internet", "production"):
        yield from _namespace(network)
        yield f"ip -n {network} link add bridge type bridge && ip -n {network} link set bridge up"
    for host, networks in ADDRESSES.items():
        yield from _namespace(host)
        for network, addresses in networks.items():
            here, there = f"ip -n {host}", f"ip -n {network}"
            yield f"{here} link add {network} type veth peer name {host} netns {network}"
            yield f"{there} link set {host} master bridge && {there} link set {host} up"
            for address in addresses:
                yield f"{here} address add {address}/24 dev {network}"
            yield f"{here} link set {network} up"


def _namespace(name: str) -> Iterator[str]:
    yield f"ip netns add {name} && ip -n {name} link set lo up"
    # Servers that are not root's listen on the guide's own ports: 22, 88, 443.
    low = "echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start"
    yield f"nsenter --net=/run/netns/{name} sh -c '{low}'"
