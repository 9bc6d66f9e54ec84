#!/bin/sh
# What `make` needs before it can start. Usage: setup.sh venv | packages | address HOST:PORT
# Installs with apt where root or sudo is at hand; otherwise says in one line what to run.
set -eu
PYTHON=${PYTHON:-python3}

install() { # Debian package names
    if ! command -v apt-get >/dev/null; then
        echo "Missing: $*. Install them with your system's package manager, then run make again." >&2
        exit 1
    fi
    if [ "$(id -u)" = 0 ]; then sudo=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo=sudo
    else
        echo "Missing: $*. Run: sudo apt-get install -y $*" >&2
        exit 1
    fi
    echo "Installing: $*"
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

venv() {
    if ! command -v "$PYTHON" >/dev/null; then install python3 python3-venv; fi
    if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        echo "Python 3.11 or newer is needed, $PYTHON is $("$PYTHON" -V). Run: make PYTHON=python3.11" >&2
        exit 1
    fi
    if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then install python3-venv; fi
    rm -rf .venv
    "$PYTHON" -m venv .venv
}

packages() {
    missing=$(grep -v '^#' tests/packages.txt | while read -r program package; do
        command -v "$program" >/dev/null || echo "$package"
    done | sort -u | tr '\n' ' ')
    # shellcheck disable=SC2086 # one word for each package
    if [ -n "$missing" ]; then install $missing; fi
}

address() { # host:port
    if ! .venv/bin/python -c 'import socket, sys
host, _, port = sys.argv[1].rpartition(":")
with socket.socket() as s:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((host, int(port)))' "$1" 2>/dev/null; then
        echo "$1 is in use or is no address. Run: make serve ADDRESS=127.0.0.1:8001" >&2
        exit 1
    fi
}

"$@"
