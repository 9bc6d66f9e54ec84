"""What the stat host has for queries from Python and R: wmfdata in both, and Spark's settings.

Both are stand-ins, that run where the real ones do and reach the lab's servers. The checkout is
there on the stat host, so Python's is used from here; R's has to be installed first.
"""

from __future__ import annotations

import hashlib
import json
import shlex
import shutil
import subprocess
from pathlib import Path

from macros.errors import ROOT
from macros.facts import current
from tests.environments import scratch
from tests.environments.lab.lab import Lab
from tests.environments.lake import jvm

_HERE = Path(__file__).parent
_R_PACKAGE = _HERE / "wmfdata-r"
_LIBRARIES = ROOT / ".cache" / "r"
#: Python runs a module of this name in a folder of PYTHONPATH before anything else; what it adds
#: at the end is found only where no real package has the name.
_SITECUSTOMIZE = f"""\"\"\"Lets Python find wmfdata's stand-in, after all that is installed.\"\"\"
import sys

sys.path.append({str(_HERE)!r})
"""
#: A session of PySpark takes the reader's ticket; it runs on the stat host, and shows nothing.
_SPARK_DEFAULTS = """\
spark.driver.extraJavaOptions   {java_options}
spark.driver.extraClassPath     {class_path}
spark.driver.host               localhost
spark.driver.bindAddress        127.0.0.1
spark.driver.memory             512m
spark.sql.session.timeZone      UTC
spark.sql.shuffle.partitions    1
spark.ui.enabled                false
spark.ui.showConsoleProgress    false
"""
#: As silent as Hive's; of the gateway PySpark would otherwise change the level, and say so.
_SPARK_LOG = f"""\
{jvm.SILENT}
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = OFF
"""
_JAVA_OPTIONS = (
    "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Duser.timezone=UTC "
    "-Dsun.security.krb5.disableReferrals=true -Djavax.security.auth.useSubjectCredsOnly=false "
    "-Djava.security.auth.login.config=/etc/hive/jaas.conf"
)


def install(lab: Lab) -> None:
    """Put both packages on the path of login shells on the stat host; twice is no harm."""
    etc = lab.stat.etc
    (etc / "wmfdata.json").write_text(json.dumps(_settings()))
    (etc / "wmfdata").mkdir(exist_ok=True)
    (etc / "wmfdata" / "sitecustomize.py").write_text(_SITECUSTOMIZE)
    (etc / "spark").mkdir(exist_ok=True)
    (etc / "spark" / "log4j2.properties").write_text(_SPARK_LOG)
    variables = {
        "PYTHONPATH": "/etc/wmfdata",
        "SPARK_CONF_DIR": "/etc/spark",
        "R_LIBS_SITE": f"{_library()}:/usr/local/lib/R/site-library:%S",
    }
    exports = "".join(f"export {name}={shlex.quote(text)}\n" for name, text in variables.items())
    (etc / "profile.d" / "wmfdata.sh").write_text(exports)


def configure_spark(lab: Lab, classes: jvm.Classes) -> None:
    """Have sessions of Spark on the stat host use `classes`, and Hive's tables."""
    settings = _SPARK_DEFAULTS.format(
        java_options=" ".join([*classes.options(), _JAVA_OPTIONS]), class_path=classes.path()
    )
    folder = lab.stat.etc / "spark"
    (folder / "spark-defaults.conf").write_text(settings)
    (folder / "hive-site.xml").symlink_to("/etc/hive/hive-site.xml")


def _settings() -> dict[str, object]:
    """Return the facts that Python's stand-in needs."""
    facts = current()
    values, hive = facts.values, facts.hosts["analytics-hive"]
    principal = f"hive/{hive.host}@{values['kerberos_realm'].value}"
    return {
        "checkout": str(ROOT),
        "hive": f"jdbc:hive2://{hive.host}:{hive.port}/default;principal={principal}",
        "hive_catalog": values["presto_catalog"].value,
        "iceberg_catalog": values["presto_catalog_iceberg"].value,
        "credentials": values["replica_credentials_file"].value,
        "dblists": values["replica_dblists"].value,
    }


def _library() -> Path:
    """Return R's library with the stand-in for wmfdata-r; install that first where it is not."""
    about = _description()
    sources = sorted(path for path in _R_PACKAGE.rglob("*") if path.is_file())
    texts = [about, *(path.read_text(encoding="utf-8") for path in sources)]
    library = _LIBRARIES / hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
    if not library.is_dir():
        _install_for_r(about, library)
    return library


def _description() -> str:
    version = current().values["wmfdata_r_version"].value
    text = (_R_PACKAGE / "DESCRIPTION").read_text(encoding="utf-8")
    return f"{text}Version: {version}\n"


def _install_for_r(about: str, library: Path) -> None:
    """Install the package into a new library, that is put in its place when it is whole."""
    with scratch.folder() as folder:
        source, unfinished = folder / "wmfdata", _LIBRARIES / folder.name
        shutil.copytree(_R_PACKAGE, source)
        (source / "DESCRIPTION").write_text(about, encoding="utf-8")
        unfinished.mkdir(parents=True)
        options = ["--no-docs", "--no-test-load", "--no-byte-compile", f"--library={unfinished}"]
        try:
            done = subprocess.run(
                ["R", "CMD", "INSTALL", *options, str(source)],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(f"R cannot install wmfdata's stand-in: {done.stderr.strip()}")
            if not library.is_dir():  # else another process was quicker
                unfinished.rename(library)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
