"""Hive of the lab: metastore and server behind Kerberos, and the programs `hive` and `beeline`.

The metastore and `hive` are the real Apache Hive 2.3.9, out of PySpark's jars. Behind `beeline`,
JDBC and HiveServer2's protocol are real, but Spark SQL executes: the jars hold no HiveServer2 of
Hive's own. There is no HDFS and no YARN: files are local, and MapReduce runs in the client.
"""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from xml.sax.saxutils import escape

from macros.facts import current
from tests.environments.lab import wmfdata
from tests.environments.lab.lab import Lab
from tests.environments.lab.network import HADOOP
from tests.environments.lab.servers import Server, kerberos
from tests.environments.lake import jvm, warehouse

#: The metastore's port is Hive's default.
_METASTORE = 9083
_SCRATCH = "/tmp/hive"  # noqa: S108 # of the stat host
_KEYTAB = "/srv/hive/hive.keytab"
#: Where new databases are: HDFS of the stat host. Those of the lake stay where they were built.
_WAREHOUSE = f"/srv/hdfs{current().values['hive_warehouse'].value}"
#: The Spark of PySpark's jars, which runs on the stat host whatever `--master` is.
_SPARK = """[ "${{1-}}" != --version ] || {{ echo 'version {version}' >&2; exit; }}
settings=(--master 'local[1]')
while case ${{1-}} in --master) ;; --conf) settings+=("$1" "$2") ;; *) false ;; esac do
    shift 2
done
export SPARK_CONF_DIR=/etc/spark
exec {submit} "${{settings[@]}}" {program}"""
_SPARK_PROGRAMS = {
    "spark3-sql": "--class org.apache.spark.sql.hive.thriftserver.SparkSQLCLIDriver spark-internal",
    "spark3-submit": "",
}
#: Takes the ticket of the person who runs the program, and asks nothing.
_JAAS = """
com.sun.security.jgss.initiate {
    com.sun.security.auth.module.Krb5LoginModule required useTicketCache=true doNotPrompt=true;
};
"""


def start(lab: Lab) -> None:
    """Make the servers' account and a copy of the lake; give the stat host its programs."""
    lake = warehouse.lake()
    lab.need("kerberos")
    services = lab.services
    (services.folder / "srv/hive").mkdir()
    (lab.stat.folder / _WAREHOUSE.lstrip("/")).mkdir(parents=True)
    shutil.copytree(lake.metastore, services.folder / "srv/hive/metastore_db")
    kerberos.add_service(lab, _principal(), _KEYTAB)
    _configure(services.etc / "hive-metastore", _metastore_settings())
    _configure(services.etc / "hive-server", _server_settings())
    _configure(lab.stat.etc / "hive", _client_settings(connect_retries=1))
    (lab.stat.etc / "hive" / "jaas.conf").write_text(_JAAS)
    (lab.stat.etc / "hive" / "lake").write_text(str(lake.warehouse))
    wmfdata.configure_spark(lab, lake.classes)
    _install(lab)


def start_metastore(lab: Lab) -> None:
    """Start what `hive` asks."""
    lab.need("hadoop")
    lab.daemon(
        lab.services,
        [*_java("/etc/hive-metastore", 256), "org.apache.hadoop.hive.metastore.HiveMetaStore"],
        (HADOOP, _METASTORE),
        name="metastore",
    )


def start_server(lab: Lab) -> None:
    """Start what `beeline` asks, beside the metastore."""
    lab.need("hadoop")
    lab.begin("metastore")
    lab.daemon(
        lab.services,
        [
            *_java("/etc/hive-server", 512),
            *("org.apache.spark.deploy.SparkSubmit", "--master", "local[2]", "--class"),
            "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2",
            *("--principal", _principal(), "--keytab", _KEYTAB),
            *("--conf", "spark.ui.enabled=false", "spark-internal"),
        ],
        (HADOOP, _port()),
        name="hive-server",
    )


def _install(lab: Lab) -> None:
    """Put `hive` and `beeline` on the stat host; both find the servers by themselves there."""
    options = ["-Djavax.security.auth.useSubjectCredsOnly=false"]
    options += ["-Djava.security.auth.login.config=/etc/hive/jaas.conf"]
    java = [*_java("/etc/hive", 512), *options]
    server = f"jdbc:hive2://{_host()}:{_port()}/default;principal={_principal()}"
    programs = {
        "hive": ["org.apache.hadoop.hive.cli.CliDriver"],
        "beeline": ["org.apache.hive.beeline.BeeLine", "-u", server],
    }
    for name, command in programs.items():
        _write(lab.stat.programs / name, f"exec {shlex.join([*java, *command])}")
    version = current().values["spark_version"].value
    submit = shlex.join([*java, "org.apache.spark.deploy.SparkSubmit"])
    for name, program in _SPARK_PROGRAMS.items():
        lines = _SPARK.format(version=version, submit=submit, program=program)
        _write(lab.stat.programs / name, lines)


def _write(path: Path, lines: str) -> None:
    """Write the program `path`: its last line gets the arguments."""
    path.write_text(f'#!/bin/bash\n{lines} "$@"\n')
    path.chmod(0o755)


def _host() -> str:
    return current().hosts["analytics-hive"].host


def _port() -> int:
    port = current().hosts["analytics-hive"].port
    assert port
    return port


def _principal() -> str:
    return f"hive/{_host()}@{current().values['kerberos_realm'].value}"


def _java(conf: str, megabytes: int) -> list[str]:
    lake = warehouse.lake()
    properties = {
        "java.io.tmpdir": "/tmp",  # noqa: S108 # the host's own
        "derby.stream.error.file": "/dev/null",
        "log4j2.configurationFile": f"{conf}/log4j2.properties",
        "sun.security.krb5.disableReferrals": "true",
    }
    return [
        *jvm.command(lake.classes, properties, conf),
        f"-Xmx{megabytes}m",
    ]


def _configure(folder: Path, settings: dict[str, str]) -> None:
    """Write the configuration of one program: its settings, and a silent log."""
    folder.mkdir()
    log = f"/etc/{folder.name}/log4j2.properties"  # by its path, as Hive's jars have one, too
    settings = settings | {"hive.log4j.file": log, "hive.exec.log4j.file": log}
    rows = "".join(
        f"<property><name>{name}</name><value>{escape(value)}</value></property>\n"
        for name, value in settings.items()
    )
    for name in ("hive-site.xml", "core-site.xml"):
        (folder / name).write_text(f"<configuration>\n{rows}</configuration>\n")
    (folder / "log4j2.properties").write_text(jvm.SILENT)


def _secured() -> dict[str, str]:
    return {
        "hive.metastore.sasl.enabled": "true",
        "hive.metastore.kerberos.principal": _principal(),
    }


def _metastore_settings() -> dict[str, str]:
    return {
        **jvm.HIVE,
        **_secured(),
        "hadoop.security.authentication": "kerberos",
        "hive.metastore.kerberos.keytab.file": _KEYTAB,
        "javax.jdo.option.ConnectionURL": "jdbc:derby:;databaseName=/srv/hive/metastore_db",
        "hive.metastore.warehouse.dir": f"file:{_WAREHOUSE}",
    }


def _client_settings(connect_retries: int) -> dict[str, str]:
    """Return the settings of a client of the metastore.

    Its own security is `simple`, or reducers want libraries that no wheel has; the ticket is asked
    for all the same, by the metastore.
    """
    return {
        **jvm.HIVE,
        **_secured(),
        "hive.metastore.uris": f"thrift://{_host()}:{_METASTORE}",
        "hive.metastore.connect.retries": str(connect_retries),
        "hive.metastore.failure.retries": "0",
        "hive.metastore.client.connect.retry.delay": "1s" if connect_retries > 1 else "0s",
        "hive.metastore.warehouse.dir": f"file:{_WAREHOUSE}",
        "hive.exec.scratchdir": f"file://{_SCRATCH}",
        "hive.downloaded.resources.dir": f"{_SCRATCH}-resources",
        "hive.querylog.location": f"{_SCRATCH}-log",
        "hadoop.tmp.dir": f"{_SCRATCH}-hadoop",
    }


def _server_settings() -> dict[str, str]:
    """Return the settings of the server; it is patient, for it starts beside the metastore."""
    return {
        **_client_settings(connect_retries=100),
        "hadoop.security.authentication": "kerberos",
        "hive.server2.authentication": "KERBEROS",
        "hive.server2.authentication.kerberos.principal": _principal(),
        "hive.server2.authentication.kerberos.keytab": _KEYTAB,
        "hive.server2.enable.doAs": "false",
        "hive.server2.thrift.bind.host": HADOOP,
        "hive.server2.thrift.port": str(_port()),
    }


SERVERS = [
    Server("hadoop", start, inside={_host(): HADOOP}),
    Server("metastore", start_metastore, programs=("hive",)),
    Server("hive server", start_server, programs=("beeline",)),
]
