"""One Java process that holds Spark and Hive, both over the same metastore, driven by py4j.

PySpark's wheel brings the jars of both: Spark 3.5 and Hive 2.3.9, with Derby for
the metastore and Hadoop's local MapReduce. Hive is its own parser, analyser and
execution (`org.apache.hadoop.hive.ql.Driver`, what the program `hive` calls), with two
differences from the cluster: no Calcite, so the optimizer based on costs is off,
and no HDFS.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

from tests.environments import patience, sandbox
from tests.environments.lake.result import EngineError, Result

#: Parts of Java that Spark and Hive look into, and that Java 17 closed.
_OPENED = (
    *(f"java.{name}" for name in ("io", "lang", "math", "net", "nio", "text", "time", "util")),
    *(f"java.lang.{name}" for name in ("invoke", "reflect")),
    *(f"java.util.{name}" for name in ("concurrent", "concurrent.atomic", "regex")),
    *(f"sun.{name}" for name in ("nio.ch", "nio.cs", "security.action", "util.calendar")),
)
#: Quick to start rather than quick in the long run.
_FLAGS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")
#: Ends when its standard input does, which is with this process, however that ends; asks for a
#: token, so that nobody else gives it orders; chooses a port.
_SERVING = ("--die-on-broken-pipe", "--enable-auth", "0")
SILENT = """\
status = OFF
appender.err.type = Console
appender.err.name = err
appender.err.target = SYSTEM_ERR
rootLogger.level = OFF
rootLogger.appenderRef.err.ref = err
"""
#: `strict`, the two about child processes and unique names: the cluster's own hive-site.xml
#: (operations/puppet modules/bigtop/templates/hive/hive-site.xml.erb at 57b51cbc). The
#: intervals: a stage of MapReduce ends when somebody asks whether it has.
HIVE = {
    "hive.mapred.mode": "strict",
    "hive.resultset.use.unique.column.names": "false",
    "hive.exec.submit.local.task.via.child": "false",
    "hive.exec.submitviachild": "false",
    "hive.execution.engine": "mr",
    "mapreduce.framework.name": "local",
    "fs.defaultFS": "file:///",
    "fs.file.impl": "lake.LocalFiles",
    "hive.cbo.enable": "false",
    "hive.stats.autogather": "false",
    "hive.async.log.enabled": "false",
    "hive.metastore.schema.verification": "false",
    "datanucleus.schema.autoCreateAll": "true",
    "hive.exec.counters.pull.interval": "20",
    "mapreduce.client.progressmonitor.pollinterval": "20",
    "mapreduce.client.completion.pollinterval": "20",
    # In megabytes, which each map reserves: 100 by default.
    "mapreduce.task.io.sort.mb": "1",
}
_SPARK = {
    "spark.ui.enabled": "false",
    "spark.log.level": "OFF",
    "spark.driver.host": "localhost",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
    # To compile a query costs more than it saves on so few rows.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.parquet.compression.codec": "uncompressed",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    "hive.exec.dynamic.partition.mode": "nonstrict",
}


class LakeError(Exception):
    """The engines cannot be started here; the message says how to mend it."""


@dataclass(frozen=True)
class Classes:
    """The jar that comes before PySpark's, and Java's archive of what it has loaded out of all.

    Where there is one, Java starts and warms up in two thirds of the time: it need not read, check
    and link those classes again (JEP 350). It asks for the same jars in the same order, by the same
    paths; more may follow them. Without an archive, or with one that does not fit, it loads them.
    """

    jar: Path
    archive: Path

    def options(self, archiving: bool = False) -> list[str]:
        """Return the options that have Java use, or write, the archive, and not speak of it."""
        option = "ArchiveClassesAtExit" if archiving else "SharedArchiveFile"
        return [f"-XX:{option}={self.archive}", "-Xlog:disable"]

    def path(self) -> str:
        """Return the class path."""
        return f"{self.jar}:{_jars() / '*'}"


@dataclass(frozen=True)
class Places:
    """Where a Java process finds and leaves things: all that it writes is in these folders."""

    metastore: Path
    warehouse: Path
    classes: Classes
    scratch: Path


def versions() -> dict[str, str]:
    """Return the versions of what brings the engines; raises LakeError where it is missing."""
    if util.find_spec("pyspark") is None or util.find_spec("py4j") is None:
        raise LakeError("Spark and Hive are missing: run make .venv/test.done")
    return {name: metadata.version(name) for name in ("pyspark", "py4j")}


def installed() -> str:
    """Return what an archive of classes is good for; raises LakeError where Java is missing."""
    parts = Path(java()).resolve(), _jars()
    return " ".join(f"{path} {path.stat().st_mtime_ns}" for path in parts)


def _jars() -> Path:
    spec = util.find_spec("pyspark")  # to import it takes half a second
    assert spec and spec.origin
    return Path(spec.origin).parent / "jars"


def java() -> str:
    """Return the program java; raises LakeError where it is missing."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin" if home else None)
    if found is None:
        raise LakeError("Java is missing: apt-get install default-jre-headless")
    return found


def command(
    classes: Classes,
    properties: Mapping[str, object],
    conf: str | None = None,
    archiving: bool = False,
) -> list[str]:
    """Return the beginning of a command line of Java, up to the name of what it shall run.

    The folder `conf` comes last on the class path: the archive of `classes` wants them first. With
    `archiving` it is written as Java ends.
    """
    return [
        java(),
        *_FLAGS,
        *classes.options(archiving),
        *(f"-D{name}={value}" for name, value in properties.items()),
        *(f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in _OPENED),
        "-cp",
        ":".join(filter(None, (classes.path(), conf))),
    ]


#: What was started and not stopped.
_running: set[subprocess.Popen[bytes]] = set()


def kill_all() -> None:
    """Kill each Java that runs, without a word: it would go on to write what it was asked for."""
    for process in tuple(_running):
        process.kill()


class Jvm:
    """A Java process with one session of Spark and one of Hive."""

    def __init__(self, places: Places, archiving: bool = False):
        """Start Java; the sessions start when they are first used. Raises LakeError.

        With `archiving` it writes the archive of its classes as it ends.
        """
        versions()
        from py4j.java_gateway import GatewayParameters, JavaGateway  # noqa: PLC0415

        self._places, self._archiving = places, archiving
        (places.scratch / "log4j2.properties").write_text(SILENT, encoding="utf-8")
        # Hadoop looks up the name of the machine, which not every machine can resolve.
        hosts = f"127.0.0.1 localhost {socket.gethostname()}\n"
        (places.scratch / "hosts").write_text(hosts, encoding="utf-8")
        (places.scratch / "passwd").write_text(sandbox.account("lake"), encoding="utf-8")
        with (places.scratch / "java.log").open("wb") as log:
            self._process = subprocess.Popen(
                [*self._walls(), *self._command(), "py4j.GatewayServer", *_SERVING],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=places.scratch,
                start_new_session=True,
            )
        _running.add(self._process)
        assert self._process.stdout
        port, token = (self._process.stdout.readline().decode().strip() for _ in range(2))
        if not port.isdigit():
            words = (places.scratch / "java.log").read_text(encoding="utf-8")
            raise LakeError(f"Java does not start: {(port + words).strip()[:500]}")
        # Without memory management: else every result that Python forgets tells Java so, and those
        # that it forgets at the end find nobody to tell.
        parameters = GatewayParameters(
            port=int(port), auth_token=token, auto_convert=True, enable_memory_management=False
        )
        self._gateway = JavaGateway(gateway_parameters=parameters)
        self.java: Any = self._gateway.jvm
        nowhere = self.java.java.io.OutputStream.nullOutputStream()
        self.java.java.lang.System.setOut(self.java.java.io.PrintStream(nowhere))
        self._spark_session: Any = None
        self._hive_conf: Any = None
        self._hive_session: Any = None

    def _walls(self) -> list[str]:
        """Return what keeps the statements of pages from the machine: they can start programs.

        The network is the machine's own, as this process talks to Java by it.
        """
        places = self._places
        readable = [_jars(), places.classes.jar.parent, *Path("/etc").glob("java*")]
        if not Path(java()).resolve().is_relative_to("/usr"):
            readable.append(Path(java()).resolve().parents[1])
        writable = [places.metastore.parent, places.scratch]
        # Only who builds a lake writes to it: others share what was built.
        built = [places.warehouse, places.classes.archive.parent]
        (writable if self._archiving else readable).extend(built)
        walls = [
            *sandbox.walls(),
            "--setenv",
            "PATH",
            "/usr/bin:/bin",
            "--setenv",
            "LANG",
            "C.UTF-8",
        ]
        walls += ["--ro-bind", str(places.scratch / "passwd"), "/etc/passwd"]
        for path in readable:
            walls += ["--ro-bind", str(path), str(path)]
        for path in writable:
            walls += ["--bind", str(path), str(path)]
        return [*walls, "--chdir", str(places.scratch), "--"]

    def _command(self) -> list[str]:
        scratch = self._places.scratch
        options = {
            "user.timezone": "UTC",
            "java.io.tmpdir": scratch,
            "jdk.net.hosts.file": scratch / "hosts",
            "derby.system.home": scratch,
            "derby.stream.error.file": scratch / "derby.log",
            "log4j2.configurationFile": scratch / "log4j2.properties",
        }
        begun = command(self._places.classes, options, archiving=self._archiving)
        return [*begun, "-Xmx1g"]

    def compile(self, sources: Sequence[str], jar: Path) -> None:
        """Compile the Java texts `sources`, each by itself, into the new file `jar`."""
        with zipfile.ZipFile(jar, "w") as file:
            for source in sources:
                compiler = self.java.org.codehaus.janino.SimpleCompiler()
                compiler.cook(source)
                for name, code in compiler.getBytecodes().items():
                    file.writestr(f"{name.replace('.', '/')}.class", bytes(code))

    @property
    def spark_session(self) -> Any:
        """Spark's session, as Java has it."""
        if self._spark_session is None:
            builder = self.java.org.apache.spark.sql.SparkSession.builder().master("local[2]")
            settings = {
                **_SPARK,
                **{f"spark.hadoop.{name}": value for name, value in self._hive_settings().items()},
                "spark.sql.warehouse.dir": self._places.warehouse.as_uri(),
                "spark.local.dir": str(self._places.scratch),
            }
            for name, value in settings.items():
                builder = builder.config(name, value)
            self._spark_session = builder.enableHiveSupport().getOrCreate()
        return self._spark_session

    def _hive_settings(self) -> dict[str, str]:
        scratch = self._places.scratch
        return {
            **HIVE,
            "javax.jdo.option.ConnectionURL": self.derby(),
            "hive.metastore.warehouse.dir": self._places.warehouse.as_uri(),
            "hive.exec.scratchdir": (scratch / "hive").as_uri(),
            "hive.exec.local.scratchdir": str(scratch / "hive-local"),
            "hive.downloaded.resources.dir": str(scratch / "resources"),
            "hive.querylog.location": str(scratch / "hive-log"),
            "hadoop.tmp.dir": str(scratch / "hadoop"),
            "mapreduce.jobtracker.staging.root.dir": str(scratch / "staging"),
        }

    def derby(self) -> str:
        """Return the address of the metastore's database."""
        return f"jdbc:derby:;databaseName={self._places.metastore};create=true"

    def spark(self, sql: str) -> Result:
        """Run one statement in Spark; raises EngineError."""
        with self._errors("spark"):
            answer = self.spark_session.sql(sql)
            fields = list(answer.schema().fields())
            rows = [tuple(map(_plain, row)) for row in self._rows(answer, len(fields))]
        return Result(
            tuple(field.name() for field in fields),
            tuple(field.dataType().simpleString() for field in fields),
            tuple(rows),
        )

    def _rows(self, answer: Any, width: int) -> Iterator[list[Any]]:
        for row in answer.collectAsList():
            yield [row.get(number) for number in range(width)]

    def hive(self, sql: str) -> Result:
        """Run one statement in Hive; raises EngineError."""
        session = self._started_hive()
        # Spark calls Hive's metastore in the same thread, and leaves a session of its own there.
        self.java.org.apache.hadoop.hive.ql.session.SessionState.setCurrentSessionState(session)
        driver = self.java.org.apache.hadoop.hive.ql.Driver(self._hive_conf)
        try:
            with self._errors("hive"):
                answer = driver.run(sql)
                if answer.getResponseCode():
                    raise EngineError("hive", answer.getErrorMessage().strip())
                fields = list(driver.getSchema().getFieldSchemas() or [])
                types = tuple(field.getType() for field in fields)
                rows = [_typed(line, types) for line in self._lines(driver)] if types else []
            return Result(tuple(field.getName() for field in fields), types, tuple(rows))
        finally:
            driver.close()
            driver.destroy()

    def _started_hive(self) -> Any:
        if self._hive_session is None:
            conf = self.java.org.apache.hadoop.hive.conf.HiveConf()
            for name, value in self._hive_settings().items():
                conf.set(name, value)
            self._hive_conf = conf
            state = self.java.org.apache.hadoop.hive.ql.session.SessionState
            self._hive_session = state.start(conf)
            self._hive_session.setIsSilent(True)
        return self._hive_session

    def _lines(self, driver: Any) -> Iterator[str]:
        while True:
            lines = self.java.java.util.ArrayList()
            if not driver.getResults(lines):
                return
            yield from lines

    @contextmanager
    def _errors(self, engine: str) -> Iterator[None]:
        from py4j.protocol import Py4JJavaError  # noqa: PLC0415

        try:
            yield
        except Py4JJavaError as error:
            thrown = error.java_exception
            words = thrown.getMessage() or thrown.toString()
            raise EngineError(engine, _first_words(words)) from None

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin
        assert self._process.stdout
        self._gateway.close()
        self._process.stdin.close()
        try:
            self._process.wait(timeout=patience.SECONDS if self._archiving else 10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        _running.discard(self._process)


def _plain(value: Any) -> Any:
    """Return a value of Java: dates, times and nested ones as text, others as Python's own."""
    return value.toString() if hasattr(value, "getClass") else value


def _first_words(words: str) -> str:
    """Cut what Spark adds to a message: the query again, or the plan, which follows a semicolon."""
    return re.split(r"\n+== SQL|;\n", words.strip())[0].strip()


def _typed(line: str, types: tuple[str, ...]) -> tuple[Any, ...]:
    """Return a line that Hive prints as a row."""
    return tuple(
        None if cell == "NULL" else _READ.get(kind, str)(cell)
        for cell, kind in zip(line.split("\t"), types, strict=True)
    )


_READ: dict[str, Any] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), int),
    **dict.fromkeys(("float", "double"), float),
    "boolean": lambda cell: cell == "true",
}
