#!/bin/sh
# What `make` needs before it can start. Usage: setup.sh venv | packages SET | address HOST:PORT
# Installs with apt where root or sudo is at hand; otherwise says in one line what to run.
set -eu
PYTHON=${PYTHON:-python3}
POLICY=${POLICY:-/usr/sbin/policy-rc.d}
SERVICES=${SERVICES:-/etc/init.d}
VENV=${GUIDE_VENV:-.venv}

install() { # Debian package names; names of programs where there is no apt
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
    # Without a folder, or with an empty one, the pattern stands for itself, before and after.
    before=" $(echo "$SERVICES"/*) "
    # The tests start what they need by themselves; this machine gets no new server.
    if [ ! -e "$POLICY" ]; then
        printf '#!/bin/sh\nexit 101\n' | $sudo tee "$POLICY" >/dev/null
        $sudo chmod 755 "$POLICY"
        trap '$sudo rm -f "$POLICY"' EXIT INT TERM
    fi
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    for service in "$SERVICES"/*; do
        case "$before" in *" $service "*) ;; *) $sudo update-rc.d "${service##*/}" disable ;; esac
    done
}

venv() {
    if ! command -v "$PYTHON" >/dev/null; then install python3 python3-venv; fi
    if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        echo "Python 3.11 or newer is needed, $PYTHON is $("$PYTHON" -V). Run: make PYTHON=python3.11" >&2
        exit 1
    fi
    if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then install python3-venv; fi
    rm -rf "$VENV"
    "$PYTHON" -m venv "$VENV"
}

packages() { # check | test
    PATH=$PATH:/usr/sbin:/sbin
    case "$(uname -s) $1" in
        "Darwin test")
            echo "The lab needs Linux. On a Mac, run it in the container: see CONTRIBUTING.md." >&2
            exit 1
            ;;
        Darwin*) echo "There is no bubblewrap for macOS: what needs its sandbox is not run." ;;
    esac
    missing=$(grep -v '^#' tests/environments/packages.txt | while read -r program package set _; do
        case "$1 $set $(uname -s) $program" in "check test"* | *"Darwin bwrap") continue ;; esac
        command -v "$program" >/dev/null || [ -e "/usr/lib/$program" ] ||
            [ -e "/usr/lib/$(uname -m)-linux-gnu/$program" ] || {
            command -v apt-get >/dev/null || package=$program
            echo "$package"
        }
    done | sort -u | tr '\n' ' ')
    # shellcheck disable=SC2086 # one word for each package
    if [ -n "$missing" ]; then install $missing; fi
}

address() { # host:port
    if ! "$VENV/bin/python" -c 'import socket, sys
host, _, port = sys.argv[1].rpartition(":")
with socket.socket() as s:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((host, int(port)))' "$1" 2>/dev/null; then
        echo "$1 is in use or is no address. Run: make serve ADDRESS=127.0.0.1:8001" >&2
        exit 1
    fi
}

"$@"
