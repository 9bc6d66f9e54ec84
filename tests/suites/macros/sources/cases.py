"""A case for each probe: what holds, what is changed and what is gone, in our own words."""

from __future__ import annotations

from tests.suites.macros.sources.world import Case

_ZONE = """
@ 1H IN SOA ns0.example.org. (1)
$ORIGIN eqiad.wmnet.
proxy-of-it   5M  IN CNAME  install1.example.org.
$ORIGIN codfw.wmnet.
proxy-of-it   5M  IN CNAME  install2.example.org.
$ORIGIN eqiad.wmnet.
r1-replica      5M  IN CNAME  db1.eqiad.wmnet.
_r1-analytics._tcp  5M  IN SRV  0 100 3399 db1.eqiad.wmnet.
tea.eqiad.wmnet. 5M IN A 10.0.0.1
"""
_NODES = """
# hosts
node /^tea10(0[89]|10)\\.eqiad\\./ {
    role(kitchen::kettle)
}
node 'bast9.eqiad.wmnet' {
    role(bastionhost)
}
"""
_GROUPS = """
groups:
  drinkers: {gid: 1, members: [somebody]}
  eaters: {gid: 2, members: []}
"""
_DDL = """
-- Makes a table
CREATE EXTERNAL TABLE IF NOT EXISTS `cups`(
    `colour` string COMMENT 'can be \\'red\\' or blue',
    `sizes` map<string, array<int>>
)
PARTITIONED BY (`year` int)
STORED AS PARQUET
LOCATION '${location}'
;
"""
_MODULE = """
SIZES = {"small": {"cup": "2g", "spoon": 4}}


def brew(leaves, minutes=3, sugar="none"):
    pass


def pour(cup): ...


def _hidden(): ...
"""
_PROGRAM = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--hot", dest="h")
parser.add_argument("cup")
parser.add_argument("--with-milk")
"""
_HELPERS = """#!/bin/sh
fill_cup() {
        export CUP=http://cup:1
        export cup=http://cup:1
        echo "Cup filled"
}
"""
_SETTINGS = """
kitchen::kettle::watts: 2000
kitchen::staff:
  - {role: cook, shift: 1}
  - {role: waiter, shift: 2}
"""
_ROWS = "name\tcode\trisk\nTea\tTE\tlow\nCoffee\tCO\thigh\nMaté\tMA\thigh\n"


def _value(value: str | int) -> dict[str, object]:
    return {"value": value, "what": "a made-up value"}


CASES = [
    Case(
        "values",
        "line",
        _value(8080),
        "kettle.conf",
        "port = 8080\n",
        "port = 8081\n",
        "x = 1\n",
        {"line": "port = <value>"},
    ),
    Case(
        "values",
        "hours",
        _value(48),
        "krb.conf",
        "  life = 2d 0h 0m 0s\n",
        "  life = 3d\n",
        "#\n",
        {"line": "life = <hours>"},
    ),
    Case(
        "values",
        "seconds_as_days",
        _value(31),
        "cleaner.pp",
        "$old = 2678400 # seconds",
        "$old = 86400 # seconds",
        "$new = 1",
        {"line": "$old = <days> # seconds"},
    ),
    Case(
        "values",
        "lines",
        _value("a, b"),
        "groups.pp",
        "'cn=b,ou=x'\n'cn=a,ou=x'\n",
        "'cn=b,ou=x'\n'cn=c,ou=x'\n",
        "none\n",
        {"lines": "'cn=<value>,ou=x"},
    ),
    Case(
        "values",
        "words",
        _value("fill_cup, empty_cup"),
        "words.sh",
        "fill_cup\nempty_cup\n",
        "fill_cup\nempty_cups\n",
        "nothing of it\n",
    ),
    Case(
        "values",
        "setting",
        _value("cook, waiter"),
        "hieradata/a.yaml",
        _SETTINGS,
        _SETTINGS.replace("waiter", "baker"),
        "other: 1\n",
        {"setting": "kitchen::staff / * / role"},
    ),
    Case(
        "values",
        "rows",
        _value("CO, MA"),
        "drinks.tsv",
        _ROWS,
        _ROWS.replace("Tea\tTE\tlow", "Tea\tTE\thigh"),
        "name\tcode\trisk\nTea\tTE\tlow\n",
        {"rows": "code / risk / high"},
    ),
    Case(
        "values",
        "exports",
        _value("cup, CUP"),
        "fill.sh",
        _HELPERS,
        _HELPERS.replace("export cup=", "export mug="),
        "empty_cup() {\n}\n",
        {"exports": "fill_cup"},
    ),
    Case(
        "values",
        "aliases",
        _value("eqiad install1, codfw install2"),
        "templates/proxies",
        _ZONE,
        _ZONE.replace("install2", "install3"),
        "tea.wmnet. 5M IN A 10.0.0.1\n",
        {"record": "proxy-of-it.*.wmnet"},
        "operations/dns",
    ),
    Case(
        "hosts",
        "tea",
        {"kind": "service", "host": "tea.eqiad.wmnet"},
        "templates/wmnet",
        _ZONE,
        "",
        _ZONE.replace("tea.eqiad", "milk.eqiad"),
        None,
        "operations/dns",
    ),
    Case(
        "hosts",
        "bast9",
        {"kind": "bastion", "host": "bast9.eqiad.wmnet"},
        "manifests/site.pp",
        _NODES,
        _NODES.replace("bastionhost", "insetup"),
        _NODES.replace("bast9", "bast8"),
    ),
    Case(
        "values",
        "role",
        _value("kitchen::kettle"),
        "manifests/roles.pp",
        _NODES,
        _NODES.replace("kitchen::kettle", "kitchen::oven"),
        _NODES.replace("tea10", "milk10"),
        {"node": "tea1009.eqiad.wmnet"},
    ),
    Case(
        "groups",
        "drinkers",
        {"kind": "posix", "what": "who drinks"},
        "modules/admin/data/data.yaml",
        _GROUPS,
        "",
        _GROUPS.replace("drinkers", "smokers"),
    ),
    Case(
        "sections",
        "r1",
        {
            "port": 3399,
            "host": "db1.eqiad.wmnet",
            "alias": "r1-replica.eqiad.wmnet",
            "what": "a section",
        },
        "templates/replicas",
        _ZONE,
        _ZONE.replace(" 3399 ", " 3388 "),
        "tea.wmnet. 5M IN A 10.0.0.1\n",
        None,
        "operations/dns",
    ),
    Case(
        "sections",
        "r2",
        {
            "port": 3399,
            "host": "db1.eqiad.wmnet",
            "alias": "r1-replica.eqiad.wmnet",
            "what": "2 wikis",
            "wikis": ["teawiki", "milkwiki"],
        },
        "dblists",
        "# made\nmilkwiki\nteawiki\n",
        "milkwiki\nteawiki\ncupwiki\n",
        "",
        None,
        "operations/mediawiki-config",
        "dblists/r2.dblist",
    ),
    Case(
        "tables",
        "kitchen.cups",
        {
            "engine": "hive",
            "what": "cups",
            "partitions": {"year": "int"},
            "columns": {"colour": {"type": "string"}, "sizes": {"type": "map<string,array<int>>"}},
        },
        "hql/cups.hql",
        _DDL,
        _DDL.replace("array<int>", "array<bigint>"),
        _DDL.replace("`cups`", "`mugs`"),
        None,
        "analytics/refinery",
    ),
    Case(
        "values",
        "signature",
        _value('wmfdata.tea.brew(leaves, minutes=3, sugar="none")'),
        "wmfdata/tea.py",
        _MODULE,
        _MODULE.replace("minutes=3", "minutes=5"),
        _MODULE.replace("brew", "steep"),
        None,
        "wikimedia/wmfdata-python",
    ),
    Case(
        "values",
        "members",
        _value("pour, brew"),
        "tea/all.py",
        _MODULE,
        _MODULE.replace("def _hidden", "def shown"),
        "X = 1\n",
        {"members": "tea/all.py"},
    ),
    Case(
        "values",
        "options",
        _value("--hot, --with-milk"),
        "bin/tea",
        _PROGRAM,
        _PROGRAM.replace("--hot", "--cold"),
        "print(1)\n",
        {"options": "bin/tea"},
    ),
    Case(
        "values",
        "literal",
        _value("cup 2g, spoon 4"),
        "tea/sizes.py",
        _MODULE,
        _MODULE.replace('"2g"', '"3g"'),
        "X = 1\n",
        {"literal": "SIZES / small"},
    ),
    Case(
        "tools",
        "kettle",
        {"title": "Kettle", "what": "boils"},
        "charts/kettle/Chart.yaml",
        "a: 1\n",
        "",
        "",
        None,
        "operations/deployment-charts",
    ),
]
