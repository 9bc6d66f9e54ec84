"""Who does not answer is never said to hold: no ticket, no access, no network or half of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from macros.facts import current
from macros.sources.verdict import Record, exit_code
from tests.actors.insider import Insider, told
from tests.environments.lab.host import Host
from tests.environments.lab.servers import replicas

pytestmark = pytest.mark.slow
_QUIET = {"unanswered", "not asked"}
#: What asks somebody over a network, by the kind of fact.
_BY_NETWORK = ("hosts", "tables")
_OF_TICKET = ("kerberos_realm", "kerberos_ticket_hours", "kerberos_cache")


def _verdicts(found: dict[str, Record], *kinds: str) -> set[str]:
    return {r.verdict for r in found.values() if r.kind in kinds}


def _different(found: dict[str, Record]) -> dict[str, str]:
    return {k: r.verdict for k, r in found.items() if r.verdict in ("changed", "gone")}


@contextmanager
def _hosts_known(host: Host, *kept: str) -> Iterator[None]:
    """Have `host` find only names with one of the endings `kept`, as where DNS does not answer."""
    file = host.etc / "hosts"
    before = file.read_text()
    lines = before.splitlines(keepends=True)
    own = [line for line in lines if host.hostname in line or "localhost" in line]
    file.write_text("".join(own + [line for line in lines if line.split()[1].endswith(kept)]))
    try:
        yield
    finally:
        file.write_text(before)


@contextmanager
def _unplugged(insider: Insider, host: Host, network: str) -> Iterator[None]:
    """Take the plug of `host` out of `network`."""
    insider.lab.namespaces.plug(host.name, network, "down")
    try:
        yield
    finally:
        insider.lab.namespaces.plug(host.name, network, "up")


def test_without_a_ticket_what_needs_one_is_not_asked(insider: Insider) -> None:
    insider.lab.must(insider.lab.stat, "kdestroy", insider.user)
    try:
        found = insider.records("stat")
    finally:
        insider.log_in()
    lake = {r.verdict for r in found.values() if r.kind == "tables" and "mediawiki." not in r.key}
    assert lake == {"not asked"}
    assert {found[f"values {key}"].verdict for key in _OF_TICKET} == {"not asked"}
    assert not _different(found) and exit_code(found.values()) == 0


def test_without_the_credentials_no_replica_answers(insider: Insider) -> None:
    replicas.revoke(insider.lab)
    try:
        found = insider.records("stat")
    finally:
        replicas.grant(insider.lab)
    tables = [key for key, t in current().tables.items() if t.engine == "replica"]
    assert {found[f"tables {key}"].verdict for key in tables} == {"unanswered"}
    assert found["values replica_credentials_file"].verdict == "not asked"
    assert not _different(found) and exit_code(found.values()) == 2


def test_without_names_none_is_gone(insider: Insider) -> None:
    with _hosts_known(insider.lab.stat):
        found = insider.records("stat", tables=False)
    others = {
        f"{r.kind} {r.key}": r.verdict
        for r in found.values()
        if r.kind in ("hosts", "sections") and r.key != insider.reader.values["stat_host"]
    }
    assert set(others.values()) == {"unanswered"}, others
    assert not _different(found)


@pytest.mark.parametrize("zone", ["wmnet", "outside"])
def test_half_of_the_names_says_nothing_of_the_other(insider: Insider, zone: str) -> None:
    kept = ("wmnet",) if zone == "wmnet" else ("org", "com")
    with _hosts_known(insider.lab.stat, *kept):
        found = insider.records("stat", tables=False)
    inside = {r.verdict for r in found.values() if r.kind == "hosts" and _is_inside(r)}
    outside = {r.verdict for r in found.values() if r.kind == "hosts" and not _is_inside(r)}
    assert "unanswered" in (outside if zone == "wmnet" else inside)
    assert "holds" in (inside if zone == "wmnet" else outside)
    assert not _different(found)


def _is_inside(record: Record) -> bool:
    return current().hosts[record.key].host.endswith(".wmnet")


def test_a_port_that_nobody_answers_at_is_not_said_to_hold(insider: Insider) -> None:
    with _unplugged(insider, insider.lab.stat, "production"):
        found = insider.records("stat")
    ports = [k for k, h in current().hosts.items() if h.port and h.host.endswith(".wmnet")]
    assert {found[f"hosts {key}"].verdict for key in ports} == {"unanswered"}
    assert _verdicts(found, "tables") <= _QUIET
    assert not _different(found)


def test_a_laptop_without_a_network_says_so(insider: Insider) -> None:
    with _unplugged(insider, insider.lab.laptop, "internet"):
        found = insider.records("laptop")
    assert {r.verdict for r in found.values()} <= _QUIET
    assert exit_code(found.values()) == 2


def test_half_a_survey_is_of_use(insider: Insider) -> None:
    """It tells each fact when it has asked for it; what it was cut off at is left out."""
    said = insider.ask("stat", tables=False).out.splitlines(keepends=True)
    assert len(told("".join(said[:20]))) <= 20
    assert {r.verdict for r in told("".join(said[:20])).values()} == {"holds"}
