"""The files of a PyPI and of a CRAN with one package each, made up by the lab."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tarfile
import zipfile

#: The packages that the pages install, and what they say of themselves.
_PYTHON, _R = "humanize", "here"
_VERSION = "0.0.1"
_SUMMARY = "Made up by the lab of the guide; stands in for the package of this name"


def pypi(index: str, files: str) -> dict[str, bytes]:
    """Return what the hosts `index` and `files` serve, by host and path (PEP 503, PEP 427)."""
    name, wheel = f"{_PYTHON}-{_VERSION}-py3-none-any.whl", _wheel()
    digest = hashlib.sha256(wheel).hexdigest()
    link = (
        f'<!DOCTYPE html>\n<a href="https://{files}/packages/{name}#sha256={digest}">{name}</a>\n'
    )
    return {
        f"{index}/simple/{_PYTHON}/index.html": link.encode(),
        f"{files}/packages/{name}": wheel,
    }


def cran(host: str) -> dict[str, bytes]:
    """Return what `host` serves, by host and path (R Installation and Administration, 6.6)."""
    name, source = f"{_R}_{_VERSION}.tar.gz", _source_package()
    entry = f"{_description()}MD5sum: {hashlib.md5(source).hexdigest()}\n"  # noqa: S324
    return {
        f"{host}/src/contrib/PACKAGES": entry.encode(),
        f"{host}/src/contrib/PACKAGES.gz": gzip.compress(entry.encode()),
        f"{host}/src/contrib/{name}": source,
    }


def _wheel() -> bytes:
    about = f"{_PYTHON}-{_VERSION}.dist-info"
    contents = {
        f"{_PYTHON}/__init__.py": f'"""{_SUMMARY}."""\n\n\n'
        'def intcomma(value: int) -> str:\n    return f"{value:,}"\n',
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {_PYTHON}\nVersion: {_VERSION}\n"
        f"Summary: {_SUMMARY}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: the lab\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
    }
    record = "".join(f"{path},{_digest(text)},{len(text)}\n" for path, text in contents.items())
    contents[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as wheel:
        for path, text in contents.items():
            wheel.writestr(path, text)
    return packed.getvalue()


def _digest(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    return "sha256=" + digest.decode().rstrip("=")


def _source_package() -> bytes:
    contents = {
        "DESCRIPTION": _description(),
        "NAMESPACE": f"export({_R})\n",
        f"R/{_R}.R": f"{_R} <- function(...) file.path(getwd(), ...)\n",
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as source:
        for path, text in contents.items():
            member = tarfile.TarInfo(f"{_R}/{path}")
            member.size = len(text)
            source.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


def _description() -> str:
    return f"""Package: {_R}
Version: {_VERSION}
Title: {_SUMMARY}
Description: {_SUMMARY}.
Author: The lab of the guide
Maintainer: The lab of the guide <lab@example.org>
License: MIT
NeedsCompilation: no
"""
