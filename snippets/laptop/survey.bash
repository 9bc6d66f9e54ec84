#!/usr/bin/env bash
# Asks from your laptop whether the guide still holds, and prints a line of JSON for each fact.
# It only looks, and logs in nowhere. No line has your name or your keys in it.
# Run it on your laptop: bash ~/onboarding-survey > ~/seen.jsonl
# shellcheck disable=SC2329 # the list calls the probes
set -u
export LC_ALL=C # programs answer in the words that are known

# -- probes: $1 is what the guide says, $2 what the probe has to know besides, $3 the fact ---

# What is asked once for many facts: before the first of them, and kept.
prepare() {
    [ -z "${list-}" ] || return 0
    list=$(curl -s -S --max-time 20 -w '\nstatus %{http_code}\n' [[[ value("known_hosts_url") ]]] 2> /dev/null < /dev/null)
}

probe-published() {
    case $list in
        *'ssh-ed25519 '*'status 200') echo "$1" ;;
        *'status 404' | *'status 410') ;;
        *) echo 'nobody answers there' && return 1 ;;
    esac
}

probe-bastion() {
    local host=${1%% *} keys
    case $list in *'status 200') ;; *) echo 'there is no published list to look into' && return 1 ;; esac
    keys=$(ssh-keyscan -T 10 -t ed25519,ecdsa,rsa "$host" | cut -d ' ' -f 3)
    [ -n "$keys" ] || { echo 'the bastion does not answer' && return 1; }
    awk -v host="$host" '{ n = split($1, names, ","); for (i = 1; i <= n; i++) if (names[i] == host) print $3 }' \
        <<< "$list" | grep -qxF -e "$keys" && echo "$1" || echo "$host with another key"
}

probe-banner() {
    ssh-keyscan -T 10 -p "${1##*:}" "${1%:*}" 2>&1 | grep -q ' SSH-2.0-' || { echo 'no SSH server answers there' && return 1; }
    echo "$1"
}

probe-own-list() {
    [ -s "${1/#\~/$HOME}" ] || { echo 'you have no copy of the list there' && return 3; }
    echo "$1"
}

[[[ survey("laptop") ]]]
