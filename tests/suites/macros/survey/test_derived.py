"""The same records for other programs, read again by programs that know their forms."""

from __future__ import annotations

import json
from pathlib import Path

from junitparser import JUnitXml
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from macros.errors import ROOT
from macros.sources.verdict import Record
from macros.survey import derived
from tests.suites.macros.survey.world import World, asked, line, silent


def _records(world: World) -> list[Record]:
    realm, old = asked("values", "kerberos_realm"), asked("hosts", "bast1003")
    group, proxy = asked("groups", "gpu-users"), asked("values", "proxy_url")
    told = [line(realm, "OTHER"), line(old), line(group, None), silent(proxy)]
    return list(world.records(*told).values())


def test_junit(world: World, tmp_path: Path) -> None:
    derived.write(_records(world), tmp_path)
    (suite,) = JUnitXml.fromfile(str(tmp_path / "seen.xml"))
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (4, 2, 1, 0)
    said = {f"{test.classname}.{test.name}": test.result for test in suite}
    (failure,) = said["facts.values.kerberos_realm"]
    assert failure.message == "value: WIKIMEDIA in the guide, OTHER found"


def test_sarif_has_the_file_and_line_of_each_fact(world: World) -> None:
    log = json.loads(json.dumps(derived.sarif(_records(world))))
    results = log["runs"][0]["results"]
    assert [each["ruleId"] for each in results] == ["gone", "changed"]
    for result in results:
        place = result["locations"][0]["physicalLocation"]
        uri, number = place["artifactLocation"]["uri"], place["region"]["startLine"]
        key = result["message"]["text"].split(":")[0].split()[1]
        text = (world.facts / Path(uri).name).read_text().splitlines()
        assert text[number - 1] == f"{key}:" and (ROOT / "macros/facts" / Path(uri).name).exists()


def test_openmetrics(world: World) -> None:
    text = derived.openmetrics(_records(world))
    (family,) = text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
    counts = {tuple(sample.labels.values()): sample.value for sample in family.samples}
    assert counts["values", "changed"] == counts["groups", "gone"] == counts["hosts", "holds"] == 1
    assert sum(counts.values()) == 4
