"""The system users of the stat host, for a team's jobs: a principal and a key file for each."""

from __future__ import annotations

from macros.facts import current
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import Server, kerberos


def names() -> list[str]:
    """Return the system users that have a key file on the stat hosts."""
    return str(current().values["kerberos_service_users"].value).split(", ")


def start(lab: Lab) -> None:
    """Make the principals in the realm, and put their key files on the stat host."""
    lab.need("kerberos")
    values = current().values
    for user in names():
        principal = (
            str(values["kerberos_service_principal"].value)
            .replace("<user>", user)
            .replace("<fqdn>", lab.stat.hostname)
        )
        on_kdc = f"/srv/kdc/{user}.keytab"
        kerberos.add_service(lab, principal, on_kdc)
        path = str(values["kerberos_keytab"].value).replace("<user>", user).removeprefix("/etc/")
        keytab = lab.stat.etc / path
        keytab.parent.mkdir(parents=True)
        (lab.services.folder / on_kdc.removeprefix("/")).rename(keytab)


SERVERS = [Server("system users", start, programs=("sudo",))]
