"""The OpenSSH servers: of the bastion and the stat host, on port 22, and of Gerrit."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

from tests.environments.lab.host import PATH, Host
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import Server
from tests.environments.lab.together import together

#: A faster key exchange than today's default, which saves a tenth of a second for each hop.
_CONFIG = f"""
HostKey /etc/ssh/host_key
AuthorizedKeysFile /etc/ssh/userkeys/%u
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PidFile none
PrintMotd no
LogLevel VERBOSE
KexAlgorithms curve25519-sha256
AllowAgentForwarding yes
SetEnv PATH={PATH}
Subsystem sftp /usr/lib/openssh/sftp-server
"""


@cache
def _patience() -> str:
    """Return the line by which sshd bears the mistakes that are made on purpose, one after another.

    From version 9.8 on it shuts out for a while who fails often; older ones do not know the word.
    """
    said = subprocess.run(["ssh", "-V"], capture_output=True, text=True, check=True).stderr
    version = re.match(r"OpenSSH_(\d+)\.(\d+)", said)
    assert version, said
    return "PerSourcePenalties no\n" if (int(version[1]), int(version[2])) >= (9, 8) else ""


def make_host_key(host: Host) -> str:
    """Make a new key for `host`; return its line for a known_hosts file."""
    folder = host.etc / "ssh"
    (folder / "userkeys").mkdir(parents=True, exist_ok=True)
    key = folder / "host_key"
    for old in (key, key.with_suffix(".pub")):
        old.unlink(missing_ok=True)
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", host.short, "-f", str(key)],
        check=True,
    )
    kind, public, _ = key.with_suffix(".pub").read_text().split()
    return f"{host.hostname} {kind} {public}\n"


def fingerprint(host: Host) -> str:
    """Return the fingerprint of `host`, as the page on Wikitech prints it."""
    key = host.etc / "ssh" / "host_key.pub"
    done = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(key)], capture_output=True, text=True, check=True
    )
    return done.stdout.split()[1]


def authorize(host: Host, user: str, public_key: str) -> None:
    """Let who holds the other half of `public_key` log in to `host` as `user`."""
    (host.etc / "ssh" / "userkeys" / user).write_text(public_key + "\n")


def start(
    lab: Lab, host: Host, groups: list[str], port: int = 22, more: str = ""
) -> subprocess.Popen[bytes]:
    """Start sshd on `host` at `port`, for members of `groups`, or for all where there are none.

    `more` are further lines of its configuration.
    """
    allowed = f"AllowGroups {' '.join(groups)}\n" if groups else ""
    config = f"Port {port}\n{_CONFIG}{_patience()}{allowed}{more}\n"
    (host.etc / "ssh" / "sshd_config").write_text(config)
    return lab.daemon(host, ["/usr/sbin/sshd", "-D", "-e"], ("127.0.0.1", port))


def log(lab: Lab, host: Host) -> str:
    """Return what sshd on `host` has written."""
    return Path(lab.folder / "log" / f"{host.name}-sshd").read_text()


def _start_both(lab: Lab) -> None:
    group = ["analytics-privatedata-users"]
    together(lambda: start(lab, lab.bastion, []), lambda: start(lab, lab.stat, group))


SERVERS = [Server("ssh", _start_both)]
