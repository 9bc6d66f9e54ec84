#!/usr/bin/env bash
# Looks at your laptop: what of this guide's set-up works, what does not, why, and how to fix it.
# It changes nothing and prints no secret. It sends nothing, unless you say --connect. What a
# `Match exec` of yours would run, it does not run either, but for the connections.
# Run it in the terminal in which you use ssh: bash ~/onboarding-doctor
# shellcheck disable=SC2329 # `look` calls the checks
# shellcheck disable=SC2016,SC2088 # texts for people, in which nothing is replaced
! grep -qs $'\r$' "$0" || { printf 'onboarding-doctor: %s\n' "windows-line-ends: take them away: tr -d '\\r' < $0 > $0.new && mv $0.new $0" >&2 && exit 2; } # in one line: a CR breaks all others
set -u
export LC_ALL=C # programs answer in the words that are known
title='the onboarding doctor, on a laptop'

[[[ records("laptop") ]]]

# -- the system and its programs -------------------------------------------------------------

system=[[[ system ]]]
instance='[[[ value("cloud_instance_example") ]]]'
list=[[[ value("known_hosts_file") ]]]
production=~/.ssh/[[[ production_key ]]] cloud=~/.ssh/[[[ cloud_key ]]] review=~/.ssh/[[[ gerrit_key ]]]
broken='' reached=' ' said_bast='' said_stat='' said_review=''

this_system() {
    local here=linux
    case $OSTYPE in darwin*) here=macos ;; esac
    [ -z "${[[[ value("wsl_variable") ]]]-}" ] || here=wsl
    # Not every shell in WSL has the variable, but its kernel has the name.
    [ "$system" != wsl ] || ! uname -r | grep -qi [[[ value("wsl_kernel") ]]] || here=wsl
    [ "$here" = "$system" ] || warn other-system "$here" "$system"
    ok "$here"
}

openssh() {
    local least=[[[ value("min_openssh_proxyjump") ]]] version number
    command -v ssh > /dev/null || fail openssh-missing 'no ssh' "OpenSSH $least"
    version=$(ssh -V 2>&1) || fail openssh-broken "$version" "OpenSSH $least"
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

ssh_keygen() { # it has to read a public half, of which all but the type is made up
    local said half=AAAAC3NzaC1lZDI1NTE5AAAAIFhmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZm
    said=$(ssh-keygen -l -f - <<< "ssh-ed25519 $half" 2>&1) || fail openssh-broken "$said" 'it reads keys'
    ok 'it reads keys'
}

# Programs that cannot be asked are told of once.
answering() { case $failing in *" $1 "*) skip "first mend $1" ;; esac; }

# -- files: whose, how open, and in what form ------------------------------------------------

# shellcheck disable=SC2012 # stat is another program on macOS than on Linux
mode() { ls -ldL "$1" | cut -c 1-10; }

# What others can read or change. On a drive of Windows, chmod closes nothing; where readlink has no
# -f, as on an older Mac, there is no such drive.
too_open() { # cause, file, its mode as it should be
    local real
    real=$(readlink -f "$2" 2> /dev/null) || real=$2 # macOS before 12.3 has no -f
    case $real in [[[ value("wsl_drive") | replace("/c", "/?") ]]]/*) fail files-on-windows "$(mode "$2") $real" "$3" ;; esac
    fail "$1" "$(mode "$2")" "$3"
}

# shellcheck disable=SC2012 # as above
owner() { ls -ldL "$1" | tr -s ' ' | cut -d ' ' -f 3; }

readable() { # file
    [ -r "$1" ] && return
    [ -O "$1" ] || fail file-of-another "$1 belongs to $(owner "$1")" "it belongs to $(id -un)"
    fail key-unreadable "$(mode "$1") $1" '-rw-------'
}

line_ends() { # files
    local file
    for file in "$@"; do
        ! grep -qs $'\r$' "$file" || fail windows-line-ends "$file" 'line ends of Linux'
    done
}

# What is not as in the guide is no fault where ssh got in. Arguments: to where, and as of `fail`.
differs() {
    case $reached in *" $1 "*) note "$1 lets you in, though $3" ;; esac
    fail "$2" "$3" "$4"
}

folder() {
    [ -O ~/.ssh ] || [ ! -e ~/.ssh ] || fail file-of-another "~/.ssh belongs to $(owner ~/.ssh)" "it belongs to $(id -un)"
    case $(mode ~/.ssh) in
        ?????-??-?) ok "~/.ssh is $(mode ~/.ssh)" ;;
        *) too_open ssh-folder-open ~/.ssh 'drwx------' ;;
    esac
}

# -- keys and agents -------------------------------------------------------------------------

# A key: its file, where it leads, `fail` or `warn` where there is none, and what it must not be.
key() {
    local file=$1 to=$2 missing=$3 said bits type opens=''
    shift 3
    answering ssh-keygen
    if [ ! -e "$file" ]; then
        ! held "$file" "$to" || ok "$(ssh-keygen -l -f "$file.pub"), in an agent"
        case $reached in *" $to "*) note "$to lets you in without $file" ;; esac
        "$missing" key-missing "no file $file" 'a key of this name'
    fi
    readable "$file"
    case $(mode "$file") in
        -??[x-]------) ;;
        *) [ ! -O "$file" ] || too_open key-open-to-group "$file" '-rw-------' ;;
    esac
    if said=$(ssh-keygen -y -P '' -f "$file" 2>&1); then
        opens=$said
    else
        case $said in *'ncorrect passphrase'*) ;; *) form "$file" "$said" ;; esac
    fi
    [ -f "$file.pub" ] || warn key-public-missing "no file $file.pub" 'the public half'
    said=$(ssh-keygen -l -f "$file.pub" 2>&1) || fail key-public-unreadable "$said" 'the public half'
    bits=${said%% *} type=${said##*(} type=${type%)}
    case $type in
        ED25519 | ED25519-SK | ECDSA | ECDSA-SK) ;;
        RSA) [ "$bits" -ge 4096 ] || fail key-weak "RSA with $bits bits" 'Ed25519, or RSA with 4096' ;;
        *) fail key-weak "$type" 'Ed25519, or RSA with 4096 bits' ;;
    esac
    pair "$file" "$opens" "$@"
    case $type in *-SK) opens='' ;; esac # the token is what protects it
    [ -z "$opens" ] || warn key-without-passphrase 'it opens without a passphrase' 'a passphrase'
    case $type in ECDSA*) note "$said; for new keys, take Ed25519" ;; esac
    ok "$said"
}

form() { # a key that cannot be read, and what was said of it
    local first
    read -r first < "$1"
    case $first in
        PuTTY-User-Key-File* | '---- BEGIN SSH2'*) fail key-other-form "${first%%:*}" 'a key of OpenSSH' ;;
    esac
    line_ends "$1"
    fail key-damaged "${2##*"$end"}" 'a key that can be read'
}

public() { cut -d ' ' -f 2 "$1.pub" | tr -d '\r'; }

# Whether both halves belong together, as far as that can be seen, and are of no other pair.
pair() { # file, its public half if it opens without a passphrase, other keys
    local file=$1 half inner other
    half=$(public "$file")
    inner=$2
    shift 2
    # The private half holds the public one unlocked, so that nobody has to open it to compare.
    if [ -z "$inner" ] && grep -q OPENSSH "$file"; then
        inner=$(bytes "$(grep -v '^-' "$file")") half=$(bytes "$half")
    fi
    case $inner in
        '' | *"$half"*) ;;
        *) fail key-pair-mixed "$file.pub belongs to another key" "the public half of $file" ;;
    esac
    for other in "$@"; do
        if [ -f "$other.pub" ] && [ "$(public "$other")" = "$(public "$file")" ]; then
            fail keys-shared "$other is the same key" 'a separate key'
        fi
    done
}

bytes() { { base64 -d <<< "$1" || base64 -D <<< "$1"; } | od -An -v -tx1 | tr -d ' \n'; }

fingerprint() { { ssh-keygen -l -f "$1.pub" || ssh-keygen -l -f "$1"; } | cut -d ' ' -f 2; }

# What ssh-add says, asked of the agent that ssh asks on the way to a host.
keys_of_agent() {
    local identityagent=''
    read_settings "$1"
    case $identityagent in
        '' | SSH_AUTH_SOCK) ssh-add -l ;;
        none) return 1 ;;
        '$'*) identityagent=${identityagent#?} && SSH_AUTH_SOCK=${!identityagent-} ssh-add -l ;;
        *) SSH_AUTH_SOCK=$(path "$identityagent") ssh-add -l ;;
    esac
}

held() { # key, host: whether the agent has it
    local print
    print=$(fingerprint "$1")
    [ -n "$print" ] && keys_of_agent "$2" | grep -qF "$print"
}

locked() { ssh-keygen -y -P '' -f "$1" 2>&1 | grep -q 'ncorrect passphrase'; }

agent() {
    local said
    [ -z "$broken" ] || skip "$broken"
    answering ssh-keygen
    [ -n "$(fingerprint "$production")" ] || skip 'there is no key to look for'
    ! held "$production" bast || ok 'it holds the key for production'
    said=$(keys_of_agent bast 2>&1)
    case $?$said in
        0*) ;;
        *'rror connecting to agent'*)
            ! locked "$production" || warn agent-gone "$said" 'an agent, or none'
            skip 'the agent is gone, and the key opens without one'
            ;;
        1*) skip 'the agent holds no key, or is locked: ssh asks for the passphrase' ;;
        *) skip 'no agent: ssh asks for the passphrase' ;;
    esac
    ! ssh-keygen -y -P '' -f "$production" > /dev/null || skip 'the key opens without one'
    warn agent-without-production-key 'other keys' "$(fingerprint "$production")"
}

# -- what ssh makes of ~/.ssh/config ---------------------------------------------------------

# What ssh would do. The shell in which it runs a `Match exec` of yours is one that does nothing.
no_shell=$(type -P false)
settings() { SHELL=$no_shell ssh -G "$@"; }

# Set the variables that are called as the settings which decide, as far as they are local; and
# `identities`, a line for each key.
read_settings() {
    local said word value
    said=$(settings "$1" 2> /dev/null) || return
    while read -r word value; do
        case $word in
            pubkeyacceptedkeytypes) word=pubkeyacceptedalgorithms ;; # in older versions
            identityfile) identities="${identities-}$value$end" && continue ;;
            hostname | user | port | proxyjump | proxycommand | identitiesonly | identityagent) ;;
            *algorithms | *authentication* | stricthostkeychecking | *knownhostsfile | forwardagent) ;;
            control* | addressfamily | remotecommand) ;;
            *) continue ;;
        esac
        printf -v "$word" '%s' "$value"
    done <<< "$said"
}

# A path of a setting, as ssh reads it.
path() {
    local path=$1
    path=${path/#\~/$HOME} path=${path//'%d'/$HOME} path=${path//'${HOME}'/$HOME}
    printf '%s' "${path%.pub}"
}

config() {
    local file=~/.ssh/config said
    [ -e "$file" ] || fail ssh-config-missing "no file $file" 'the file of the guide'
    readable "$file"
    [ ! -O "$file" ] || case $(mode "$file") in
        ?????-??-?) ;;
        *) too_open ssh-config-open "$file" '-rw-------' ;;
    esac
    [ -z "$broken" ] || skip "$broken"
    said=$(settings bast 2>&1 > /dev/null) || unreadable "${said//$cr/}"
    ! match_exec || note 'a Match exec of yours was not run'
    ok "$(mode "$file")"
}

unreadable() { # what ssh says of a file
    local cause='' line='' file option
    file=${1##*permissions on } option=${1##*configuration option: } option=${option%%[[:space:]]*}
    case $1 in
        *'Bad owner or permissions on '*)
            [ -O "$file" ] || fail file-of-another "$file belongs to $(owner "$file")" "it belongs to $(id -un)"
            too_open ssh-config-open "$file" '-rw-------'
            ;;
        *'configuration option: '*)
            ! grep -qis "^[[:space:]]*ignoreunknown.*$option" ~/.ssh/config ||
                fail ssh-config-ignored-too-late "$1" "IgnoreUnknown $option as the first line"
            case $option in
                [[[ value("ssh_options_of_some") | replace(", ", " | ") ]]])
                    fail ssh-config-other-openssh "$1" 'options that this ssh knows' ;;
            esac
            ;;
    esac
    ! tells "$1" || fail "$cause" "$1" 'lines that ssh knows'
    case $1 in *' line '*) fail ssh-config-bad-line "$1" 'lines that ssh takes' ;; esac
    fail unknown "$1" 'ssh reads it'
}

# shellcheck disable=SC2034 # ${!word}
# A host, where it leads, its key, and what `ssh -G` has to say of it: words with their values.
way() {
    local host=$1 to=$2 key=$3 wanted word value hostname='' user='' port='' proxyjump='' proxycommand=''
    local identities='' identitiesonly='' forwardagent='' stricthostkeychecking='' pubkeyauthentication=''
    local preferredauthentications='' pubkeyacceptedalgorithms='' controlpath='' controlmaster=''
    shift 3
    [ -z "$broken" ] || skip "$broken"
    answering ssh-config
    read_settings "$host" || skip 'ssh cannot read ~/.ssh/config'
    case $stricthostkeychecking in
        false | no | off) fail ssh-config-without-question 'StrictHostKeyChecking no' 'ssh asks' ;;
    esac
    for wanted in "$@" 'forwardagent no'; do
        word=${wanted%% *} value=${wanted#* }
        case $word in
            identityfile) has_key "$value" || other_way "$word" "$value" "${identities%%"$end"*}" ;;
            proxyjump) same_jump "$value" ;;
            *) [ "${!word}" = "$value" ] || other_way "$word" "$value" "${!word}" ;;
        esac
    done
    offers "$key"
    shared_connection
    ok "ssh knows the way"
}

has_key() { # one of the keys that ssh tries is that of the guide
    local one wanted
    wanted=$(path "$1")
    while read -r one; do
        one=$(path "$one")
        [ "$one" = "$wanted" ] || [ "$one" -ef "$wanted" ] || [ "$one.pub" -ef "$wanted.pub" ] || continue
        return 0
    done <<< "$identities"
    case $identitiesonly in no | false) held "$wanted" "$host" ;; *) return 1 ;; esac
}

# The way is the guide's, or ends in the same: the older form, another name of the same host. Of a
# way of one's own nobody can tell without a connection.
same_jump() { # the jump of the guide, or nothing
    local last at wanted
    last=$(jump) || note 'a ProxyCommand of your own leads there'
    [ "$last" != "$1" ] || return 0
    [ -n "$last" ] || other_way proxyjump "$1" ''
    at=$(place "$last") wanted=$(place "${1:-$last}")
    ! old_host "${at%% *}" || fail ssh-config-old-host "proxyjump $last" "proxyjump $1"
    [ -n "$1" ] && [ "${at% *}" = "${wanted% *}" ] || note "through $last, which is not the guide's way"
    [ "$at" = "$wanted" ] || differs "$to" ssh-config-other-user "proxyjump $last" "proxyjump $1"
}

place() { # a name for ssh: host, port and user behind it
    local hostname='' port='' user=''
    read_settings "$1"
    printf '%s' "$hostname $port $user"
}

# The last host on the way: of ProxyJump, or of a ProxyCommand that calls ssh.
jump() {
    case $proxyjump in none) proxyjump='' ;; esac
    case $proxycommand in none) proxycommand='' ;; esac
    if [ -n "$proxyjump" ]; then
        proxyjump=${proxyjump##*,}
        case $proxyjump in
            *:22) proxyjump=${proxyjump#ssh://} proxyjump=${proxyjump%:22} ;;
            ssh://*) ;;
            *:*) proxyjump=ssh://$proxyjump ;;
        esac
        printf '%s' "$proxyjump"
    elif [ -n "$proxycommand" ]; then
        set -f
        # shellcheck disable=SC2086 # its words
        set -- $proxycommand
        case ${1-} in ssh | */ssh) shift ;; *) return 1 ;; esac
        while [ $# -gt 0 ]; do
            case $1 in
                -[bcDEeFIiJLlmOopQRSWw]) shift 2 ;;
                -*) shift ;;
                *) printf '%s' "$1" && return ;;
            esac
        done
        return 1
    fi
}

old_host() {
    case $1 in
[[% for key, gone in facts("hosts").items() if gone.kind in ("bastion", "stat") and gone.status == "retired" %]]
        [[[ gone.host ]]]) ;;
[[% endfor %]]
        *) return 1 ;;
    esac
}

other_way() { # word, value, what is there instead
    local cause=unknown said
    case $1 in
        forwardagent) fail ssh-config-agent-forwarded "$1 $3" "$1 $2" ;;
        user) cause=ssh-config-other-user ;;
        port)
            cause=ssh-config-without-port
            [ "$2" != 22 ] || cause=ssh-config-order
            ;;
        identityfile) cause=ssh-config-other-key ;;
        proxyjump) cause=ssh-config-without-jump ;;
        hostname)
            case $3 in
[[% for key, other in facts("hosts").items() if other.kind == "bastion" and other.status != "retired" %]]
                [[[ other.host ]]]) note "$3, another bastion than that of your details" ;;
[[% endfor %]]
            esac
            case $3 in *.*) ;; *) cause=ssh-config-without-alias ;; esac
            [ "$2" != "$host" ] || cause=ssh-config-order
            ! old_host "$3" || cause=ssh-config-old-host
            ;;
    esac
    said=$(settings -vvv "$host" 2>&1 > /dev/null | tr -d '\r')
    ! match_exec || note "$1 ${3:-not set}, but a Match exec of yours was not run"
    if named ' Including file \(.*\) depth [0-9]* (parse only)' "$said" | grep -qF -- "$2"; then
        cause=ssh-config-include-in-block
    elif ! named 'Reading configuration data \(.*\)' "$said" | grep -qF -e .wmnet -e .wikimedia.org; then
        cause=ssh-config-without-guide
    # The right line is in force, but another one is read before it.
    elif in_force "$said" | grep -qixF -- "$1 $2"; then
        cause=ssh-config-order
    fi
    differs "$to" "$cause" "$1 ${3:-not set}" "$1 ${2:-not set}"
}

# The lines of the files that are named in what ssh says, by a pattern.
named() {
    local file
    while IFS= read -r file; do cat "$file"; done < <(sed -n "s/^debug.*$1\$/\1/p" <<< "$2")
}

match_exec() { grep -qi '^[[:space:]]*match .*exec' ~/.ssh/config; }

# The lines of the blocks that ssh says are for a host, without what is said in many ways.
in_force() {
    local line file number
    while read -r number file; do
        awk -v after="$number" 'NR > after { if (tolower($1) ~ /^(host|match)$/) exit; print }' "$file"
    done < <(sed -n 's/^debug[0-9]: \(.*\) line \([0-9]*\): Applying options for .*/\2 \1/p' <<< "$1") |
        tr -d '"\r' | sed -e 's/[[:space:]]*#.*//; s/^[[:space:]]*//; s/[[:space:]]*$//' \
        -e 's/[[:space:]]*=[[:space:]]*/ /; s/[[:space:]][[:space:]]*/ /'
}

# Whether ssh shows this key, in time and with an algorithm that it has.
offers() {
    local type before=0 one agents=0
    case $pubkeyauthentication in
        false | no) fail ssh-config-without-keys 'PubkeyAuthentication no' 'ssh shows a key' ;;
    esac
    case ,$preferredauthentications, in
        ,, | *,publickey,*) ;;
        *) fail ssh-config-without-keys "PreferredAuthentications $preferredauthentications" 'ssh shows a key' ;;
    esac
    [ -f "$1.pub" ] || return 0
    read -r type _ < "$1.pub"
    case $type in
        ssh-rsa) type=rsa-sha2-512 ;;
        ssh-ed25519 | ecdsa-sha2-* | sk-*) ;;
        *) return 0 ;; # no public half, as is told elsewhere
    esac
    case ,$pubkeyacceptedalgorithms, in
        ,, | *,"$type",*) ;;
        *) fail ssh-config-algorithms "PubkeyAcceptedAlgorithms without $type" "$type" ;;
    esac
    # A host hangs up after six keys. Those of an agent come first.
    while read -r one; do
        one=$(path "$one")
        [ "$one" != "$1" ] || break
        [ ! -e "$one" ] && [ ! -e "$one.pub" ] || before=$((before + 1))
    done <<< "$identities"
    case $identitiesonly in
        no | false) agents=$(keys_of_agent "$host" | grep -c .) ;;
    esac
    [ "$((before + agents))" -ge 6 ] || return 0
    held "$1" "$host" || differs "$to" ssh-config-too-many-keys "$((before + agents)) other keys first" "$1"
}

# The socket of shared connections, which ssh makes under a longer name first.
shared_connection() {
    local socket longest=108
    case $controlpath in '' | none) return 0 ;; esac
    [ "$system" != macos ] || longest=104
    socket=$(path "$controlpath")
    case $controlmaster in no | false | '') ;; *)
        [ -d "${socket%/*}" ] || fail ssh-config-control-path "no folder ${socket%/*}" 'a folder that is there'
        longest=$((longest - 17))
        ;;
    esac
    [ "${#socket}" -lt "$longest" ] || fail ssh-config-control-path "a path of ${#socket} characters" "less than $longest"
}

# -- the hosts' keys, and the port of the tunnel ---------------------------------------------

# The lines of a host in the lists that ssh reads, or in those that are named.
host_lines() {
    local host=$1 userknownhostsfile='' globalknownhostsfile='' file
    shift
    read_settings "$host"
    # shellcheck disable=SC2086 # several
    [ $# -gt 0 ] || set -- $userknownhostsfile $globalknownhostsfile
    for file in "$@"; do ssh-keygen -F "$host" -f "$(path "$file")" | grep -v '^#'; done
}

host_keys() {
    local host hostkeyalgorithms types
    [ -z "$broken" ] || skip "$broken"
    answering ssh-keygen
    answering ssh-config
    for host in [[[ bastion ]]] [[[ stat_host_name ]]]; do
        types=$(host_lines "$host" | grep -v '^@')
        if [ -z "$types" ]; then
            [ -e "$list" ] || fail known-hosts-missing "no file $list" 'the published list'
            readable "$list"
            [ -z "$(host_lines "$host" "$list")" ] || answering way-to-bast
            [ -z "$(host_lines "$host" "$list")" ] || fail known-hosts-not-read "$list has $host" 'ssh reads it'
            fail known-hosts-older "no $host in $list" 'its key'
        fi
        ! host_lines "$host" | grep -q '^@revoked' || fail host-key-revoked "a line with @revoked for $host" 'a key that holds'
        hostkeyalgorithms=''
        read_settings "$host"
        case $types in *' ssh-rsa '*) types="$types rsa-sha2-512 rsa-sha2-256 " ;; esac
        common "$hostkeyalgorithms" "$types" || fail ssh-config-algorithms "HostKeyAlgorithms $hostkeyalgorithms" "that of $host"
    done
    [ -e "$list" ] || note 'your own list has your hosts'
    ok 'the published list has your hosts'
}

common() { # whether one of the algorithms is in a text
    local one rest=$1,
    [ -n "$1" ] || return 0
    while [ -n "$rest" ]; do
        one=${rest%%,*} rest=${rest#*,}
        case $2 in *" $one "*) return 0 ;; esac
    done
    return 1
}

own_host_keys() {
    local host own
    answering ssh-keygen
    [ -r ~/.ssh/known_hosts ] && [ -r "$list" ] || skip 'nothing to compare'
    for host in [[[ bastion ]]] [[[ stat_host_name ]]]; do
        while read -r own; do
            host_lines "$host" "$list" | grep -qF "$own" ||
                warn host-key-of-ones-own "~/.ssh/known_hosts has another key of $host" 'the published one'
        done < <(host_lines "$host" ~/.ssh/known_hosts | grep -v '^@' | cut -d ' ' -f 3)
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

tunnel_port() { # a browser may look for localhost at either address
    local at
    for at in 127.0.0.1 ::1; do
        ! (exec 3<> "/dev/tcp/$at/[[[ value("jupyterhub_port") ]]]") ||
            warn port-held "something listens on port [[[ value("jupyterhub_port") ]]] of $at" 'a free port, or your own tunnel'
    done
    ok 'port [[[ value("jupyterhub_port") ]]] is free'
}

# -- only with --connect ---------------------------------------------------------------------

# How a connection ended, and all that ssh says of it. It opens no tunnel, starts no terminal, and
# leaves no shared connection behind.
attempt() { # host, command
    local remotecommand=none said
    read_settings "$1"
    [ "$remotecommand" = none ] || set -- "$1" "${2-true}" -o RemoteCommand=none
    said=$(ssh -v -T -o BatchMode=yes -o ConnectTimeout=20 -o ClearAllForwardings=yes \
        -o ControlMaster=no "${@:3}" "$1" "${2-true}" 2>&1 < /dev/null)
    printf 'ended %s\n%s' "$?" "${said//$cr/}"
}

reach() { # short name, what ssh said, the key, the checks on which it hangs, the host on the way
    local name=$1 said=$2 key=$3 check cause='' line='' addressfamily='' plain
    [ -n "$connect" ] || skip 'only with --connect'
    [ -z "$broken" ] || skip "$broken"
    case $said in 'ended 0'*) ok "$name lets you in" ;; esac
    plain=$(grep -vE '^(debug|OpenSSH_|ended|Authenticated to|Transferred:|Bytes per|Killed by)' <<< "$said")
    for check in $4; do
        case $failing in *" $check "*) skip "first mend $check: ${plain##*"$end"}" ;; esac
    done
    [ -f "$key" ] || [ -f "$key.pub" ] || skip "no file $key"
    held "$key" "$name" || ssh-keygen -y -P '' -f "$key" > /dev/null || skip "your key is locked: first ssh-add $key"
    read_settings "$name"
    if tells "$(grep -v '^debug1: connect to address' <<< "$said")"; then
        case $addressfamily$cause in inet*name-not-found | inet*network-without-ssh) cause=ssh-config-address-family ;; esac
        fail "$cause" "$line" "$name lets you in"
    fi
    case $said in
        *'Permission denied ('*)
            line=$(grep 'Permission denied (' <<< "$said" | tail -n 1)
            case ${said##*"Authenticated to "} in # of the last hop alone
                *'Server accepts key: '*) ;;
                *'Offering public key: '*"$(fingerprint "$key")"*)
                    [ -z "${5-}" ] || fail group-missing "$line" "$name lets you in, as $5 does"
                    fail other-name-on-host "$line" "$name lets you in"
                    ;;
            esac
            ;;
    esac
    fail unknown "${plain:-${said##*"$end"}}" "$name lets you in"
}

# -- all of them -----------------------------------------------------------------------------

look system this_system
look openssh openssh
case $cause in openssh-missing | openssh-broken) broken='first mend openssh' ;; esac
if [ -n "$connect" ] && [ -z "$broken" ]; then
    said_bast=$(attempt bast) said_stat=$(attempt [[[ stat_alias ]]])
    said_review=$(attempt [[[ host("gerrit") ]]] 'gerrit version')
    case $said_bast in 'ended 0'*) reached="$reached bast " ;; esac
    case $said_stat in 'ended 0'*) reached="$reached bast [[[ stat_alias ]]] " ;; esac
    case $said_review in 'ended 0'*) reached="$reached [[[ host("gerrit") ]]] " ;; esac
fi
look ssh-keygen ssh_keygen
look ssh-folder folder
look ssh-config config
look production-key key "$production" bast fail "$cloud" "$review"
look cloud-key key "$cloud" [[[ host("cloud-bastion") ]]] warn
look review-key key "$review" [[[ host("gerrit") ]]] warn
look agent agent
look way-to-bast way bast bast "$production" 'hostname [[[ bastion ]]]' 'port 22' 'user [[[ shell_name ]]]' 'proxyjump ' \
    'identityfile ~/.ssh/[[[ production_key ]]]'
[[% for key, stat in facts("hosts").items() if stat.kind == "stat" and stat.status != "retired" %]]
[[% for check, name in ((alias(key), alias(key)), (key, stat.host)) %]]
look way-to-[[[ check ]]] way [[[ name ]]] [[[ name ]]] "$production" 'hostname [[[ stat.host ]]]' 'port 22' 'user [[[ shell_name ]]]' 'proxyjump bast' \
    'identityfile ~/.ssh/[[[ production_key ]]]'
[[% endfor %]]
[[% endfor %]]
look way-to-cloud way [[[ host("cloud-bastion") ]]] cloud "$cloud" 'hostname [[[ host("cloud-bastion") ]]]' 'port 22' 'user [[[ shell_name ]]]' 'proxyjump ' \
    'identityfile ~/.ssh/[[[ cloud_key ]]]'
look way-to-instance way "${instance//[<>]/}" cloud "$cloud" 'port 22' 'user [[[ shell_name ]]]' \
    'proxyjump [[[ host("cloud-bastion") ]]]' 'identityfile ~/.ssh/[[[ cloud_key ]]]'
look way-to-toolforge way [[[ host("toolforge-login") ]]] cloud "$cloud" 'hostname [[[ host("toolforge-login") ]]]' 'port 22' 'user [[[ shell_name ]]]' 'proxyjump ' \
    'identityfile ~/.ssh/[[[ cloud_key ]]]'
look way-to-gerrit way [[[ host("gerrit") ]]] [[[ host("gerrit") ]]] "$review" 'hostname [[[ host("gerrit") ]]]' 'port [[[ port("gerrit") ]]]' 'user [[[ shell_name ]]]' \
    'proxyjump ' 'identityfile ~/.ssh/[[[ gerrit_key ]]]'
look way-to-gitlab way [[[ host("gitlab") ]]] gitlab "$review" 'hostname [[[ host("gitlab") ]]]' 'port [[[ port("gitlab") ]]]' \
    'user [[[ value("gitlab_ssh_user") ]]]' 'proxyjump ' 'identityfile ~/.ssh/[[[ gerrit_key ]]]'
look host-keys host_keys
look own-host-keys own_host_keys
look tunnels tunnels
look tunnel-port tunnel_port
mine='ssh-keygen ssh-folder ssh-config host-keys production-key way-to-bast'
look bastion reach bast "$said_bast" "$production" "$mine"
look stat-host reach [[[ stat_alias ]]] "$said_stat" "$production" "$mine way-to-[[[ stat_alias ]]] bastion" bast
look gerrit reach [[[ host("gerrit") ]]] "$said_review" "$review" 'ssh-keygen ssh-folder ssh-config host-keys review-key way-to-gerrit'
met bastion hosts "$(cut -d . -f 1 <<< [[[ bastion ]]])" host [[[ bastion ]]]
met stat-host hosts "$(cut -d . -f 1 <<< [[[ stat_host_name ]]])" host [[[ stat_host_name ]]]
met gerrit hosts gerrit host [[[ host("gerrit") ]]]
[ ! -e "$list" ] || met host-keys values known_hosts_file value '[[[ value("known_hosts_file") ]]]'
finish
