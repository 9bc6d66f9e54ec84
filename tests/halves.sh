#!/bin/sh
# Runs the tests in two processes, as one waits a lot: those that need the lab, and all others.
# Usage: halves.sh PYTHON. Ends with 0 when both did; what the first says follows the other's.
set -u
python=$1
lab="tests/harness tests/queries tests/lab tests/notebooks tests/practice tests/doctor tests/day_one"
said=$(mktemp)
half=
trap 'kill $half 2> /dev/null; wait $half; rm -f "$said"' EXIT
trap 'exit 130' HUP INT TERM

# shellcheck disable=SC2086 # folders, without blanks in their names
"$python" -m pytest $lab > "$said" 2>&1 &
half=$!
# shellcheck disable=SC2046,SC2086 # one word for each folder
"$python" -m pytest $("$python" -c '
import sys, tomllib
paths = tomllib.load(open("pyproject.toml", "rb"))["tool"]["pytest"]["ini_options"]["testpaths"]
print(*[path for path in paths if path not in sys.argv[1:]])' $lab)
others=$?
wait "$half"
ended=$?
half=
cat "$said"
[ "$others" -eq 0 ] && [ "$ended" -eq 0 ]
