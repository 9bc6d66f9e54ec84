"""A host of the lab: its own name, users, homes, /etc and /tmp, on a read-only system.

A host is a folder of plain files that bubblewrap shows to each process of that host. Every user of
a host is the same ordinary user of the kernel, number 1000: sshd and the rest need no root.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

UID = 1000
#: What hosts share with the machine, read-only; of /etc only what programs cannot do without.
_SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib64"]
_SYSTEM_ETC = ["/etc/alternatives", "/etc/R", "/etc/ld.so.cache"]
_SYSTEM_ETC += [str(path) for path in Path("/etc").glob("java-*-openjdk")]
PATH = "/opt/bin:/usr/local/bin:/usr/bin:/bin"
_NSSWITCH = "passwd: files\ngroup: files\nhosts: files\n"
# As that of Debian: a prompt is for a shell in which somebody types.
_PROFILE = rf"""
PATH={PATH}
[ -z "$PS1" ] || PS1='\u@\h:\w\$ '
for file in /etc/profile.d/*.sh; do [ -r "$file" ] && . "$file"; done
"""


@dataclass(frozen=True)
class Host:
    """A host: its place in the network, its full name, and the folder with its files."""

    name: str
    hostname: str
    folder: Path
    extra: Mapping[str, Path] = field(default_factory=dict)

    @property
    def programs(self) -> Path:
        """The folder with the programs that this host has beside the system's, on every PATH."""
        return self.folder / "programs"

    @property
    def etc(self) -> Path:
        """The folder that is /etc on this host."""
        return self.folder / "etc"

    def home(self, user: str) -> Path:
        """Return the folder that is the home of `user`."""
        return self.folder / "home" / user

    def make(self, addresses: Mapping[str, str]) -> None:
        """Write the host's files; `addresses` are the names that it can resolve."""
        for part in ("etc/profile.d", "home", "mnt", "tmp", "srv", "var", "programs"):
            (self.folder / part).mkdir(parents=True)
        (self.folder / "tmp").chmod(0o1777)
        short = self.hostname.split(".", maxsplit=1)[0]
        lines = ["127.0.0.1 localhost", *([f"127.0.1.1 {short}"] if self.name == "laptop" else [])]
        lines += [
            f"{address} {name} {name.split('.')[0]}"
            if name == self.hostname
            else f"{address} {name}"
            for name, address in addresses.items()
        ]
        for name, text in {
            "passwd": f"root:x:0:0::/root:/bin/bash\nlab:x:{UID}:{UID}::/:/usr/sbin/nologin\n",
            "group": "",
            "hosts": "\n".join(lines) + "\n",
            "hostname": f"{short}\n",
            "nsswitch.conf": _NSSWITCH,
            "os-release": Path("/etc/os-release").read_text(),
            "profile": _PROFILE,
        }.items():
            (self.etc / name).write_text(text)

    def add_user(self, user: str, groups: list[str]) -> None:
        """Give `user` an account with an empty home, as a member of `groups`.

        The account takes over the number of the lab's own, so an existing one is replaced.
        """
        lines = (self.etc / "passwd").read_text().splitlines(keepends=True)
        others = [line for line in lines if f":{UID}:{UID}:" not in line]
        others.append(f"{user}:x:{UID}:{UID}::/home/{user}:/bin/bash\n")
        (self.etc / "passwd").write_text("".join(others))
        lines = [f"{name}:x:{n}:{user}\n" for n, name in enumerate(groups, UID + 1)]
        # Groups of the host that nobody here is in.
        for line in (self.etc / "group").read_text().splitlines(keepends=True):
            name, _, number, members = line.strip().split(":")
            if not members and int(number) != UID and name not in groups:
                lines.append(line)
        (self.etc / "group").write_text(f"{user}:x:{UID}:\n" + "".join(lines))
        self.home(user).mkdir(mode=0o700, exist_ok=True)

    def shell(self, user: str | None, command: list[str], env: Mapping[str, str]) -> list[str]:
        """Return the command line that runs `command` on this host, once in its network."""
        inside = ["bwrap", "--unshare-uts", "--unshare-ipc", "--hostname", self.short, "--clearenv"]
        inside += ["--unshare-user", "--uid", str(UID), "--gid", str(UID)]
        inside += ["--bind", str(self.etc), "/etc"]
        for path in filter(os.path.lexists, _SYSTEM + _SYSTEM_ETC):
            if Path(path).is_symlink():
                inside += ["--symlink", str(Path(path).readlink()), path]
            else:
                inside += ["--ro-bind", path, path]
        for part in ("home", "mnt", "tmp", "srv", "var"):
            inside += ["--bind", str(self.folder / part), f"/{part}"]
        for path, source in {"/opt/bin": self.programs, **_python(), **self.extra}.items():
            for parent in reversed(Path(path).parents[:-1]):
                inside += ["--perms", "0755", "--dir", str(parent)]
            inside += ["--ro-bind", str(source), path]
        # In /proc are the kernel's settings: where root runs the lab, they would be its to change.
        inside += ["--proc", "/proc", "--remount-ro", "/proc"]
        inside += ["--dev", "/dev", "--remount-ro", "/dev"]
        home = f"/home/{user}" if user else "/"
        clean = {"HOME": home, "PATH": PATH, "LANG": "C.UTF-8"}
        clean |= {"USER": user, "LOGNAME": user, "SHELL": "/bin/bash"} if user else {}
        for name, value in {**clean, **env}.items():
            inside += ["--setenv", name, value]
        return [*inside, "--chdir", home, "--", *command]

    @property
    def short(self) -> str:
        """The name of the host without its domain."""
        return self.hostname.split(".", maxsplit=1)[0]


def _python() -> dict[str, Path]:
    """Return where the Python and the environment are that run this, beside the system's own."""
    return {p: Path(p) for p in (sys.base_prefix, sys.prefix) if not p.startswith("/usr")}


def quoted(*words: str) -> str:
    """Return `words` as bash reads them."""
    return shlex.join(words)


def after_login(commands: str) -> str:
    """Return what runs `commands` after what a login shell reads, without what that prints."""
    return quoted("bash", "-c", f"source /etc/profile > /dev/null\n{commands}")
