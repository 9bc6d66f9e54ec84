"""What the stat host has beside Debian's programs: each file beside this one.

They are on the PATH of everybody there, and read what they need of the facts in /etc/guide-lab.sh.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

from macros.facts import current
from tests.environments.lab.host import Host
from tests.environments.lab.lab import Lab
from tests.environments.lab.network import ADDRESSES

_HERE = Path(__file__).parent
_SETTINGS = "/etc/guide-lab.sh"


def extra() -> dict[str, Path]:
    """Return what the stat host shows of this machine besides: path there -> path here.

    The base environment of Conda is the Python environment that runs this. Its own scripts name
    another path, so `python -m` starts them.
    """
    return {str(current().values["jupyterhub_base_env"].value): Path(sys.prefix)}


def names() -> list[str]:
    """Return the names of the files that the programs are made of."""
    return sorted(path.name for path in _HERE.iterdir() if path.is_file() and path.name[0] != "_")


def install(lab: Lab) -> None:
    """Put the programs on the stat host, with the settings of its shells, and a folder in HDFS."""
    host = lab.stat
    for name in names():
        shutil.copy(_HERE / name, host.programs)
    (host.etc / Path(_SETTINGS).name).write_text(_settings(lab.reader.values["stat_host"]))
    (host.etc / "profile.d" / "proxy.sh").write_text(_proxy())
    (host.etc / "profile.d" / "kerberos_autorenew.sh").write_text(_ticket_info())
    (host.etc / "gitconfig").write_text(_gitconfig())
    (host.etc / "bash.bashrc").write_text(_bashrc())
    hdfs_home(host, lab.reader.values["shell_name"]).mkdir(parents=True, exist_ok=True)


def hdfs_home(host: Host, user: str) -> Path:
    """Return the folder on `host` that stands in for the home of `user` in HDFS."""
    return host.folder / "srv" / "hdfs" / "user" / user


def _settings(stat_host: str) -> str:
    """Return the facts that the programs need, as variables of the shell."""
    values, sizes = current().values, current().hosts[stat_host]
    settings = {
        "base_env": values["jupyterhub_base_env"].value,
        "user_envs": str(values["jupyterhub_user_envs"].value).removeprefix("~/"),
        "keytab": values["kerberos_keytab"].value,
        "run_usage": values["kerberos_run_usage"].value,
        "run_refusal": values["kerberos_run_refusal"].value,
        "unknown_message": values["replica_unknown_message"].value,
        "unknown_hint": values["replica_unknown_hint"].value,
        "no_lists_message": values["replica_no_lists_message"].value,
        "principal": values["kerberos_service_principal"].value,
        "system_users": str(values["kerberos_service_users"].value).replace(",", ""),
        "proxy": values["proxy_url_full"].value,
        "jupyterhub_no_proxy": _jupyterhub_no_proxy(),
        "presto_version": values["presto_version"].value,
        "hadoop_version": values["hadoop_version"].value,
        "cores": sizes.cores,
        "memory_gb": sizes.memory_gb,
    }
    return "".join(f"{name}={shlex.quote(str(value))}\n" for name, value in settings.items())


def _jupyterhub_no_proxy() -> str:
    address = ADDRESSES["stat"]["production"][0]
    listed = str(current().values["jupyterhub_no_proxy"].value).replace("host address", address)
    return listed.replace(", ", ",")


def _proxy() -> str:
    """Return the exceptions for everybody, and the two functions that turn the proxy on and off."""
    values = current().values
    variables = str(values["proxy_variables"].value).replace(",", "")
    return f"""# Stands in for modules/base/files/environment/proxy.sh of operations/puppet.
export no_proxy={values["no_proxy_managed"].value} NO_PROXY={values["no_proxy_managed"].value}
{values["proxy_helper_set"].value}() {{
    local variable
    for variable in {variables}; do export "$variable"={values["proxy_url"].value}; done
    echo "{values["proxy_set_message"].value}"
}}
{values["proxy_helper_unset"].value}() {{
    unset {variables}
    echo "{values["proxy_unset_message"].value}"
}}
"""


def _ticket_info() -> str:
    """Return what every login shell says of the ticket, also where nobody types."""
    values = current().values
    return f"""# Stands in for kerberos_autorenew.sh of operations/puppet.
if klist -s; then
    printf '\\n%s' '{values["kerberos_ticket_message"].value}'
    printf '\\n%s\\n' '{values["kerberos_renew_message"].value}'
else
    printf '\\n%s\\n' '{values["kerberos_no_ticket_message"].value}'
fi
"""


def _gitconfig() -> str:
    """Return /etc/gitconfig, which sends everybody's git through the proxy."""
    values = current().values
    settings = [name.split(".") for name in str(values["git_system_proxy"].value).split(", ")]
    url = values["proxy_url_full"].value
    return "".join(f"[{section}]\n\t{name} = {url}\n" for section, name in settings)


def _bashrc() -> str:
    """Return /etc/bash.bashrc, which Debian's bash reads when it is interactive or run by sshd."""
    return """for file in proxy wmfdata; do . /etc/profile.d/$file.sh; done
[ -z "$PS1" ] && return
PS1='\\u@\\h:\\w\\$ '
"""
