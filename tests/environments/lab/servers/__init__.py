"""The servers of the lab, a module each: its `SERVERS` say what the lab has to know of them."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from tests.environments.lab.lab import Lab


@dataclass(frozen=True)
class Server:
    """A server, or what makes ready for one: its name in the lab, and what starts it.

    `inside` and `outside` are the names by which hosts find it in production and on the internet,
    with its addresses; `programs` is what is typed on a host to talk to it.
    """

    name: str
    start: Callable[[Lab], None]
    inside: Mapping[str, str] = field(default_factory=dict)
    outside: Mapping[str, str] = field(default_factory=dict)
    programs: tuple[str, ...] = ()


@cache
def known() -> dict[str, Server]:
    """Return all servers by their names: those of every module beside this one."""
    modules = [import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    servers = [server for module in modules for server in getattr(module, "SERVERS", ())]
    return {server.name: server for server in servers}


def behind(program: str) -> list[str]:
    """Return the names of the servers that `program` talks to."""
    return [server.name for server in known().values() if program in server.programs]
