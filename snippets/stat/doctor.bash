#!/usr/bin/env bash
# Looks at your account on a stat host: what works, what does not, why, and what helps.
# It changes nothing, prints no secret and asks no server, unless you say --connect.
# Run it on the stat host, in the shell in which you work: bash ~/onboarding-doctor
# shellcheck disable=SC2329 # `look` calls the checks
# shellcheck disable=SC2016,SC2088 # texts for people, in which nothing is replaced
set -u
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

login_shell() {
    local said
    said=$(bash --login -c 'alias ll > /dev/null && echo "LESS=$LESS"' | grep '^LESS=')
    [ -n "$said" ] || fail login-without-bashrc 'no alias ll in a login shell' 'both files of the guide'
    [ "$said" = LESS=-FRSX ] || warn less-set-again "$said" 'LESS=-FRSX'
    ok 'it reads ~/.bashrc'
}

silent_shell() {
    local said
    said=$(bash -n ~/.bashrc 2>&1) || fail bashrc-broken "$(head -n 1 <<< "$said")" 'lines that bash can read'
    said=$(bash -c '. ~/.bashrc' < /dev/null 2>&1)
    [ -z "$said" ] || fail bashrc-prints 'it prints something' 'nothing, where there is no terminal'
    ok 'without a terminal it prints nothing'
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
    for file in ~/.ssh/*; do
        ! grep -qs -e '-----BEGIN .*PRIVATE KEY' "$file" ||
            fail private-key-on-host "$file" 'no private key on a host that others use'
    done
    ok 'none is here'
}

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
    since=$(LC_ALL=C klist | sed -n 's,^\([0-9/]* [0-9:]*\) .*krbtgt/[[[ value("kerberos_realm") ]]]@.*,\1,p')
    [ -n "$since" ] || skip 'no ticket to compare with'
    [ "$(date -d "$since" +%s)" -le "$(($(date +%s) + 300))" ] ||
        fail clock-wrong "it is $(date +%T), and the ticket is of $since" 'a ticket of the past'
    ok "it is $(date +%T)"
}

# -- the web proxy and git -------------------------------------------------------------------

proxy() {
    local name set=''
    while read -r name; do
        case $name in
            http_proxy | https_proxy | HTTP_PROXY | HTTPS_PROXY)
                [ "${!name}" = [[[ value("proxy_url") ]]] ] || [ "${!name}" = [[[ value("proxy_url_full") ]]] ] ||
                    fail proxy-misspelled "$name=${!name}" '[[[ value("proxy_url") ]]]'
                set="$set $name"
                ;;
            no_proxy | NO_PROXY) ;;
            *) fail proxy-misspelled "$name" 'http_proxy, https_proxy and no_proxy, or in capital letters' ;;
        esac
    done < <(env | sed -n 's/^\([A-Za-z_]*[Pp][Rr][Oo][Xx][Yy]\)=.*/\1/p')
    case ${no_proxy-} in
        '') fail no-proxy-missing 'no_proxy is not set' 'the exceptions of the host' ;;
        '*' | *,'*') fail everything-past-proxy "no_proxy=$no_proxy" 'the exceptions of the host' ;;
    esac
    [ -n "$set" ] || ok 'it is off'
    [ -n "${http_proxy-}" ] && [ -n "${https_proxy-}" ] && ok 'it is on'
    fail proxy-half-set "only$set" 'http_proxy and https_proxy'
}

git_settings() {
    local said
    said=$(git config --global --list 2>&1) || case $said in
        *'bad config'*) fail git-config-broken "$said" 'lines that git can read' ;;
        *) fail git-config-missing 'no ~/.gitconfig' 'the file of the guide' ;;
    esac
    [ -n "$(git config --global user.name)" ] || fail git-without-name 'no user.name' 'your name'
    [ -n "$(git config --global user.email)" ] || fail git-without-mail 'no user.email' 'your address'
    case $(git config --global credential.helper) in
        store*) fail git-token-on-disk 'credential.helper = store' '[[[ value("git_credential_helper") ]]]' ;;
    esac
    [ -z "$(git config --global --get-regexp '^https?\..*proxy$')" ] ||
        warn git-own-proxy 'a proxy of its own in ~/.gitconfig' 'that of /etc/gitconfig'
    said=$(git ls-remote --get-url [[[ url("repo_editing") ]]])
    case $said in
        https://[[[ github_name ]]]@*) ok "$said" ;;
        *) fail git-without-user-in-address "$said" 'your name in the address' ;;
    esac
}

# -- Kerberos and what asks for it -----------------------------------------------------------

ticket() {
    local said
    [ -z "${KRB5CCNAME-}" ] || [ "$KRB5CCNAME" = "FILE:/tmp/krb5cc_$(id -u)" ] ||
        fail ticket-elsewhere "KRB5CCNAME=$KRB5CCNAME" 'KRB5CCNAME is not set'
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
    ! grep -qs -e '^ *user' -e '^ *password' ~/.my.cnf ||
        fail replica-own-settings '~/.my.cnf has a user or a password' 'those that the host sets'
    ok 'nothing of your own is in the way'
}

notebooks() {
    (exec 3<> /dev/tcp/127.0.0.1/[[[ value("jupyterhub_port") ]]]) ||
        warn jupyter-not-there 'nothing answers on port [[[ value("jupyterhub_port") ]]]' 'JupyterHub'
    ok 'JupyterHub answers on port [[[ value("jupyterhub_port") ]]]'
}

# -- only with --connect ---------------------------------------------------------------------

answers() { # a line of its answer, command
    local answer=$1 said
    shift
    [ -n "$connect" ] || skip 'only with --connect'
    [ "$failed" = 0 ] || skip 'first mend what has failed so far'
    said=$("$@" 2>&1 < /dev/null)
    # The exit code does not tell: that of analytics-mysql is 0 even where it is refused.
    ! grep -qx "$answer" <<< "$said" || ok "$1 answers"
    fail unknown "$(tail -n 1 <<< "$said")" 'an answer'
}

outside() {
    git ls-remote --quiet [[[ url("repo_editing") ]]] HEAD | cut -f 2
}

# -- all of them -----------------------------------------------------------------------------

look account account
look groups groups_of_account
look login-shell login_shell
look silent-shell silent_shell
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
finish
