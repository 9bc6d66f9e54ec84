#!/usr/bin/env bash
# Looks at your laptop: what of this guide's set-up works, what does not, why, and what helps.
# It changes nothing and prints no secret. It sends nothing, unless you say --connect.
# Run it in the terminal in which you use ssh: bash ~/onboarding-doctor
# shellcheck disable=SC2329 # `look` calls the checks
# shellcheck disable=SC2016,SC2088 # texts for people, in which nothing is replaced
set -u
title='the onboarding doctor, on a laptop'

[[[ records("laptop") ]]]

# -- the system, OpenSSH and the keys --------------------------------------------------------

system=[[[ system ]]]
instance='[[[ value("cloud_instance_example") ]]]'
list=[[[ value("known_hosts_file") ]]]
production=~/.ssh/[[[ production_key ]]] cloud=~/.ssh/[[[ cloud_key ]]] review=~/.ssh/[[[ gerrit_key ]]]

# shellcheck disable=SC2012 # stat is another program on macOS than on Linux
mode() { ls -ldL "$1" | cut -c 1-10; }
public() { cut -d ' ' -f 2 "$1.pub"; }

this_system() {
    local here=linux
    case $OSTYPE in darwin*) here=macos ;; esac
    [ -z "${[[[ value("wsl_variable") ]]]-}" ] || here=wsl
    # Not every shell in WSL has the variable, but its kernel has the name.
    [ "$system" != wsl ] || ! uname -r | grep -qi [[[ value("wsl_kernel") ]]] || here=wsl
    [ "$here" = "$system" ] || warn other-system "$here" "$system"
    ok "$here"
}

# What others can read or change. On a drive of Windows, chmod closes nothing; where readlink has no
# -f, as on an older Mac, there is no such drive.
too_open() { # cause, file, its mode as it should be
    local real
    real=$(readlink -f "$2" 2> /dev/null) || real=$2 # macOS before 12.3 has no -f
    case $real in [[[ value("wsl_drive") | replace("/c", "/?") ]]]/*) fail files-on-windows "$(mode "$2") $real" "$3" ;; esac
    fail "$1" "$(mode "$2")" "$3"
}

line_ends() { # files
    local file
    for file in "$@"; do
        ! grep -qs $'\r$' "$file" || fail windows-line-ends "$file" 'line ends of Linux'
    done
}

openssh() {
    local least=[[[ value("min_openssh_proxyjump") ]]] version number
    version=$(ssh -V 2>&1) || fail openssh-missing 'no ssh' "OpenSSH $least"
    case $version$(grep -is 'sshcommand.*\.exe' ~/.gitconfig) in
        *[[[ value("windows_openssh") ]]]* | *.exe*) fail ssh-of-windows "$version" 'the OpenSSH of Linux' ;;
    esac
    number=${version#OpenSSH_}
    number=${number%%[!0-9.]*}
    case $number in [0-9]*.[0-9]*) ;; *) fail unknown "$version" "OpenSSH $least or newer" ;; esac
    [ "${number%%.*}" -gt "${least%%.*}" ] && ok "$version"
    [ "${number%%.*}" -eq "${least%%.*}" ] && [ "${number#*.}" -ge "${least#*.}" ] && ok "$version"
    fail openssh-too-old "$version" "OpenSSH $least or newer"
}

folder() {
    case $(mode ~/.ssh) in
        ?????-??-?) ok "~/.ssh is $(mode ~/.ssh)" ;;
        *) too_open ssh-folder-open ~/.ssh 'drwx------' ;;
    esac
}

# A key: its file, `fail` or `warn` where there is none, and the keys that it must not be.
key() {
    local file=$1 missing=$2 said bits type inner other
    shift 2
    [ -f "$file" ] || "$missing" key-missing "no file $file" 'a key of this name'
    [ -r "$file" ] || fail key-unreadable "$(mode "$file")" '-rw-------'
    case $(mode "$file") in
        -??[x-]------) ;;
        *) too_open key-open-to-group "$file" '-rw-------' ;;
    esac
    line_ends "$file"
    [ -f "$file.pub" ] || warn key-public-missing "no file $file.pub" 'the public half'
    said=$(ssh-keygen -l -f "$file.pub") bits=${said%% *} type=${said##*(}
    case ${type%)} in
        ED25519 | ED25519-SK) ;;
        RSA) [ "$bits" -ge 4096 ] || fail key-weak "RSA with $bits bits" 'Ed25519, or RSA with 4096' ;;
        '') fail key-pair-mixed "$file.pub is no public key" 'the public half' ;;
        *) fail key-weak "${type%)}" 'Ed25519, or RSA with 4096 bits' ;;
    esac
    # The private half holds the public one unlocked, so that nobody has to open it to compare.
    if grep -q OPENSSH "$file"; then
        inner=$(grep -v '^-' "$file")
        case $(bytes "$inner") in
            *"$(bytes "$(public "$file")")"*) ;;
            *) fail key-pair-mixed "$file.pub belongs to another key" "the public half of $file" ;;
        esac
    fi
    for other in "$@"; do
        if [ -f "$other.pub" ] && [ "$(public "$other")" = "$(public "$file")" ]; then
            fail keys-shared "$other is the same key" 'a key of its own'
        fi
    done
    if ssh-keygen -y -P '' -f "$file" > /dev/null; then
        warn key-without-passphrase 'it opens without a passphrase' 'a passphrase'
    fi
    ok "$said"
}

bytes() { { base64 -d <<< "$1" || base64 -D <<< "$1"; } | od -An -v -tx1 | tr -d ' \n'; }

agent() {
    local held
    held=$(ssh-add -l)
    case $? in
        0) ;;
        1) skip 'the agent holds no key: ssh asks for the passphrase' ;;
        *) skip 'no agent: ssh asks for the passphrase' ;;
    esac
    case $held in *"$(fingerprint)"*) ok 'it holds the key for production' ;; esac
    ! ssh-keygen -y -P '' -f "$production" > /dev/null || skip 'the key opens without one'
    warn agent-without-production-key 'other keys' "$(fingerprint)"
}

fingerprint() { ssh-keygen -l -f "$production.pub" | cut -d ' ' -f 2; }

# -- what ssh makes of ~/.ssh/config ---------------------------------------------------------

config() {
    local file=~/.ssh/config said
    [ -f "$file" ] || fail ssh-config-missing "no file $file" 'the file of the guide'
    case $(mode "$file") in
        ?????-??-?) ;;
        *) too_open ssh-config-open "$file" '-rw-------' ;;
    esac
    command -v ssh > /dev/null || skip 'no ssh to read it'
    said=$(ssh -G bast 2>&1 > /dev/null) && ok "$(mode "$file")"
    case $said in
        *'ad configuration option'*) fail ssh-config-typing-error "$said" 'options that ssh knows' ;;
        *) fail unknown "$said" 'ssh reads it' ;;
    esac
}

# A host, and what `ssh -G` has to say of it: words with their values.
way() {
    local host=$1 said lines wanted word value seen end=$'\n'
    shift
    [ -f ~/.ssh/config ] || skip 'no ~/.ssh/config'
    said=$(ssh -G "$host") || skip 'ssh cannot read ~/.ssh/config'
    case $said in *'stricthostkeychecking false'*)
        fail ssh-config-without-question 'StrictHostKeyChecking no' 'ssh asks' ;;
    esac
    case $said in *'pubkeyauthentication false'* | *'pubkeyauthentication no'*)
        fail ssh-config-without-keys 'PubkeyAuthentication no' 'ssh shows a key' ;;
    esac
    # Only the lines that matter: bash takes long to look through many.
    lines=$end$(grep -E '^(forwardagent|hostname|identityfile|port|proxyjump|user) ' <<< "$said")
    for wanted in "$@" 'forwardagent no'; do
        word=${wanted%% *} value=${wanted#* } seen=''
        case $lines in
            *"$end$word "*) seen=${lines#*"$end$word "} seen=${seen%%"$end"*} ;;
        esac
        case $seen in "$HOME"/*) seen="~${seen#"$HOME"}" ;; esac
        [ "$seen" = "$value" ] || other_way "$word" "$value" "$seen"
    done
    ok "ssh knows the way"
}

other_way() { # word, value, what is there instead
    local cause=unknown
    case $1 in
        forwardagent) cause=ssh-config-agent-forwarded ;;
        user) cause=ssh-config-other-user ;;
        port) cause=ssh-config-without-port ;;
        identityfile) cause=ssh-config-other-key ;;
        proxyjump) [ -n "$3" ] || cause=ssh-config-without-jump ;;
        hostname)
            case $3 in
[[% for key, gone in facts("hosts").items() if gone.kind in ("bastion", "stat") and gone.status == "retired" %]]
                [[[ gone.host ]]]) cause=ssh-config-old-host ;;
[[% endfor %]]
                *.*) ;;
                *) cause=ssh-config-without-alias ;;
            esac
            ;;
    esac
    # The right line is there, but another one is read before it.
    [ "$1" = forwardagent ] || ! grep -qi "^ *$1 $2[[:space:]]*$" ~/.ssh/config || cause=ssh-config-order
    fail "$cause" "$1 ${3:-not set}" "$1 ${2:-not set}"
}

# -- the hosts' keys, and the port of the tunnel ---------------------------------------------

host_keys() {
    local host
    [ -f "$list" ] || fail known-hosts-missing "no file $list" 'the published list'
    for host in [[[ bastion ]]] [[[ stat_host_name ]]]; do
        ssh-keygen -F "$host" -f "$list" > /dev/null || fail known-hosts-older "no $host in $list" 'its key'
    done
    ok "the published list has your hosts"
}

own_host_keys() {
    local host own
    [ -f ~/.ssh/known_hosts ] && [ -f "$list" ] || skip 'nothing to compare'
    for host in [[[ bastion ]]] [[[ stat_host_name ]]]; do
        while read -r own; do
            ssh-keygen -F "$host" -f "$list" | grep -qF "$own" ||
                warn host-key-of-ones-own "~/.ssh/known_hosts has another key of $host" 'the published one'
        done < <(ssh-keygen -F "$host" -f ~/.ssh/known_hosts | grep -v '^#' | cut -d ' ' -f 3)
    done
    ok 'they are those of the published list, or none'
}

tunnels() {
    line_ends ~/.wmf_tunnels.bash ~/.bashrc ~/.zshrc
    [ -f ~/.wmf_tunnels.bash ] || {
        grep -qs wmf_tunnels ~/.bashrc ~/.zshrc || skip 'no short command for the tunnel'
        warn tunnels-missing 'no file ~/.wmf_tunnels.bash' 'the file of the guide'
    }
    grep -q '^jupyter-[[[ stat_alias ]]]()' ~/.wmf_tunnels.bash ||
        warn tunnels-older 'no jupyter-[[[ stat_alias ]]] in ~/.wmf_tunnels.bash' 'a line for each stat host'
    ok 'jupyter-[[[ stat_alias ]]]'
}

tunnel_port() {
    if (exec 3<> /dev/tcp/127.0.0.1/[[[ value("jupyterhub_port") ]]]); then
        warn port-held 'something listens on port [[[ value("jupyterhub_port") ]]]' 'a free port, or your own tunnel'
    fi
    ok 'port [[[ value("jupyterhub_port") ]]] is free'
}

# -- only with --connect ---------------------------------------------------------------------

reach() { # short name, key file, the host on the way
    local said
    [ -n "$connect" ] || skip 'only with --connect'
    [ "$failed" = 0 ] || skip 'first mend what has failed so far'
    [ -f "$2" ] || [ -f "$2.pub" ] || skip "no file $2"
    ssh-add -l | grep -qF "$(ssh-keygen -l -f "$2.pub" | cut -d ' ' -f 2)" ||
        ssh-keygen -y -P '' -f "$2" > /dev/null || skip "your key is locked: first ssh-add $2"
    said=$(ssh -o BatchMode=yes -o ConnectTimeout=20 "$1" "${4-true}" 2>&1 < /dev/null) && ok "$1 lets you in"
    case $said in
        *'IDENTIFICATION HAS CHANGED'*) fail host-key-changed 'another host key' 'the one of the list' ;;
        *'Host key verification failed'*) fail host-key-unknown 'no host key to compare' 'the published list' ;;
        *'Could not resolve hostname'*) fail name-not-found "$(last "$said")" 'an address' ;;
        *'timed out'* | *unreachable* | *refused*) fail network-without-ssh "$(last "$said")" 'a connection' ;;
        *'Permission denied'*)
            # The host on the way has just let you in, else nothing would be asked here.
            [ -z "${3-}" ] || fail group-missing "$(last "$said")" "$1 lets you in, as $3 does"
            fail other-name-on-host "$(last "$said")" "$1 lets you in"
            ;;
        *) fail unknown "$(last "$said")" "$1 lets you in" ;;
    esac
}

last() { tail -n 1 <<< "$1"; }

# -- all of them -----------------------------------------------------------------------------

look system this_system
look openssh openssh
look ssh-folder folder
look production-key key "$production" fail "$cloud" "$review"
look cloud-key key "$cloud" warn
look review-key key "$review" warn
look agent agent
look ssh-config config
look way-to-bast way bast 'hostname [[[ bastion ]]]' 'user [[[ shell_name ]]]' 'proxyjump ' \
    'identityfile ~/.ssh/[[[ production_key ]]]'
[[% for key, stat in facts("hosts").items() if stat.kind == "stat" and stat.status != "retired" %]]
[[% for check, name in ((alias(key), alias(key)), (key, stat.host)) %]]
look way-to-[[[ check ]]] way [[[ name ]]] 'hostname [[[ stat.host ]]]' 'user [[[ shell_name ]]]' 'proxyjump bast' \
    'identityfile ~/.ssh/[[[ production_key ]]]'
[[% endfor %]]
[[% endfor %]]
look way-to-cloud way [[[ host("cloud-bastion") ]]] 'hostname [[[ host("cloud-bastion") ]]]' 'user [[[ shell_name ]]]' 'proxyjump ' \
    'identityfile ~/.ssh/[[[ cloud_key ]]]'
look way-to-instance way "${instance//[<>]/}" 'user [[[ shell_name ]]]' \
    'proxyjump [[[ host("cloud-bastion") ]]]' 'identityfile ~/.ssh/[[[ cloud_key ]]]'
look way-to-toolforge way [[[ host("toolforge-login") ]]] 'hostname [[[ host("toolforge-login") ]]]' 'user [[[ shell_name ]]]' 'proxyjump ' \
    'identityfile ~/.ssh/[[[ cloud_key ]]]'
look way-to-gerrit way [[[ host("gerrit") ]]] 'hostname [[[ host("gerrit") ]]]' 'port [[[ port("gerrit") ]]]' 'user [[[ shell_name ]]]' \
    'proxyjump ' 'identityfile ~/.ssh/[[[ gerrit_key ]]]'
look way-to-gitlab way [[[ host("gitlab") ]]] 'hostname [[[ host("gitlab") ]]]' 'port [[[ port("gitlab") ]]]' \
    'user [[[ value("gitlab_ssh_user") ]]]' 'proxyjump ' 'identityfile ~/.ssh/[[[ gerrit_key ]]]'
look host-keys host_keys
look own-host-keys own_host_keys
look tunnels tunnels
look tunnel-port tunnel_port
look bastion reach bast "$production"
look stat-host reach [[[ stat_alias ]]] "$production" bast
look gerrit reach [[[ host("gerrit") ]]] "$review" '' 'gerrit version'
finish
