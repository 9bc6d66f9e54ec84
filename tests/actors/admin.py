"""The people who grant access: they act on what the newcomer's own ticket says, on nothing else."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from macros.facts import current
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import kerberos, openssh, replicas

_FIELD = re.compile(r"^- \*\*(.+?):\*\* (.+)$", re.MULTILINE)
_KEY = re.compile(r"(?:ssh-ed25519|ssh-rsa) [A-Za-z0-9+/=]+(?: \S+)?")


class RequestRefused(Exception):
    """The request cannot be granted: the admin's answer in the task."""


@dataclass(frozen=True)
class Request:
    """What a ticket asks for, as far as it can be read."""

    shell_name: str
    groups: list[str]
    ldap_groups: list[str]
    kerberos: bool
    public_key: str

    @classmethod
    def read(cls, ticket: str) -> Request:
        """Read the text of a ticket; raises RequestRefused for what no admin could act on."""
        fields = dict(_FIELD.findall(ticket))
        for name in ("Shell name", "Groups", "Set-up", "LDAP group"):
            if name not in fields:
                raise RequestRefused(
                    f"the request does not say: {name}; use the text of the guide's page"
                )
        if "PRIVATE KEY" in ticket:
            raise RequestRefused("this is a private key; it is burnt, make a new one")
        keys = _KEY.findall(ticket)
        if len(keys) != 1:
            raise RequestRefused(
                "paste the public half of your production key in the place of the hole, in one "
                f"line; there are {len(keys)} public keys in the request"
            )
        return cls(
            fields["Shell name"],
            _groups(fields["Groups"], "posix"),
            _groups(re.split(r"[ ,]", fields["LDAP group"])[0], "ldap"),
            "Kerberos" in fields["Set-up"],
            keys[0],
        )


def _groups(text: str, kind: str) -> list[str]:
    known = current().groups
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known or known[name].kind != kind or known[name].status == "retired":
            raise RequestRefused(f"there is no group {name!r}")
    return names


def grant(lab: Lab, ticket: str) -> str:
    """Grant what `ticket` asks for: account, key, groups, Kerberos; return the mail that follows.

    Raises RequestRefused with the answer in the task.
    """
    request = Request.read(ticket)
    if request.shell_name != lab.reader.values["shell_name"]:
        raise RequestRefused(f"no developer account has the shell name {request.shell_name!r}")
    lab.bastion.add_user(request.shell_name, [])
    lab.stat.add_user(request.shell_name, request.groups)
    for host in (lab.bastion, lab.stat):
        openssh.authorize(host, request.shell_name, request.public_key)
    if current().values["replica_credentials_group"].value in request.groups:
        lab.need("replicas")
        replicas.grant(lab)
    if request.ldap_groups:
        lab.begin("jupyter")
    if not request.kerberos:
        return "The request asks for no Kerberos password, so there is none.\n"
    lab.need("kerberos")
    if kerberos.has_principal(lab, request.shell_name):
        return "You have a Kerberos password already; it came with the first mail.\n"
    password = secrets.token_urlsafe(9)
    kerberos.add_person(lab, request.shell_name, password)
    sender = current().values["kerberos_mail_sender"].value
    return f"From: {sender}\n\nTemporary password: {password}\n"
