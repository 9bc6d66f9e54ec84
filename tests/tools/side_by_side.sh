#!/bin/sh
# Runs tests in processes side by side, as each waits a lot. Each COMMAND is a program of the folder
# BIN with its arguments, as "pytest tests/suites/lab"; the tests that none of them names are run, too, and
# shown while they run, and so is what fails in the others. What the commands say follows, in their
# order, and last of all a line for each fault.
# Usage: side_by_side.sh BIN COMMAND... Ends with 0 when all did. KEPT has more options for the tests
# that are shown.
set -u
kept=${KEPT-}
unset KEPT
bin=$1
shift
said=$(mktemp -d)
begun='' number=0
# shellcheck disable=SC2086 # numbers
trap 'kill $begun 2> /dev/null; wait $begun; rm -rf "$said"' EXIT
trap 'exit 130' HUP INT TERM

exec 3>&1
export GUIDE_SCREEN=3 GUIDE_TOLD="$said/.told"
: > "$GUIDE_TOLD"

for command in "$@"; do
    # shellcheck disable=SC2086 # a program and folders, without blanks in their names
    "$bin"/$command > "$said/$number" 2>&1 &
    begun="$begun $!" number=$((number + 1))
done
# shellcheck disable=SC2046,SC2048,SC2086 # one word for each folder
"$bin/pytest" $kept $("$bin/python" -c '
import sys, tomllib
paths = tomllib.load(open("pyproject.toml", "rb"))["tool"]["pytest"]["ini_options"]["testpaths"]
print(*[path for path in paths if path not in sys.argv[1:]])' $*)
ended=$?
for process in $begun; do
    wait "$process" || ended=1
done
begun=
cat "$said"/*
sort -u "$GUIDE_TOLD"
exit "$ended"
