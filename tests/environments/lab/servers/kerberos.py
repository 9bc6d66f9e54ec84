"""The MIT Kerberos servers: KDC and kadmind of the realm, and the administrator's side of them."""

from __future__ import annotations

from macros.facts import current
from tests.environments.lab.host import quoted
from tests.environments.lab.lab import Lab
from tests.environments.lab.network import KDC
from tests.environments.lab.servers import Server
from tests.environments.lab.together import together

_MASTER = "master-of-the-lab"


def krb5_conf() -> str:
    """Return /etc/krb5.conf of every host: the realm and its lifetimes, from the facts."""
    values = current().values
    realm, server = values["kerberos_realm"].value, current().hosts["krb1002"].host
    return f"""
[libdefaults]
    default_realm = {realm}
    ticket_lifetime = {values["kerberos_ticket_hours"].value}h
    renew_lifetime = {values["kerberos_renewable_days"].value}d
    forwardable = true
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
[realms]
    {realm} = {{
        kdc = {server}
        admin_server = {server}
    }}
[domain_realm]
    .wmnet = {realm}
"""


def _kdc_conf() -> str:
    values = current().values
    return f"""
[kdcdefaults]
    kdc_listen = {KDC}:88
    kdc_tcp_listen = {KDC}:88
[realms]
    {values["kerberos_realm"].value} = {{
        database_name = /srv/kdc/principal
        key_stash_file = /srv/kdc/stash
        acl_file = /srv/kdc/acl
        admin_keytab = /srv/kdc/keytab
        kadmind_listen = {KDC}:749
        kpasswd_listen = {KDC}:464
        max_life = {values["kerberos_max_life_hours"].value}h
        max_renewable_life = {values["kerberos_max_renewable_days"].value}d
        default_principal_flags = +renewable
    }}
[logging]
    kdc = FILE:/srv/kdc/kdc.log
    admin_server = FILE:/srv/kdc/kadmind.log
"""


def start(lab: Lab) -> None:
    """Make the realm's database and start both servers."""
    host = lab.services
    (host.folder / "srv/kdc").mkdir()
    (host.etc / "kdc.conf").write_text(_kdc_conf())
    (host.folder / "srv/kdc/acl").touch()
    lab.must(host, f"kdb5_util create -s -P {_MASTER}", env=_ENVIRONMENT)
    together(
        lambda: lab.daemon(host, ["/usr/sbin/krb5kdc", "-n"], (KDC, 88), _ENVIRONMENT),
        lambda: lab.daemon(host, ["/usr/sbin/kadmind", "-nofork"], (KDC, 749), _ENVIRONMENT),
    )


_ENVIRONMENT = {"KRB5_KDC_PROFILE": "/etc/kdc.conf", "PATH": "/usr/sbin:/usr/bin:/bin"}


def admin(lab: Lab, *commands: str) -> None:
    """Carry out `commands` of kadmin on the KDC; raises RuntimeError with its words."""
    for command in commands:
        done = lab.run(lab.services, quoted("kadmin.local", "-q", command), env=_ENVIRONMENT)
        if done.code or " while " in done.err:  # it ends with 0 where a principal is there already
            raise RuntimeError(f"the lab's kadmin cannot do {command!r}: {done.err.strip()}")


def has_principal(lab: Lab, user: str) -> bool:
    """Return whether the realm knows `user`."""
    asked = quoted("kadmin.local", "-q", f"getprinc {user}")
    return "does not exist" not in lab.run(lab.services, asked, env=_ENVIRONMENT).err


def add_person(lab: Lab, user: str, password: str) -> None:
    """Add a principal whose first `password` has to be changed at once."""
    admin(lab, f"addprinc -pw {password} +needchange {user}")


def add_service(lab: Lab, principal: str, keytab: str) -> None:
    """Add the principal of a service; its keys go to `keytab`, a path on the KDC."""
    admin(lab, f"addprinc -randkey {principal}", f"ktadd -k {keytab} {principal}")


SERVERS = [
    Server(
        "kerberos",
        start,
        inside={current().hosts["krb1002"].host: KDC},
        programs=("kinit", "klist", "kdestroy"),
    )
]
