"""At the end of the day, the servers' own logs say that the newcomer was there."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from macros.facts import current
from tests.actors import days
from tests.actors.journey import Journey
from tests.environments.lab import network
from tests.environments.lab.servers import openssh, proxy, web

_TIMES = re.compile(r"\d\d/\d\d/\d\d \d\d:\d\d:\d\d")
pytestmark = pytest.mark.slow


def after(step: str) -> pytest.MarkDecorator:
    """Say after which step of the day a test looks."""
    given = [pytest.param(step, r, marks=pytest.mark.step(r, step)) for r in days.READERS]
    return pytest.mark.parametrize(("name", "reader"), given)


def journey(reader: str, step: str) -> Journey:
    """Wait until `reader` has come to `step`; return the journey."""
    error = days.failure(reader, step)
    if error:
        pytest.fail(f"not run: {step} has failed for {reader} ({error})", pytrace=False)
    return days.journey(reader)


@after("access/host-keys#connect")
def test_stat_host_saw_them_come_from_the_bastion(reader: str, name: str) -> None:
    lab = journey(reader, name).lab
    (bastion,) = network.ADDRESSES["bastion"]["production"]
    user = lab.reader.values["shell_name"]
    assert f"Accepted publickey for {user} from {bastion}" in openssh.log(lab, lab.stat)
    assert f"Accepted publickey for {user} from" in openssh.log(lab, lab.bastion)


@after("query/command-line#hive")
def test_kdc_gave_them_a_ticket_for_hive(reader: str, name: str) -> None:
    lab = journey(reader, name).lab
    realm = current().values["kerberos_realm"].value
    log = (lab.services.folder / "srv/kdc/kdc.log").read_text()
    principal = f"{lab.reader.values['shell_name']}@{realm}"
    assert f"{principal} for krbtgt/{realm}@{realm}" in log
    assert f"{principal} for hive/{current().hosts['analytics-hive'].host}@{realm}" in log


@after("setup/git#clone")
def test_proxy_carried_them_to_github(reader: str, name: str) -> None:
    lab = journey(reader, name).lab
    assert f"CONNECT {current().hosts['github'].host}:443" in proxy.log(lab)
    assert web.public_repository() in web.access_log(lab)


@after("access/kerberos#first-password")
def test_ticket_lasts_as_long_as_the_guide_says(reader: str, name: str) -> None:
    """The holes of the page hide the times, so the KDC is asked."""
    lab = journey(reader, name).lab
    values = current().values
    shown = lab.must(lab.stat, "TZ=UTC klist", user=lab.reader.values["shell_name"])
    start, end, until = (datetime.strptime(t, "%m/%d/%y %H:%M:%S") for t in _TIMES.findall(shown))
    # kinit asks for an end by its own clock, and the KDC notes the start a moment later.
    late = timedelta(seconds=10)
    lasts = timedelta(hours=int(values["kerberos_ticket_hours"].value))
    renewable = timedelta(days=int(values["kerberos_renewable_days"].value))
    assert lasts - late <= end - start <= lasts
    assert renewable - late <= until - start <= renewable
