"""Has Lighthouse judge typical pages of the built site on a phone: `make lighthouse`.

Lighthouse comes from npm and needs Node.js and Chromium; the site is served compressed from this
machine. Each page is judged several times, and the median of each score counts.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from macros.errors import ROOT
from tests.environments import scratch
from tests.environments.web.chromium import FLAGS, PROGRAM
from tests.environments.web.site_server import serving
from tests.tools import figures

PACKAGE = "lighthouse@12.8.2"
#: The first page, the form, a file to keep, tables, and code in three languages.
PAGES = ["", "start/your-details/", "access/ssh/", "data/pageviews/", "query/python/"]
#: The least score of each category.
BARS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
ROUNDS = 3


def main(site: Path) -> int:
    """Print the scores of each page, and what cost points; return 1 where a bar is missed."""
    for program, what in (("npx", "Node.js"), (PROGRAM, "Chromium")):
        if not shutil.which(program):
            print(f"Lighthouse needs {what}: {program} was not found.", file=sys.stderr)
            return 1
    remarks: dict[str, None] = {}
    low = False
    with (
        figures.of("make lighthouse") as say,
        serving(site, frugal=True) as running,
        scratch.folder() as folder,
    ):
        say(f"{'page':<22}" + "".join(f"{name:>16}" for name in BARS))
        for page in PAGES:
            reports = [_judge(running.address + page, folder) for _ in range(ROUNDS)]
            scores = {name: median(_score(report, name) for report in reports) for name in BARS}
            say(f"/{page:<21}" + "".join(f"{scores[name]:>16.0f}" for name in BARS))
            low |= any(scores[name] < bar for name, bar in BARS.items())
            remarks |= dict.fromkeys(f"/{page}: {remark}" for remark in _remarks(reports[0]))
        for remark in remarks:
            say(remark)
    return int(low)


def _judge(address: str, folder: Path) -> dict[str, Any]:
    """Return Lighthouse's report on the page at `address`."""
    output = folder / "report.json"
    flags = " ".join(["--headless=new", *FLAGS])
    options = [f"--only-categories={','.join(BARS)}", f"--chrome-flags={flags}"]
    options.append(f"--output-path={output}")
    subprocess.run(
        ["npx", "--yes", PACKAGE, address, "--quiet", "--output=json", *options],
        cwd=folder,
        env={
            **os.environ,
            "CHROME_PATH": str(shutil.which(PROGRAM)),
            "npm_config_cache": str(ROOT / ".cache/npm"),
        },
        check=True,
    )
    report: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return report


def _score(report: dict[str, Any], category: str) -> float:
    return round(100 * (report["categories"][category]["score"] or 0))


def _remarks(report: dict[str, Any]) -> list[str]:
    """Return the audits that cost points, with what Lighthouse measured."""
    audits = report["audits"]
    counted = {
        reference["id"]
        for category in report["categories"].values()
        for reference in category["auditRefs"]
        if reference["weight"]
    }
    return [
        f"{audit['title']}: {audit.get('displayValue', 'failed')}"
        for audit in (audits[name] for name in sorted(counted))
        if audit["score"] is not None and audit["score"] < 0.9
    ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
