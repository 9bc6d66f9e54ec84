"""The world outside, and one web page inside: lighttpd, with certificates of the lab's own.

Outside are the published list of host keys, a GitHub with git's own HTTP server behind it, and what
pip and R need of PyPI and CRAN. Whatever else is asked for is not found.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from pip._internal.models.index import PyPI

from macros.facts import current
from tests.environments.lab import network, registries
from tests.environments.lab.host import Host
from tests.environments.lab.lab import Lab
from tests.environments.lab.servers import Server

#: What the lab's GitHub takes for a password: the personal access token of the reader.
TOKEN = "github_pat_lab"  # noqa: S105
#: pip's own default index and where that keeps its files, as pip knows them; no page names them.
_PYPI, _PYPI_FILES = PyPI.netloc, PyPI.file_storage_domain
_SERVER = "/usr/sbin/lighttpd"
_GITHUB = Path(__file__).with_name("github.sh")
_CERTIFICATE, _ACCESS_LOG = "/etc/lighttpd/server.pem", "/var/access.log"


def names() -> list[str]:
    """Return the names of the hosts outside: all at one address, that of the host `outside`."""
    hosts = current().hosts
    return [
        hosts["config-master"].host,
        hosts["github"].host,
        _PYPI,
        _PYPI_FILES,
        _host(current().links["cran"].url),
    ]


def internal() -> tuple[str, int]:
    """Return the name and port of the page inside; its address is `network.WEB`.

    It is Presto's, as Druid, which the pages speak of, has no host in the facts.
    """
    host = current().hosts["analytics-presto"]
    assert host.port
    return host.host, host.port


def public_repository() -> str:
    """Return the path on GitHub of the repository that everybody can read."""
    return urlsplit(current().links["repo_editing"].url or "").path.strip("/")


def private_repository(lab: Lab) -> str:
    """Return the path on GitHub of the reader's own repository, which needs the token."""
    return f"{lab.reader.values['github_name']}/private-analysis"


def start(lab: Lab) -> None:
    """Make the certificates and all that is served, and start the servers outside and inside."""
    outside = lab.hosts["outside"]
    _certify(lab)
    publish_known_hosts(lab)
    _write_registries(_site(outside, ""))
    for path in (public_repository(), private_repository(lab)):
        _make_repository(lab, path)
    address = network.ADDRESSES["outside"]["internet"][0]
    shutil.copy(_GITHUB, outside.programs)
    _serve(lab, outside, (address, 443), "\n".join(_outside_config(lab, address)))
    name, port = internal()
    page = _site(lab.services, name) / "v1" / "info"
    page.parent.mkdir(parents=True)
    page.write_text(json.dumps({"coordinator": True, "environment": "stands in for Presto"}) + "\n")
    _serve(lab, lab.services, (network.WEB, port), "\n".join(_config(network.WEB, port)))


def publish_known_hosts(lab: Lab) -> None:
    """Publish the host keys that the lab has now, where the facts say."""
    url = urlsplit(str(current().values["known_hosts_url"].value))
    published = _site(lab.hosts["outside"], url.netloc) / url.path.strip("/")
    published.parent.mkdir(parents=True, exist_ok=True)
    published.write_text(lab.known_hosts)


def access_log(lab: Lab) -> str:
    """Return what was asked of the server outside: a line for each request."""
    return (lab.folder / "log" / "outside-access").read_text()


def _host(url: str | None) -> str:
    return urlsplit(url or "").netloc


def _site(host: Host, name: str) -> Path:
    return host.folder / "srv" / "web" / name


# Certificates


def _certify(lab: Lab) -> None:
    """Make an authority that laptop and stat host trust, and one certificate for all servers."""
    folder = lab.folder / "certificates"
    folder.mkdir()
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3"]
    authority = ["-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=The lab of the guide"]
    _openssl(folder, ["req", "-x509", *key, *authority])
    alternatives = ",".join(f"DNS:{name}" for name in [*names(), internal()[0]])
    server = ["-CA", "ca.pem", "-CAkey", "ca.key", "-subj", "/CN=server", "-keyout", "server.key"]
    server += ["-addext", f"subjectAltName={alternatives}"]
    server += ["-addext", "basicConstraints=critical,CA:FALSE", "-out", "server.pem"]
    _openssl(folder, ["req", "-x509", *key, *server])
    both = (folder / "server.pem").read_text() + (folder / "server.key").read_text()
    for host in (lab.hosts["outside"], lab.services):
        path = host.etc / Path(_CERTIFICATE).relative_to("/etc")
        path.parent.mkdir()
        path.write_text(both)
    name = _openssl(folder, ["x509", "-in", "ca.pem", "-noout", "-hash"]).strip()
    for host in (lab.laptop, lab.stat):
        _trust(host, (folder / "ca.pem").read_text(), name)


def _openssl(folder: Path, command: list[str]) -> str:
    done = subprocess.run(
        ["openssl", *command], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"the lab's certificates cannot be made: {done.stderr.strip()}")
    return done.stdout


def _trust(host: Host, certificate: str, name: str) -> None:
    """Let `host` trust `certificate`, whose subject's hash is `name`, as Debian's programs look.

    curl, git and R read the bundle; Python's ssl, which Debian points to the folder, looks for the
    hash; pip has a bundle of its own unless it is told of another.
    """
    folder = host.etc / "ssl" / "certs"
    folder.mkdir(parents=True)
    for file in ("ca-certificates.crt", f"{name}.0"):
        (folder / file).write_text(certificate)
    (host.etc / "pip.conf").write_text("[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n")


# lighttpd


def _serve(lab: Lab, host: Host, at: tuple[str, int], config: str) -> None:
    (host.etc / "lighttpd" / "lighttpd.conf").write_text(config)
    log = lab.folder / "log" / f"{host.name}-access"
    log.symlink_to(host.folder / _ACCESS_LOG.removeprefix("/"))
    lab.daemon(host, [_SERVER, "-D", "-f", "/etc/lighttpd/lighttpd.conf"], at)


def _config(address: str, port: int) -> Iterator[str]:
    yield 'server.modules = ("mod_openssl", "mod_accesslog", "mod_cgi", "mod_setenv")'
    yield 'server.modules += ("mod_simple_vhost", "mod_alias")'
    # One line of the log for each request, which the preface of HTTP/2 is not.
    yield 'server.feature-flags = ("server.h2proto" => "disable")'
    yield f'server.bind = "{address}"\nserver.port = {port}'
    yield f'ssl.engine = "enable"\nssl.pemfile = "{_CERTIFICATE}"'
    # By way of cat, as lighttpd itself keeps its lines back for seconds.
    yield f'accesslog.filename = "|cat >> {_ACCESS_LOG}"'
    yield 'accesslog.format = "%V \\"%r\\" %s"'
    yield 'server.document-root = "/srv/web"'
    yield 'simple-vhost.server-root = "/srv/web/"\nsimple-vhost.document-root = "/"'
    yield 'index-file.names = ("index.html")'
    yield 'mimetype.assign = (".html" => "text/html", "" => "application/octet-stream")'


def _outside_config(lab: Lab, address: str) -> Iterator[str]:
    yield from _config(address, 443)
    yield f'$SERVER["socket"] == "{address}:80" {{ ssl.engine = "disable" }}'
    yield f'$HTTP["host"] == "{current().hosts["github"].host}" {{'
    yield f'alias.url = ("/" => "/opt/bin/{_GITHUB.name}/")\ncgi.assign = ("" => "")'
    settings = {
        "GITHUB_USER": lab.reader.values["github_name"],
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_PRIVATE": private_repository(lab),
        "GIT_PROJECT_ROOT": "/srv/git",
        "GIT_HTTP_EXPORT_ALL": "yes",
        "HOME": "/srv/git",
    }
    pairs = ", ".join(f'"{name}" => "{value}"' for name, value in settings.items())
    yield f"setenv.set-environment = ({pairs}) }}"


# What is served


def _write_registries(site: Path) -> None:
    files = registries.pypi(_PYPI, _PYPI_FILES) | registries.cran(
        _host(current().links["cran"].url)
    )
    for path, content in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(content)


def _make_repository(lab: Lab, path: str) -> None:
    """Make the bare repository `path` with three commits of nobody's."""
    folder = f"/srv/git/{path}.git"
    lab.must(
        lab.hosts["outside"],
        f"git init --quiet --bare --initial-branch main {folder}"
        f" && git -C {folder} fast-import --quiet",
        stdin="".join(_history(path)),
    )


def _history(path: str) -> Iterator[str]:
    """Yield a history for `git fast-import`."""
    title = path.rsplit("/", 1)[-1]
    additions = {
        "Start": f"# {title}\n",
        "Say what this is": "\nStands in for the repository of this name.\n",
        "Say where to start": "\nStart here.\n",
    }
    text = ""
    for number, (message, addition) in enumerate(additions.items()):
        text += addition
        yield "commit refs/heads/main\n"
        when = 1790000000 + number * 86400
        yield f"committer Example Analyst <analyst@example.org> {when} +0000\n"
        yield f"data {len(message)}\n{message}\n"
        yield f"M 100644 inline README.md\ndata {len(text)}\n{text}\n"


SERVERS = [
    Server(
        "web",
        start,
        inside={internal()[0]: network.WEB},
        outside=dict.fromkeys(names(), network.ADDRESSES["outside"]["internet"][0]),
        programs=("curl", "set_proxy", "git", "pip", "R", "Rscript"),
    )
]
