#!/bin/sh
# Runs the tests in three processes, as each waits a lot: those in the lab, those in the browser with
# the wiki's pages, and all others, which are shown while they run; what the first two say follows,
# and what mypy says, which runs beside them. Usage: side_by_side.sh PYTHON. Ends with 0 when all did.
set -u
python=$1
lab="tests/queries tests/lab tests/notebooks tests/practice tests/doctor tests/day_one"
browser="tests/wikitext tests/browser"
said=$(mktemp -d)
begun=
# shellcheck disable=SC2086 # numbers
trap 'kill $begun 2> /dev/null; wait $begun; rm -rf "$said"' EXIT
trap 'exit 130' HUP INT TERM

# shellcheck disable=SC2086 # folders, without blanks in their names
begin() { "$python" -m $2 > "$said/$1" 2>&1 & }

begin types mypy
types_process=$! begun=$!
begin lab "pytest $lab"
lab_process=$! begun="$begun $!"
begin browser "pytest $browser"
browser_process=$! begun="$begun $!"
# shellcheck disable=SC2046,SC2086 # one word for each folder
"$python" -m pytest $("$python" -c '
import sys, tomllib
paths = tomllib.load(open("pyproject.toml", "rb"))["tool"]["pytest"]["ini_options"]["testpaths"]
print(*[path for path in paths if path not in sys.argv[1:]])' $lab $browser)
ended=$?
for process in "$types_process" "$browser_process" "$lab_process"; do
    wait "$process" || ended=1
done
begun=
cat "$said/browser" "$said/lab" "$said/types"
exit "$ended"
