"""The download: the published site as one zip, to be read without a server.

`python -m macros.release SITE FOLDER` packs a site that was built with addresses
of files. The same site and moment make the same bytes.
"""

from __future__ import annotations

import os
import sys
import time
import tomllib
import zipfile
from pathlib import Path

from macros import twins
from macros.errors import ROOT

NAME = "product-analytics-onboarding"
#: What only a server has a use for.
SERVED_ONLY = {"404.html", "sitemap.xml", "sitemap.xml.gz", "search/search_index.json"}
#: The first moment that a zip can tell.
FIRST_MOMENT = 315532800


def pack(site: Path, folder: Path, version: str, moment: int) -> Path:
    """Write the zip of the built `site` into `folder` and return its path.

    `version` becomes part of its name and of the folder in it; `moment`, in
    seconds of the Unix epoch, is the time of every file. A page opened from a
    file may not fetch, so the search index becomes a script, as Material's own
    script expects it there.
    """
    files = {
        str(path.relative_to(site)): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file() and path.suffix != twins.TEMPLATE
    }
    files["search/search_index.js"] = b"var __index = " + files["search/search_index.json"]
    files["LICENSE"] = (ROOT / "LICENSE").read_bytes()
    archive = folder / f"{NAME}-{version}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(files.keys() - SERVED_ONLY):
            entry = zipfile.ZipInfo(f"{NAME}-{version}/{name}")
            entry.date_time = time.gmtime(max(moment, FIRST_MOMENT))[:6]
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # the same on every system that packs
            packed.writestr(entry, files[name])
    return archive


def main() -> None:
    """Pack the site of the command line, named after the project's version and the commit."""
    site, folder = map(Path, sys.argv[1:])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    commit = os.environ.get("GUIDE_COMMIT", "").split()[-1:]
    version = "-".join([project["version"], *commit])
    archive = pack(site, folder, version, int(os.environ.get("SOURCE_DATE_EPOCH", "0")))
    print(f"{archive}: {archive.stat().st_size / 1e6:.1f} MB; unpack it and open index.html")


if __name__ == "__main__":
    main()
