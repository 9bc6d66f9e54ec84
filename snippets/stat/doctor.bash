#!/usr/bin/env bash
# Looks at your account on a stat host: what works, what does not, why, and how to fix it.
# It changes nothing, prints no secret and asks no server, unless you say --connect.
# Run it on the stat host, in the shell in which you work: bash ~/onboarding-doctor
# shellcheck disable=SC2329 # `look` calls the checks
# shellcheck disable=SC2016,SC2088 # texts for people, in which nothing is replaced
! grep -qs $'\r$' "$0" || { printf 'onboarding-doctor: %s\n' "windows-line-ends: take them away: tr -d '\\r' < $0 > $0.new && mv $0.new $0" >&2 && exit 2; } # in one line: a CR breaks all others
set -u
words=${LC_ALL-} # of your own programs
export LC_ALL=C # programs answer in the words that are known
title='the onboarding doctor, on a stat host'

[[[ records("stat") ]]]

# -- the account and its shells --------------------------------------------------------------

account() {
    [ "$(id -un)" = [[[ shell_name ]]] ] || fail unknown "$(id -un)" '[[[ shell_name ]]]'
    ok "$(id -un) on $(hostname -f)"
}

groups_of_account() {
    local group has
    has=" $(groups) "
    for group in [[[ group("analytics-privatedata-users") ]]] [[[ group("analytics-product-users") ]]]; do
        case $has in *" $group "*) ;; *) fail group-not-granted "$(groups)" "$group" ;; esac
    done
    ok "$(groups)"
}

line_ends() { # files
    local file
    for file in "$@"; do
        ! grep -qs $'\r$' "$file" || fail windows-line-ends "$file" 'line ends of Linux'
    done
}

# A shell as `ssh host command` has it: no terminal, none to ask, and your own language.
start_up() { # options and a command of bash
    env -u TERM -u LC_ALL ${words:+LC_ALL="$words"} SSH_CONNECTION='192.0.2.1 1 192.0.2.2 22' \
        setsid --wait timeout 20 bash "$@" < /dev/null
}

login_shell() {
    local said
    line_ends ~/.bash_profile ~/.bash_login ~/.profile ~/.bashrc
    case $failing in *' silent-shell '*) skip 'first mend silent-shell' ;; esac
    said=$(start_up --login -c 'alias ll > /dev/null && echo "LESS=$LESS"' | grep '^LESS=')
    [ -n "$said" ] || fail login-without-bashrc 'no alias ll in a login shell' 'both files of the guide'
    [ "$said" = LESS=-FRSX ] || warn less-set-again "$said" 'LESS=-FRSX'
    ok 'it reads ~/.bashrc'
}

silent_shell() {
    local said code
    line_ends ~/.bashrc
    said=$(bash -n ~/.bashrc 2>&1) || fail bashrc-broken "$(head -n 1 <<< "$said")" 'lines that bash can read'
    said=$(start_up -c '. ~/.bashrc; false; echo "the end is reached"' 2>&1)
    code=$?
    case $code in 124 | 139) fail bashrc-waits "it was stopped, with code $code" 'it comes to its end' ;; esac
    case $said in
        'the end is reached') ok 'without a terminal it prints nothing' ;;
        *'the end is reached') fail bashrc-prints "it prints ${said%%$'\n'*}" 'nothing, where there is no terminal' ;;
        *) fail bashrc-ends-shell "${said:-the shell ends, with code $code}" 'the shell goes on' ;;
    esac
}

programs() {
    local program
    for program in kinit klist git hive beeline analytics-mysql; do
        command -v "$program" > /dev/null || fail path-overwritten "no $program in PATH" 'a program'
    done
    ok 'kinit, git, hive, beeline, analytics-mysql'
}

private_keys() {
    local file
    file=$(find ~ ~/.ssh/ -maxdepth 1 -type f -size -40 -print0 | xargs -0 grep -lsE -e "$key_begins")
    file=$file$(find ~/.ssh/ -mindepth 2 -type f -size -40 -print0 | xargs -0 grep -lsE -e "$key_begins")
    [ -z "$file" ] || fail private-key-on-host "${file%%$'\n'*}" 'no private key on a host that others use'
    ok 'none is here'
}
key_begins='^(-----BEGIN .*PRIVATE KEY-----|PuTTY-User-Key-File-)'

agent() {
    [ -z "${SSH_AUTH_SOCK-}" ] || fail agent-on-host "SSH_AUTH_SOCK=$SSH_AUTH_SOCK" 'no agent on a host that others use'
    ok 'none is here'
}

home() {
    local used
    used=$(df -P ~ | tail -n 1 | tr -s ' ' | cut -d ' ' -f 5)
    [ "${used%\%}" -lt 95 ] || warn home-full "$used used" 'less than 95%'
    ok "$used used"
}

clock() { # what the ticket says of the time at which it was made
    local since
    since=$(klist | sed -n 's,^\([0-9/]* [0-9:]*\) .*krbtgt/[[[ value("kerberos_realm") ]]]@.*,\1,p')
    [ -n "$since" ] || skip 'no ticket to compare with'
    [ "$(date -d "$since" +%s)" -le "$(($(date +%s) + 300))" ] ||
        fail clock-wrong "it is $(date +%T), and the ticket is of $since" 'a ticket of the past'
    ok "it is $(date +%T)"
}

# -- the web proxy and git -------------------------------------------------------------------

# Whether an address is that of the proxy: its short name or its long one, with a slash or without.
is_proxy() {
    case ${1%/} in [[[ value("proxy_url") ]]] | [[[ value("proxy_url_full") ]]]) ;; *) return 1 ;; esac
}

proxy() {
    local name set='' past=${no_proxy-${NO_PROXY-}} host
    while read -r name; do
        case $name in
            no_proxy | NO_PROXY) ;;
            http_proxy | https_proxy | HTTP_PROXY | HTTPS_PROXY)
                is_proxy "${!name}" || fail proxy-misspelled "$name=${!name}" '[[[ value("proxy_url") ]]]'
                set="$set $name"
                ;;
            *)
                # A program may have a variable of its own; one that only looks like these is not read.
                ! grep -qiE '^[htps]+_proxy$' <<< "$name" || grep -qxE 'ftp_proxy|FTP_PROXY' <<< "$name" ||
                    fail proxy-misspelled "$name" 'http_proxy, https_proxy and no_proxy, or in capital letters'
                ! grep -qxiE '(all|ftp)_proxy' <<< "$name" || is_proxy "${!name}" ||
                    fail proxy-misspelled "$name=${!name}" '[[[ value("proxy_url") ]]]'
                ;;
        esac
    done < <(env | sed -n 's/^\([A-Za-z_]*[Pp][Rr][Oo][Xx][Yy]\)=.*/\1/p')
    case $past in
        '') fail no-proxy-missing 'no_proxy is not set' 'the exceptions of the host' ;;
        '*' | *,'*') fail everything-past-proxy "no_proxy=$past" 'the exceptions of the host' ;;
    esac
    own_proxies
    [ -n "$set" ] || ok 'it is off'
    for host in .wmnet .wikimedia.org; do
        grep -qE "(^|[, ])\.?${host#.}([, ]|\$)" <<< "$past" ||
            fail no-proxy-incomplete "no_proxy=$past" "$host as one of the exceptions"
    done
    [ -n "${http_proxy-}" ] && [ -n "${https_proxy-}" ] && ok 'it is on'
    fail proxy-half-set "only$set" 'http_proxy and https_proxy'
}

# Proxies of single programs: curl, wget, R, pip, conda, npm.
own_proxies() {
    local file line
    for file in ~/.curlrc ~/.wgetrc ~/.Renviron ~/.pip/pip.conf ~/.config/pip/pip.conf ~/.condarc ~/.npmrc; do
        while read -r line; do
            is_proxy "$(sed 's/^[^=:]*[=:]\{0,1\} *//; s/["'\'' ]//g' <<< "$line")" ||
                warn program-own-proxy "$file: $line" '[[[ value("proxy_url") ]]], or none'
        done < <(grep -isE '^[[:space:]]*-{0,2}(https?[_-]|https?: *http)?proxy[[:space:]=:]|^[[:space:]]*https?: *http' "$file")
    done
}

# What git makes of all files that it reads; not of a repository that you happen to be in.
in_git() { git -C / config "$@"; }

git_settings() {
    local said
    [ -e ~/.gitconfig ] || [ -e "${XDG_CONFIG_HOME:-$HOME/.config}/git/config" ] || [ -n "${GIT_CONFIG_GLOBAL-}" ] ||
        fail git-config-missing 'no ~/.gitconfig' 'the file of the guide'
    [ ! -e ~/.gitconfig ] || [ -r ~/.gitconfig ] || fail git-config-broken '~/.gitconfig cannot be read' 'a file that git can read'
    said=$(in_git --list 2>&1) || fail git-config-broken "$said" 'lines that git can read'
    [ -n "$(in_git user.name)" ] || fail git-without-name 'no user.name' 'your name'
    [ -n "$(in_git user.email)" ] || fail git-without-mail 'no user.email' 'your address'
    said=$(tokens)
    [ -z "$said" ] || fail git-token-on-disk "$said" '[[[ value("git_credential_helper") ]]]'
    [ -z "${GIT_SSL_NO_VERIFY+set}" ] || fail git-without-certificates 'GIT_SSL_NO_VERIFY is set' 'git looks at certificates'
    case $(in_git --type=bool --get-urlmatch http.sslVerify [[[ url("repo_editing") ]]]) in
        false) fail git-without-certificates 'http.sslVerify = false' 'git looks at certificates' ;;
    esac
    signs
    ! said=$(in_git --get-urlmatch http.proxy [[[ url("repo_editing") ]]]) || is_proxy "$said" ||
        warn git-own-proxy "http.proxy = ${said:-nothing}" 'that of /etc/gitconfig'
    addresses
}

# Where a token is written down: by a helper, of which an empty one takes back those before it; in an
# address; or in the file from which git fills in what it has no helper for.
tokens() {
    local file key helper found=''
    while IFS=$'\t' read -r file key; do
        helper=${key#* }
        case $key in
            *helper | *'helper ') found='' ;;
            *) case " $helper" in *[\ /-]store | *[\ /-]store\ *) found="$file: $helper" ;; esac ;;
        esac
    done < <(in_git --show-origin --get-regexp '^credential\..*helper$|^credential\.helper$')
    ! in_git --get-regexp '^url\.https?://[^/@]*:[^/@]+@' > /dev/null || found='a token in a rule for addresses'
    ! tr -s '[:space:]' '\n' < ~/.netrc | grep -A 1 -x machine | grep -qxE '[[[ host("github") ]]]|[[[ host("gitlab") ]]]|[[[ host("gerrit") ]]]' ||
        found='~/.netrc'
    printf '%s' "$found"
}

signs() {
    local key
    case $(in_git --type=bool commit.gpgsign) in true) ;; *) return 0 ;; esac
    key=$(in_git user.signingkey)
    [ -n "$key" ] && [ -e "${key/#\~/$HOME}" ] && return
    [ -n "$(gpg --list-secret-keys)" ] || warn git-signs-without-key 'commit.gpgsign = true' 'no signature, or a key'
}

addresses() {
    local said rule prefix address=[[[ url("repo_editing") ]]]
    said=$(git -C / ls-remote --get-url "$address")
    while read -r rule prefix; do
        case $address in "$prefix"*) said=${rule#url.} said=${said%.pushinsteadof} ;; esac
    done < <(in_git --get-regexp '^url\..*\.pushinsteadof$')
    case $said in
        https://[[[ github_name ]]]@*) ;;
        https://*) fail git-without-user-in-address "$said" 'your name in the address' ;;
        *) fail git-address-over-ssh "$said" 'https' ;;
    esac
    [ -z "${GIT_AUTHOR_EMAIL-}" ] || note "$said; commits are of $GIT_AUTHOR_EMAIL, as GIT_AUTHOR_EMAIL says"
    ok "$said"
}

# -- Kerberos and what asks for it -----------------------------------------------------------

# Where klist looks for tickets, by its own words.
cache() {
    local said
    said=$(klist 2>&1)
    said=${said##*icket cache: } said=${said##*No credentials cache found (filename: }
    said=${said%%$'\n'*} said=${said%%')'*}
    printf '%s' "${said#FILE:}"
}

ticket() {
    local said system
    # Java's programs look where the configuration says, whatever a klist of your own knows.
    system=$(type -aP klist | grep -vF -e "$HOME" -e conda | head -n 1)
    [ "$system" = "$(type -P klist)" ] || [ "$("$system" 2>&1)" = "$(klist 2>&1)" ] ||
        fail kerberos-of-another "klist is $(type -P klist)" "$system"
    [ -z "${KRB5_CONFIG-}" ] || grep -qs '[[[ value("kerberos_realm") ]]]' "${KRB5_CONFIG%%:*}" ||
        fail kerberos-of-another "KRB5_CONFIG=$KRB5_CONFIG" 'KRB5_CONFIG is not set'
    [ "$(cache)" = "$(unset KRB5CCNAME && cache)" ] ||
        fail ticket-elsewhere "KRB5CCNAME=${KRB5CCNAME-}" 'KRB5CCNAME is not set'
    said=$(klist) || fail ticket-missing 'no ticket' "a ticket of [[[ shell_name ]]]"
    klist -s || fail ticket-run-out 'a ticket that has run out' 'one that holds'
    case $said in
        *'Default principal: [[[ shell_name ]]]@[[[ value("kerberos_realm") ]]]'*) ;;
        *) fail unknown "$(sed -n 's/^Default //p' <<< "$said")" '[[[ shell_name ]]]@[[[ value("kerberos_realm") ]]]' ;;
    esac
    case $said in
        *'renew until'*) ok 'there is one, and it can be renewed' ;;
        *) warn ticket-not-renewed 'it cannot be renewed' '[[[ value("kerberos_renewable_days") ]]] days' ;;
    esac
}

replica_settings() {
    local client said file=~/.my.cnf
    [ -e "$file" ] || ok 'nothing of your own is in the way'
    client=$(type -P mariadb mysql | head -n 1)
    [ -n "$client" ] || skip 'no client of MariaDB'
    said=$("$client" --defaults-file="$file" --help 2>&1 > /dev/null | head -n 1)
    [ -z "$said" ] || fail replica-settings-broken "$said" 'lines that the client knows'
    case $("$client" --defaults-file="$file" --print-defaults | tr -s ' ' '\n') in
        *--user* | *--password*) fail replica-own-settings '~/.my.cnf has a user or a password' 'those that the host sets' ;;
    esac
    ok 'nothing of your own is in the way'
}

notebooks() {
    (exec 3<> /dev/tcp/127.0.0.1/[[[ value("jupyterhub_port") ]]]) ||
        warn jupyter-not-there 'nothing answers on port [[[ value("jupyterhub_port") ]]]' 'JupyterHub'
    ok 'JupyterHub answers on port [[[ value("jupyterhub_port") ]]]'
}

# -- only with --connect ---------------------------------------------------------------------

answers() { # a line of its answer, command
    local answer=$1 said cause='' line=''
    shift
    [ -n "$connect" ] || skip 'only with --connect'
    said=$("$@" 2>&1 < /dev/null)
    # The exit code does not tell: that of analytics-mysql is 0 even where it is refused.
    ! grep -qx "$answer" <<< "$said" || ok "$1 answers"
    [ "$failed" = 0 ] || skip "first mend what has failed so far: ${said##*$'\n'}"
    ! tells "$said" || fail "$cause" "$line" 'an answer'
    fail unknown "$(tail -n 1 <<< "$said")" 'an answer'
}

outside() {
    git ls-remote --quiet [[[ url("repo_editing") ]]] HEAD | cut -f 2
}

# -- all of them -----------------------------------------------------------------------------

look account account
look groups groups_of_account
look silent-shell silent_shell
look login-shell login_shell
look programs programs
look private-keys private_keys
look agent agent
look home home
look ticket ticket
look clock clock
look proxy proxy
look git git_settings
look replica-settings replica_settings
look notebooks notebooks
look replicas answers 1 analytics-mysql cswiki -e 'SELECT 1'
look hive answers wmf hive -S -e 'SHOW DATABASES'
look outside answers HEAD outside
met groups groups [[[ group("analytics-privatedata-users") ]]] group [[[ group("analytics-privatedata-users") ]]]
met groups groups [[[ group("analytics-product-users") ]]] group [[[ group("analytics-product-users") ]]]
met programs values hive_old_client value '[[[ value("hive_old_client") ]]]'
met programs values replica_command value '[[[ value("replica_command") ]]]'
met ticket values kerberos_realm value '[[[ value("kerberos_realm") ]]]'
met notebooks values jupyterhub_port value '[[[ value("jupyterhub_port") ]]]'
finish
