# -- records: what each check finds, told at once and counted in the end --------------------

separator=$'\037' # stands in no text
end=$'\n' cr=$'\r'
failed=0 warned=0 failing=' ' causes='' unknown='' explained=' ' between='[' passed=' '

# A check says one of these five, and ends with it. Texts: cause, found, expected. A note is of what
# the guide does otherwise, and works.
ok() { record ok '' "$1" ''; }
note() { record note '' "$1" ''; }
skip() { record skipped '' "$1" ''; }
warn() { record warning "$@"; }
fail() { record failed "$@"; }
record() {
    local part record=$1
    shift
    for part in "$@"; do record=$record$separator${part//[[:cntrl:]]/ }; done
    # An address may have a password or a token in it, between the name and the host.
    case $record in
        *://*) printf '%s\n' "$record" | sed 's,://[^/@ ]*:[^/@ ]*@,://(hidden)@,g' ;;
        *) printf '%s\n' "$record" ;;
    esac
    exit 0
}

# Run a check by itself, so that one that breaks hides no other. Arguments: name, command.
look() {
    local name=$1 found
    shift
    found=$("$@" 2> /dev/null)
    case $found in
        *"$separator"*) ;;
        *) found="failed${separator}unknown${separator}the check itself broke${separator}" ;;
    esac
    IFS=$separator read -r status cause seen wanted <<< "$found"
    explain "$cause"
    case $status in
        failed) failed=$((failed + 1)) failing="$failing$name " causes="$causes$cause $name$end" ;;
        warning) warned=$((warned + 1)) ;;
    esac
    [ "$status" != ok ] || passed="$passed$name "
    if [ "$cause" = unknown ]; then
        unknown="$unknown  $name: found ${seen:-nothing}, expected ${wanted:-something else}$end"
    fi
    if [ -n "$json" ]; then tell_json "$name"; elif [ -z "$list_seen" ]; then tell "$name"; fi
}

tell() {
    local colour='' plain=''
    if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then
        plain=$'\033[0m'
        case $status in
            ok) colour=$'\033[32m' ;;
            warning) colour=$'\033[33m' ;;
            failed) colour=$'\033[31m' ;;
        esac
    fi
    printf '%s%-8s%s %-20s %s\n' "$colour" "$status" "$plain" "$1" "$seen"
    [ -n "$cause" ] || return 0
    [ -z "$wanted" ] || printf '%29s expected: %s\n' '' "$wanted"
    case $explained in
        *" $cause "*) printf '%29s %s\n' '' "why: as above, $cause" ;;
        *) printf '%29s %s\n' '' "why: $why" '' "fix: $fix" ${more:+'' "more: $more"} ;;
    esac
    explained="$explained$cause "
}

tell_json() {
    local pair
    printf '%s\n {' "$between"
    between=','
    for pair in "check=$1" "status=$status" "found=$seen" "expected=$wanted" \
        "cause=$cause" "why=$why" "fix=$fix" "more=$more"; do
        [ "${pair%%=*}" = check ] || printf ', '
        printf '"%s": ' "${pair%%=*}"
        quoted "${pair#*=}"
    done
    printf '}'
}

# With --seen: that this fact of the guide holds, where the check found all well, as a line for those
# who keep the guide. Arguments: check, kind and key of the fact, the part of it, its words.
met() {
    local part
    case $list_seen$passed in --seen*" $1 "*) ;; *) return 0 ;; esac
    part=$(printf '{"%s": %s}' "$4" "$(quoted "$5")")
    printf '{"kind": "%s", "key": "%s", "verdict": "holds", "expected": %s, "found": %s, ' "$2" "$3" "$part" "$part"
    printf '"from": "[[[ place ]]]", "with": "doctor", "day": "%s"}\n' "$(date -u +%Y-%m-%d)"
}

# What several checks tell is one thing to mend: say which, and what comes from it.
begin() {
    local most cause check from=''
    read -r most cause <<< "$(printf '%s' "$causes" | cut -d ' ' -f 1 | sort | uniq -c | sort -rn)"
    [ "${most:-0}" -gt 1 ] && [ "$cause" != unknown ] || return 0
    while read -r check; do from="$from${from:+, }${check#* }"; done < <(printf '%s' "$causes" | grep "^$cause ")
    printf '\nBegin with %s: %s of %s failures come from it (%s).\n' "$cause" "$most" "$failed" "$from"
}

quoted() {
    local text=$1
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    printf '"%s"' "$text"
}

# Say how it went; the exit code is 0, 1 for warnings, or 2 for failures.
finish() {
    if [ -n "$json" ]; then
        printf '\n]\n'
    elif [ -z "$list_seen" ]; then
        begin
        printf '\n%s failed, %s to look at.\n' "$failed" "$warned"
        if [ -n "$unknown" ]; then
            printf '\nThe guide does not know this one. Take these lines to your team, or to the task of\n'
            printf 'your access request; there is nothing secret in them:\n\n'
            printf '  %s, %s, bash %s\n%s' "$title" "$(uname -sr)" "$BASH_VERSION" "$unknown"
        fi
    fi
    [ "$failed" = 0 ] || exit 2
    [ "$warned" = 0 ] || exit 1
    exit 0
}

# -- what the guide knows of each cause ------------------------------------------------------

explain() {
    more="page reference/failures#$1"
    case $1 in
        '') why='' fix='' more='' ;;
[[% for name, known in failures.items() %]]
        [[[ name ]]]) why='[[[ known.why ]]]' fix='[[[ known.fix ]]]' ;;
[[% endfor %]]
        *) why='none that the guide knows' fix='take it to somebody; what to say is below' more='' ;;
    esac
}

# Set `cause` and `line` by the first line of what a program says that is known to tell one.
tells() {
    while IFS= read -r line; do
        case $line in
[[% for words, name in telling %]]
            *'[[[ words ]]]'*) cause='[[[ name ]]]' && return ;;
[[% endfor %]]
        esac
    done <<< "$1"
    return 1
}

connect=''
json=''
list_seen=''
for option in "$@"; do
    case $option in
        --connect) connect=$option ;;
        --json) json=$option ;;
        --seen) list_seen=$option ;;
        *)
            echo "usage: onboarding-doctor [--connect] [--json | --seen]" >&2
            exit 2
            ;;
    esac
done
