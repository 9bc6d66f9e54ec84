"""Records for other programs: JUnit for a forge, SARIF for an editor, OpenMetrics for a monitor."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.openmetrics.exposition import generate_latest

from macros.sources.verdict import VERDICTS, Finding, Record


def write(records: Sequence[Record], folder: Path) -> None:
    """Write seen.xml, seen.sarif and seen.openmetrics into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    junit(records).write(str(folder / "seen.xml"))
    (folder / "seen.sarif").write_text(json.dumps(sarif(records), indent=1), encoding="utf-8")
    (folder / "seen.openmetrics").write_text(openmetrics(records), encoding="utf-8")


def junit(records: Iterable[Record]) -> JUnitXml:
    """Return a test for each fact: what changed has failed, silence is an error or skipped."""
    suite = TestSuite("survey")
    for record in records:
        test = TestCase(record.key, classname=f"facts.{record.kind}")
        kinds = {"changed": Failure, "gone": Failure, "unanswered": Error, "not asked": Skipped}
        if record.verdict in kinds:
            test.result = [kinds[record.verdict](_told(record), type_=record.verdict)]
        suite.add_testcase(test)
    report = JUnitXml()
    report.add_testsuite(suite)
    return report


def sarif(records: Iterable[Record]) -> dict[str, Any]:
    """Return a log of SARIF 2.1.0 (docs.oasis-open.org/sarif) with what changed or is gone.

    Each result has the file and the line of its fact.
    """
    wrong = [record for record in records if record.verdict in ("changed", "gone")]
    results = [
        {
            "ruleId": record.verdict,
            "level": "error",
            "message": {"text": f"{record.kind} {record.key}: {_told(record)}"},
            "locations": [{"physicalLocation": _location(record)}],
        }
        for record in wrong
    ]
    rules = [{"id": verdict} for verdict in dict.fromkeys(record.verdict for record in wrong)]
    driver = {"name": "survey", "rules": rules}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def openmetrics(records: Iterable[Record]) -> str:
    """Return how many facts of each kind have which verdict."""
    registry = CollectorRegistry()
    gauge = Gauge(
        "guide_facts", "Facts that a survey asked for", ["kind", "verdict"], registry=registry
    )
    counts = Counter((record.kind, record.verdict) for record in records)
    for kind in sorted({kind for kind, _ in counts}):
        for verdict in VERDICTS:
            gauge.labels(kind, verdict).set(counts[kind, verdict])
    latest: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
    return latest.decode()


def _location(record: Record) -> dict[str, Any]:
    path, _, line = record.at.rpartition(":")
    return {"artifactLocation": {"uri": path}, "region": {"startLine": int(line)}}


def _told(record: Record) -> str:
    answer = record.decisive
    differs = [each for each in answer.findings if (each.found != each.expected) != record.retired]
    return answer.reason or "; ".join(map(_finding, differs or answer.findings))


def _finding(finding: Finding) -> str:
    return f"{finding.part}: {finding.expected} in the guide, {finding.found or 'nothing'} found"
