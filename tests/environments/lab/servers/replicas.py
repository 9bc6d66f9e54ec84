"""The MediaWiki replicas: MariaDB, one server for each section, on the section's own port."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from macros.facts import Table, current
from tests.environments.lab import replica_rows
from tests.environments.lab.host import Host, quoted
from tests.environments.lab.lab import Lab
from tests.environments.lab.network import REPLICAS
from tests.environments.lab.replica_rows import Rows
from tests.environments.lab.servers import Server
from tests.environments.lab.together import together

_PREFIX = "mediawiki."
_READER = "research"
#: Small, and without what keeps data over a crash of the machine.
_CONFIG = f"""
[mariadbd]
skip-name-resolve
performance-schema = OFF
character-set-server = binary
bind-address = {REPLICAS}
innodb-buffer-pool-size = 8M
innodb-log-file-size = 4M
innodb-data-file-path = ibdata1:12M:autoextend
innodb-autoextend-increment = 1
innodb-temp-data-file-path = ibtmp1:4M:autoextend
innodb-doublewrite = OFF
innodb-flush-log-at-trx-commit = 0
"""
_PROGRAM = "/usr/sbin/mariadbd"
_ALL = "/srv/replicas"
_EMPTY = f"{_ALL}/empty"
_DEFAULTS = "--defaults-file=/etc/replicas.cnf"
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/bin"}


def start(lab: Lab, wikis: Sequence[str]) -> None:
    """Start the servers of the sections that `wikis` (names of databases) are in, with their rows.

    The stat host gets what is needed to find them, and a file of credentials that nobody may read
    until `grant`. Raises KeyError for a wiki that no section of the facts lists.
    """
    password = secrets.token_urlsafe(12)
    sections: dict[str, list[str]] = {}
    for wiki in wikis:
        sections.setdefault(section_of(wiki), []).append(wiki)
    (lab.services.etc / "replicas.cnf").write_text(_CONFIG)
    for section in sections:
        _on(lab.services, f"{_folder(section)}/scratch").mkdir(parents=True)
    together(
        partial(_install, lab),
        partial(_furnish, lab.stat, password),
        *(partial(_prepare, lab.services, *item, password) for item in sections.items()),
    )
    together(*(partial(_serve, lab, section) for section in sections))


def grant(lab: Lab) -> None:
    """Let people on the stat host read the credentials, as members of their group may."""
    _credentials(lab.stat).chmod(0o440)


def revoke(lab: Lab) -> None:
    """Take back what `grant` gave."""
    _credentials(lab.stat).chmod(0)


def section_of(wiki: str) -> str:
    """Return the section that lists `wiki`; raises KeyError where none does."""
    for name, section in current().sections.items():
        if wiki in section.wikis:
            return name
    raise KeyError(f"no section of the facts lists {wiki}")


def add_recent(lab: Lab, wiki: str, now: datetime) -> None:
    """Add edits of the seven days before `now` to `wiki`, where none were added before.

    They are apart from the rest because they move: with them in it, a query whose range is open
    at its end has another result each day.
    """
    rows = replica_rows.recent(wiki, now)
    administer(lab, wiki, "".join(_load(lab.services, section_of(wiki), wiki, rows)))


def remove_recent(lab: Lab, wiki: str) -> None:
    """Take from `wiki` what `add_recent` has added."""
    rows = replica_rows.rows(wiki)
    last_revision, last_tag = rows["revision"][-1]["rev_id"], rows["change_tag"][-1]["ct_id"]
    administer(
        lab,
        wiki,
        f"DELETE FROM revision WHERE rev_id > {last_revision};\n"  # noqa: S608 # numbers of ours
        f"DELETE FROM change_tag WHERE ct_id > {last_tag};\n",
    )


# -- servers ---------------------------------------------------------------------------------


def _install(lab: Lab) -> None:
    """Make a data folder with MariaDB's own tables, to be copied for each section."""
    options = [_DEFAULTS, f"--datadir={_EMPTY}"]
    options += ["--auth-root-authentication-method=normal", "--skip-test-db"]
    lab.must(lab.services, quoted("mariadb-install-db", *options), env=_ENVIRONMENT)


def _prepare(host: Host, section: str, wikis: list[str], password: str) -> None:
    """Write what the server of `section` is to have in it."""
    content = _on(host, f"{_folder(section)}/content.sql")
    content.write_text("".join(_content(host, section, wikis, password)))


def _serve(lab: Lab, section: str) -> None:
    """Start the server of `section` on its port, and give it what `_prepare` has written."""
    folder, port = _folder(section), current().sections[section].port
    lab.must(lab.services, quoted("cp", "-r", _EMPTY, f"{folder}/data"))
    # A server that starts removes what looks like a temporary table from its tmpdir.
    options = [_DEFAULTS, f"--datadir={folder}/data", f"--tmpdir={folder}/scratch"]
    options += [f"--socket={folder}/socket", f"--port={port}"]
    lab.daemon(lab.services, [_PROGRAM, *options], (REPLICAS, port))
    lab.must(lab.services, f"{_client(section)} < {folder}/content.sql")


def _content(host: Host, section: str, wikis: list[str], password: str) -> Iterator[str]:
    """Yield the statements that make databases, tables, rows and the reader."""
    yield f"CREATE USER {_READER} IDENTIFIED BY '{password}';\n"
    for wiki in wikis:
        yield f"CREATE DATABASE {wiki} CHARACTER SET binary;\n"
        yield f"GRANT SELECT ON {wiki}.* TO {_READER};\n"
        for name, table in current().tables.items():
            if table.engine == "replica":
                yield _definition(f"{wiki}.{name.removeprefix(_PREFIX)}", table)
        yield from _load(host, section, wiki, replica_rows.rows(wiki))


def _definition(name: str, table: Table) -> str:
    """Return the statement that makes `table`, with the keys that notes of its columns tell of."""
    columns = [
        f"{column} {each.type} {'NULL' if each.note == 'may be NULL' else 'NOT NULL'}"
        for column, each in table.columns.items()
    ]
    key = [n for n, c in table.columns.items() if (c.note or "").endswith("primary key")]
    return f"CREATE TABLE {name} ({', '.join(columns)}, PRIMARY KEY ({', '.join(key)}));\n"


def _load(host: Host, section: str, wiki: str, rows: Rows) -> Iterator[str]:
    """Write `rows` to files on `host`; yield the statements that read them."""
    for table, added in rows.items():
        path = f"{_folder(section)}/{wiki}.{table}"
        text = "".join("\t".join(map(_field, row.values())) + "\n" for row in added)
        _on(host, path).write_text(text)
        yield f"LOAD DATA INFILE '{path}' INTO TABLE {wiki}.{table};\n"


def _field(value: str | float | None) -> str:
    """Return `value` as LOAD DATA reads it; no text of ours needs to be escaped."""
    return r"\N" if value is None else str(value)


def administer(lab: Lab, wiki: str, statements: str) -> None:
    lab.must(lab.services, f"{_client(section_of(wiki))} {wiki}", stdin=statements)


def _client(section: str) -> str:
    """Return the command that opens the server of `section` as its administrator."""
    return f"mariadb --no-defaults --user=root --socket={_folder(section)}/socket"


def _folder(section: str) -> str:
    return f"{_ALL}/{section}"


def _on(host: Host, path: str) -> Path:
    """Return where `path` of `host` lies on this machine."""
    return host.folder / path.removeprefix("/")


# -- the stat host ---------------------------------------------------------------------------


def _furnish(stat: Host, password: str) -> None:
    """Write what analytics-mysql and the client read on the stat host."""
    facts = current()
    credentials = _credentials(stat)
    credentials.parent.mkdir(parents=True, exist_ok=True)
    credentials.write_text(f"[client]\nuser = {_READER}\npassword = {password}\n")
    credentials.chmod(0)
    folder = str(facts.values["replica_credentials_file"].value).rpartition("/")[0]
    (credentials.parents[1] / "my.cnf").write_text(f"!includedir {folder}/\n")
    lists = str(facts.values["replica_dblists"].value)
    _on(stat, lists).mkdir(parents=True, exist_ok=True)
    every = []
    for name, section in facts.sections.items():
        if name.startswith("s") and name[1:].isdigit():
            _on(stat, f"{lists}/{name}.dblist").write_text("".join(f"{w}\n" for w in section.wikis))
            every += section.wikis
    _on(stat, f"{lists}/all.dblist").write_text("".join(f"{wiki}\n" for wiki in sorted(every)))
    targets = " ".join(f"[{n}]={s.host}:{s.port}" for n, s in facts.sections.items())
    (stat.etc / "analytics-replicas").write_text(
        f"mw_config_path={lists.rpartition('/')[0]}\ndeclare -A targets=({targets})\n"
    )


def _credentials(stat: Host) -> Path:
    return _on(stat, str(current().values["replica_credentials_file"].value))


SERVERS = [
    Server(
        "replicas",
        lambda lab: start(lab, lab.wikis),
        inside=dict.fromkeys(
            [name for each in current().sections.values() for name in (each.alias, each.host)],
            REPLICAS,
        ),
        programs=("analytics-mysql",),
    )
]
