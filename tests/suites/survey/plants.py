"""What is changed in the lab, one thing at a time, and what a survey has to say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from macros.facts import current
from macros.surveyed import Place
from tests.actors.insider import Insider
from tests.environments.lab.servers import replicas, web


@dataclass(frozen=True)
class Plant:
    """A change of the lab: what makes it for as long as it lasts, and the verdicts that follow.

    `wanted` are facts, as "kind key", with their verdicts; of all others nothing is different.
    """

    name: str
    made: Callable[[Insider], object]
    wanted: dict[str, str]
    place: Place = "stat"
    tables: bool = False


@contextmanager
def _file(path: Path, old: str, new: str) -> Iterator[None]:
    """Have `new` for `old` in a file; `old` of "" is put at the end."""
    before = path.read_text()
    assert old in before, f"{path} has no {old!r}"
    path.write_text(before.replace(old, new) if old else before + new)
    try:
        yield
    finally:
        path.write_text(before)


def etc(name: str, old: str, new: str) -> Callable[[Insider], object]:
    """Return what changes a file of /etc on the stat host."""
    return lambda someone: _file(someone.lab.stat.etc / name, old, new)


def program(name: str, old: str, new: str) -> Callable[[Insider], object]:
    """Return what changes a program of the stat host."""
    return lambda someone: _file(someone.lab.stat.programs / name, old, new)


@contextmanager
def _away(path: Path) -> Iterator[None]:
    other = path.with_name(f".{path.name}.away")
    path.rename(other)
    try:
        yield
    finally:
        other.rename(path)


def away(part: str, name: str) -> Callable[[Insider], object]:
    """Return what takes a file or folder of the stat host away: of its programs, /etc, /srv ..."""
    return lambda someone: _away(someone.lab.stat.folder / part / name)


def added(name: str, text: str) -> Callable[[Insider], object]:
    """Return what puts a program on the stat host that was not there."""

    @contextmanager
    def made(someone: Insider) -> Iterator[None]:
        path = someone.lab.stat.programs / name
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(0o755)
        try:
            yield
        finally:
            path.unlink()

    return made


def klist(old: str, new: str) -> Callable[[Insider], object]:
    """Return what has klist say something else."""
    return added("klist", f"/usr/bin/klist \"$@\" | sed 's,{old},{new},'; exit ${{PIPESTATUS[0]}}")


@contextmanager
def _shorter_ticket(someone: Insider) -> Iterator[None]:
    someone.log_in("-l", "24h")
    try:
        yield
    finally:
        someone.log_in()


def wmfdata(name: str, old: str, new: str) -> Callable[[Insider], object]:
    """Return what has the stat host find a wmfdata in which one file is another."""

    @contextmanager
    def made(someone: Insider) -> Iterator[None]:
        stat, copied = someone.lab.stat, "/srv/other"
        found = 'import importlib.util as u; print(u.find_spec("wmfdata").origin)'
        base = current().values["jupyterhub_base_env"].value
        script = f". /etc/bash.bashrc; {base}/bin/python -c '{found}'"
        origin = Path(someone.lab.must(stat, script, someone.user).strip())
        copy = f"mkdir -p {copied} && cp -r {origin.parent} {copied}"
        someone.lab.must(stat, copy, someone.user)
        try:
            with (
                _file(stat.folder / copied.strip("/") / "wmfdata" / name, old, new),
                _file(stat.etc / "wmfdata" / "sitecustomize.py", f"{origin.parents[1]}", copied),
            ):
                yield
        finally:
            someone.lab.must(stat, f"rm -r {copied}", someone.user)

    return made


def in_replica(change: str, undo: str) -> Callable[[Insider], object]:
    """Return what has a table of the replica be another one."""

    @contextmanager
    def made(someone: Insider) -> Iterator[None]:
        replicas.administer(someone.lab, "cswiki", change)
        try:
            yield
        finally:
            replicas.administer(someone.lab, "cswiki", undo)

    return made


def in_lake(program: str, change: str, undo: str = "") -> Callable[[Insider], object]:
    """Return what has a table of the Data Lake be another one; its files stay as they are."""

    @contextmanager
    def made(someone: Insider) -> Iterator[None]:
        stat, user = someone.lab.stat, someone.user
        someone.lab.must(stat, f'{program} -S -e "{change}"', user)
        try:
            yield
        finally:
            if undo:
                someone.lab.must(stat, f'{program} -S -e "{undo}"', user)

    return made


@contextmanager
def _published_key(someone: Insider) -> Iterator[None]:
    known, host = someone.lab.known_hosts, current().hosts["bast2003"].host
    someone.lab.known_hosts = known.replace(f"{host} ssh-ed25519 AAAA", f"{host} ssh-ed25519 BBBB")
    assert someone.lab.known_hosts != known
    web.publish_known_hosts(someone.lab)
    try:
        yield
    finally:
        someone.lab.known_hosts = known
        web.publish_known_hosts(someone.lab)


_LAB = "guide-lab.sh"
_PROXY = "profile.d/proxy.sh"
_STAT = current().hosts["stat1010"]
PLANTS = [
    Plant("a host", etc("hosts", "krb2002.codfw.wmnet", "krb2003.codfw.wmnet"), {"hosts krb2002": "gone"}),
    Plant("an old host", etc("hosts", "", "203.0.113.9 bast1003.wikimedia.org\n"), {"hosts bast1003": "changed"}),
    Plant("cores", etc(_LAB, f"cores={_STAT.cores}", "cores=7"), {"hosts stat1010": "changed"}),
    Plant("memory", etc(_LAB, f"memory_gb={_STAT.memory_gb}", "memory_gb=70"), {"hosts stat1010": "changed"}),
    Plant("a group", etc("group", "analytics-wmde-users:", "wmde-of-analytics:"), {"groups analytics-wmde-users": "gone", "values jupyterhub_posix_groups": "changed"}),
    Plant("an old group", etc("group", "", "researchers:x:4000:\n"), {"groups researchers": "changed"}),
    Plant("a group of notebooks", etc("group", "ml-team-admins:", "ml-team:"), {"groups ml-team-admins": "gone", "values jupyterhub_posix_groups": "changed"}),
    Plant("a section's port", etc("analytics-replicas", ":3311", ":3399"), {"sections s1": "changed"}),
    Plant("a section's name", etc("hosts", "s3-analytics-replica", "s9-analytics-replica"), {"sections s3": "gone"}),
    Plant("the realm", klist("@WIKIMEDIA", "@OTHER"), {"values kerberos_realm": "changed"}),
    Plant("the ticket's place", klist("FILE:/tmp", "FILE:/run/user"), {"values kerberos_cache": "changed"}),
    Plant("the ticket's life", _shorter_ticket, {"values kerberos_ticket_hours": "changed"}),
    Plant("renewal", etc("krb5.conf", "renew_lifetime = 14d", "renew_lifetime = 7d"), {"values kerberos_renewable_days": "changed"}),
    Plant("words of a login", etc("profile.d/kerberos_autorenew.sh", "You have a valid", "There is a valid"), {"values kerberos_ticket_message": "gone"}),
    Plant("the proxy", etc(_PROXY, "http://webproxy:8080", "http://webproxy:3128"), {"values proxy_url": "changed"}),
    Plant("the proxy's words", etc(_PROXY, "Proxy set", "Proxy on"), {"values proxy_set_message": "changed"}),
    Plant("the other words", etc(_PROXY, "Proxy unset", "Proxy off"), {"values proxy_unset_message": "changed"}),
    Plant("the proxy's variables", etc(_PROXY, "HTTPS_PROXY; do", "ALL_PROXY; do"), {"values proxy_variables": "changed"}),
    Plant("a function", etc(_PROXY, "unset_proxy()", "no_more_proxy()"), {"values proxy_helper_unset": "gone", "values proxy_unset_message": "unanswered"}),
    Plant("exceptions", etc(_PROXY, "no_proxy=wikipedia.org,", "no_proxy="), {"values no_proxy_managed": "changed"}),
    Plant("git's proxy", etc("gitconfig", "[http]\n\tproxy = http://webproxy.eqiad.wmnet:8080", "[http]\n\tproxy = http://webproxy.eqiad.wmnet:80"), {"values proxy_url_full": "changed"}),
    Plant("git's settings", etc("gitconfig", "[https]", "[other]"), {"values git_system_proxy": "changed"}),
    Plant("a program", away("programs", "published-sync"), {"values published_sync": "gone"}),
    Plant("one of two programs", away("programs", "beeline"), {"values hive_old_client": "changed"}),
    Plant("an old program", added("conda-create-stacked", "true"), {"values conda_create_stacked": "changed"}),
    Plant("a folder", away("mnt", "hdfs"), {"values hdfs_mount": "gone"}),
    Plant("a keytab", away("etc/security/keytabs", "analytics-wmde"), {"values kerberos_service_users": "changed"}),
    Plant("a domain", added("hostname", 'case $1 in -d) echo codfw.wmnet ;; *) exec /usr/bin/hostname "$@" ;; esac'), {"values stat_domain": "changed"}),
    Plant("usage", etc(_LAB, "Expected format", "Usage"), {"values kerberos_run_usage": "changed"}),
    Plant("an option", program("analytics-mysql", "[--print-target]", "[--print-target] [--cloud]"), {"values replica_command_flags": "changed"}),
    Plant("a refusal", etc(_LAB, "is not listed among", "is in none of"), {"values replica_unknown_message": "changed"}),
    Plant("a hint", etc(_LAB, "Perhaps try", "Try"), {"values replica_unknown_hint": "changed"}),
    Plant("another refusal", etc(_LAB, "No database mapping", "No mapping"), {"values replica_no_lists_message": "changed"}),
    Plant("a list of wikis", away("srv/mediawiki-config", "dblists"), {"values replica_dblists": "gone", **{f"sections s{n}": "unanswered" for n in (1, 2, 4, 6, 7, 8)}, "sections x1": "unanswered", "sections staging": "unanswered", "values replica_unknown_message": "changed", "values replica_unknown_hint": "changed"}),
    Plant("a version", etc(_LAB, "hadoop_version=", "hadoop_version=9"), {"values hadoop_version": "changed"}),
    Plant("wmfdata's version", wmfdata("metadata.py", 'version = "', 'version = "9'), {"values wmfdata_python_version": "changed"}),
    Plant("an argument", wmfdata("presto.py", 'catalog: str = "analytics_hive"', 'catalog: str = "other"'), {"values wmfdata_presto_run": "changed"}),
    Plant("a function of wmfdata", wmfdata("spark.py", "def get_active_session", "def get_session"), {"values wmfdata_spark_get_active_session": "gone", "values wmfdata_spark_get_session": "changed"}),
    Plant("a member", wmfdata("utils.py", "def num_str", "def number"), {"values wmfdata_utils": "changed"}),
    Plant("a replica's column", in_replica("ALTER TABLE page ADD COLUMN page_colour int NOT NULL DEFAULT 0;", "ALTER TABLE page DROP COLUMN page_colour;"), {"tables mediawiki.page": "changed"}, tables=True),
    Plant("a replica's type", in_replica("ALTER TABLE page MODIFY page_len bigint NOT NULL;", "ALTER TABLE page MODIFY page_len int unsigned NOT NULL;"), {"tables mediawiki.page": "changed"}, tables=True),
    Plant("a replica's table", in_replica("RENAME TABLE slots TO slots_old;", "RENAME TABLE slots_old TO slots;"), {"tables mediawiki.slots": "gone"}, tables=True),
    Plant("an old table", in_lake("spark3-sql", "CREATE TABLE wmf_raw.cirrussearchrequestset (id INT) STORED AS PARQUET LOCATION '/srv/old'", "DROP TABLE wmf_raw.cirrussearchrequestset"), {"tables wmf_raw.cirrussearchrequestset": "changed"}, tables=True),
    Plant("a bastion's key", _published_key, {"hosts bast2003": "changed"}, "laptop"),
]  # fmt: skip
# What cannot be undone: each needs a lab of its own.
LASTING = [
    Plant("a column", in_lake("spark3-sql", "ALTER TABLE wmf.projectview_hourly ADD COLUMNS (colour string)"), {"tables wmf.projectview_hourly": "changed"}, tables=True),
    Plant("a table", in_lake("hive", "ALTER TABLE wmf_raw.mediawiki_user_groups SET TBLPROPERTIES('EXTERNAL'='TRUE'); DROP TABLE wmf_raw.mediawiki_user_groups"), {"tables wmf_raw.mediawiki_user_groups": "gone"}, tables=True),
]  # fmt: skip
