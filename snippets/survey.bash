# -- the round: a line for each fact of the list ------------------------

# A probe prints what it found, or nothing. It ends with 1 if nobody answers, and with 3 if it
# does not ask, and says why.
survey() {
    local kind key status probe part expected found code asked number=0 count
    count=$(facts | wc -l)
    announce >&2
    while read -r kind key status probe part expected; do
        number=$((number + 1)) asked=probe-${probe%%:*}
        printf '\r\033[K%s/%s %s' "$number" "${count// /}" "$key" >&2
        prepare "$probe"
        found=$("$asked" "$expected" "${probe#*:}" "$key" 2> /dev/null < /dev/null)
        code=$?
        judge
    done < <(facts)
    printf '\r\033[K%s facts were asked for.\n' "$number" >&2
}

announce() {
    echo "Asked for is what follows; nothing is installed, written or changed, and no row is read:"
[[% for name, words in probes.items() %]]
    echo "  [[[ name ]]]: [[[ words ]]]"
[[% endfor %]]
}

# The verdict on the fact, by what was found and how the probe ended.
judge() {
    local verdict=changed reason=''
    case $code in
        0) ! mine "$found" || reason='your name is in what was found' verdict='not asked' ;;
        3) reason=$found verdict='not asked' ;;
        *) reason=${found:-it gave no answer} verdict=unanswered ;;
    esac
    [ -z "$reason" ] || { found='' && tell && return; }
    case $status in
        current)
            [ -n "$found" ] || verdict=gone
            [ "$found" != "$expected" ] || verdict=holds
            ;;
        retired) [ "$found" = "$expected" ] || verdict=holds ;;
    esac
    tell
}

tell() {
    printf '{"kind": "%s", "key": "%s", "verdict": "%s", ' "$kind" "$key" "$verdict"
    printf '"expected": {"%s": %s}, "found": {"%s": %s}, ' "$part" "$(quoted "$expected")" \
        "$part" "$(nothing_or "$found")"
    printf '"from": "[[[ place ]]]", "with": "%s", "day": "%s"' "${probe%%:*}" "$(date -u +%Y-%m-%d)"
    [ -z "$reason" ] || printf ', "reason": %s' "$(quoted "$reason")"
    printf '}\n'
}

nothing_or() { if [ -n "$1" ]; then quoted "$1"; else echo null; fi; }

quoted() {
    local text=${1//[[:cntrl:]]/ }
    text=${text//\\/\\\\}
    printf '"%s"' "${text//\"/\\\"}"
}

# Whether your name is a word of it, or your home a part.
mine() {
    grep -qwF -e "$(id -un)" <<< "$1" || grep -qF -e "$HOME/" <<< "$1"
}

# The list: kind and key in the guide, whether it is to be there, probe, part, what it should be.
facts() {
    cat << 'END'
[[% for ask in asks %]]
[[[ ask.kind ]]] [[[ ask.key ]]] [[[ ask.status ]]] [[[ ask.probe ]]] [[[ ask.part ]]] [[[ ask.expected ]]]
[[% endfor %]]
END
}

survey
