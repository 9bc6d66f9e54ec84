"""What the tunnels do: each leads to JupyterHub on its host, from the port that was asked for."""

from __future__ import annotations

from macros.facts import current
from macros.profile import stat_alias
from tests.checks.snippet_texts import for_readers
from tests.environments.sandbox import sandbox
from tests.evidence import notes, versions


def test_tunnels_lead_to_jupyterhub_on_their_host() -> None:
    port = str(current().values["jupyterhub_port"].value)
    stat = [
        (key, host.host)
        for key, host in current().hosts.items()
        if host.kind == "stat" and host.status != "retired"
    ]
    calls = "".join(
        f"echo {key}:{local}\n"
        f"jupyter-{stat_alias(key)} {local} | grep -E '^(hostname|localforward) '\n"
        for key, _ in stat
        for local in ("", "9990")
    )
    want = "".join(
        f"{key}:{local}\nhostname {host}\nlocalforward {local or port} [127.0.0.1]:{port}\n"
        for key, host in stat
        for local in ("", "9990")
    )
    for tunnels in for_readers("laptop/tunnels"):
        notes.note(tunnels.block, "effect", versions.named("OpenSSH"), versions.named("bash"))
        seen = _with_ssh_that_only_resolves(tunnels.text, calls)
        assert seen == want, f"{tunnels.where('ssh -N')}: a tunnel leads elsewhere"


def _with_ssh_that_only_resolves(functions: str, calls: str) -> str:
    with sandbox("jdoe") as box:
        (box.home / "bin").mkdir()
        (box.home / "bin" / "ssh").write_text('#!/bin/sh\nexec /usr/bin/ssh -G "$@"\n')
        (box.home / "bin" / "ssh").chmod(0o755)
        (box.home / "functions").write_text(functions)
        done = box.run(["bash", "-c", f'PATH="$HOME/bin:$PATH"; . ./functions\n{calls}'])
    return done.out + done.err
