#!/usr/bin/env bash
# Asks this stat host whether the guide still holds, and prints a line of JSON for each fact.
# It only looks. It says first what it is going to ask; then come the functions that ask, one for
# each sort of fact, and at the end the list of facts. No line has your name, data or a count in it.
# Run it on a stat host: bash ~/onboarding-survey > ~/seen.jsonl
# shellcheck disable=SC2329 # the list calls the probes
# shellcheck disable=SC2016 # commands for other shells
set -u
export LC_ALL=C # programs answer in the words that are known
base=[[[ value("jupyterhub_base_env") ]]]/bin/python

# -- probes: $1 is what the guide says, $2 what the probe has to know besides, $3 the fact ---

no_ticket() { ! klist -s && echo 'you have no ticket'; }

# A name that has no address may be gone, or nobody answers for names: then the others have none.
probe-name() {
    local other
    ! timeout 10 getent hosts "$1" > /dev/null || { echo "$1" && return; }
    case $1 in
        *.wmnet) set -- "$1" [[[ host("krb1002") ]]] [[[ host("analytics-hive") ]]] [[[ host("webproxy") ]]] ;;
        *) set -- "$1" [[[ host("gerrit") ]]] [[[ host("phabricator") ]]] [[[ host("wikitech") ]]] ;;
    esac
    for other in "${@:2}"; do
        [ "$other" = "$1" ] || ! timeout 10 getent hosts "$other" > /dev/null || return 0
    done
    echo 'no name has an address here' && return 1
}

probe-port() {
    timeout 10 bash -c ': < "/dev/tcp/$1/$2"' open "${1%:*}" "${1##*:}" || { echo 'nothing answers there' && return 1; }
    echo "$1"
}

probe-sizes() { # memory is what the kernel has left of it
    local memory wanted=${1#*, }
    [ "$2" = "$(hostname -f)" ] || { echo 'only asked on that host itself' && return 3; }
    memory=$(free -b | awk -v said="${wanted% GB}" '$1 == "Mem:" {
        size = $2 / 1024 ^ 3; print (size > said * 0.94 && size < said * 1.06 ? said : int(size)) }')
    echo "$(nproc --all) cores, $memory GB"
}

probe-group() { ! getent group "$1" > /dev/null || echo "$1"; }

probe-groups() { each has_group "$1"; }
has_group() { getent group "$1" > /dev/null; }

# Those of a list with commas for which a command is true.
each() {
    local one listed=''
    while read -r one; do
        ! "$1" "$one" || listed="$listed${listed:+, }$one"
    done <<< "${2//, /$'\n'}"
    echo "$listed"
}

probe-section() {
    local said option=''
    command -v analytics-mysql > /dev/null || { echo 'there is no analytics-mysql' && return 1; }
    [ "$2" != x1 ] || { option=--use-x1 && set -- "$1" enwiki; }
    said=$(timeout 20 analytics-mysql ${option:+"$option"} --print-target "$2") && [ -n "$said" ] && echo "$said"
}

probe-programs() { each is_program "$1"; }
is_program() { type -P "$1" > /dev/null; }

probe-folder() { [ ! -d "$1" ] || echo "$1"; }

probe-readable() {
    [ -e "$1" ] || return 0
    [ -r "$1" ] || { echo 'you cannot read it' && return 3; }
    echo "$1"
}

probe-keytabs() {
    [ -x /etc/security/keytabs ] || { echo 'the folder of keytabs is closed to you' && return 3; }
    each has_keytab "$1"
}
has_keytab() { [ -d "/etc/security/keytabs/$1" ]; }

probe-listens() { ! timeout 10 bash -c ': < "/dev/tcp/127.0.0.1/$1"' open "$1" || echo "$1"; }

probe-domain() { hostname -d; }

# -- Kerberos, by your own ticket ------------------------------------------------------------

probe-realm() {
    no_ticket && return 3
    klist | sed -n 's/^Default principal: .*@//p'
}

probe-cache() {
    no_ticket && return 3
    klist | sed -n 's/^Ticket cache: FILE://p' | sed "s/\\(krb5cc_\\)$(id -u)\$/\\1<uid>/"
}

probe-ticket-hours() { # from the first to the second date of the ticket
    local dates
    no_ticket && return 3
    dates=$(klist | grep 'krbtgt/' | grep -oE '[0-9]+/[0-9]+/[0-9]+ +[0-9:]+' | head -n 2)
    [ "$(wc -l <<< "$dates")" -eq 2 ] || return 1
    echo "$((($(date -d "${dates#*$'\n'}" +%s) - $(date -d "${dates%$'\n'*}" +%s) + 1800) / 3600))"
}

# Of a ticket that was renewed nobody can tell any more how long that may go on.
probe-renewable-days() {
    [ -r /etc/krb5.conf ] || return 1
    sed -n 's/^ *renew_lifetime *= *\([0-9]*\)d *$/\1/p' /etc/krb5.conf
}

probe-usage() { type -P kerberos-run-command > /dev/null && timeout 10 kerberos-run-command | head -n 1; }

# -- what shells read ------------------------------------------------------------------------

settings() { cat /etc/environment /etc/environment.d/* /etc/profile /etc/profile.d/*.sh /etc/bash.bashrc; }

probe-login-words() { ! settings | grep -qF -e "$1" || echo "$1"; }
probe-exceptions() { settings | tr ' "' '\n' | sed -n 's/^no_proxy=//p' | sed 1q; }
probe-proxy-function() { [ -z "$(called "type -t $1")" ] || echo "$1"; }
probe-proxy-url() { called '[[[ value("proxy_helper_set") ]]] > /dev/null; echo "$http_proxy"'; }
probe-proxy-variables() { each is_set "$1"; }
is_set() { [ -n "$(called "[[[ value("proxy_helper_set") ]]] > /dev/null; echo \"\${$1-}\"")" ]; }

probe-proxy-words() { # those of the function that the fact is of
    case $3 in
        *unset*) called [[[ value("proxy_helper_unset") ]]] ;;
        *) called [[[ value("proxy_helper_set") ]]] ;;
    esac
}

# A command in a shell that has read the file with the function, and nothing else.
called() {
    local file
    file=$(grep -lsF '[[[ value("proxy_helper_set") ]]]()' /etc/profile.d/*.sh /etc/bash.bashrc | head -n 1)
    [ -z "$file" ] || env -i PATH="$PATH" bash --norc -c ". $file > /dev/null; $1"
}

probe-git-proxy() { git config --system http.proxy; true; }

probe-git-names() { each has_setting "$1"; }
has_setting() { git config --system "$1" > /dev/null; }

# -- programs --------------------------------------------------------------------------------

probe-version() {
    local option=--version
    [ "$2" != hdfs ] || option=version
    type -P "$2" > /dev/null && timeout 60 "$2" "$option" 2>&1 | grep -oE '[0-9]+\.[0-9]+(\.[0-9]+)?' | sed 1q
}

probe-flags() {
    local said found one
    said=$(timeout 20 analytics-mysql --help) && [ -n "$said" ] || return 1
    said=$(grep -oE -e '--[a-z0-9-]+' <<< "$said" | grep -vx -e --help | sort -u)
    found=$(each is_said "$1")
    while read -r one; do
        case ", $found, " in *", $one, "*) ;; *) found="$found, $one" ;; esac
    done <<< "$said"
    echo "$found"
}
is_said() { grep -qxF -e "$1" <<< "$said"; }

probe-refusal() { said_by analytics-mysql "${1//<wiki>/nowiki_of_this_name}" "$1" --print-target nowiki_of_this_name; }
probe-no-lists() { said_by analytics-mysql "${1//<folder>/\/nonexistent}" "$1" --mw-config-path /nonexistent --print-target enwiki; }

# What a program says, where it has the words in it; else that it says something else.
said_by() { # program, words, what the guide has for them, arguments
    local said program=$1 words=$2 expected=$3
    shift 3
    said=$(timeout 20 "$program" "$@" 2>&1)
    case $said in
        '') return 1 ;;
        *"$words"*) echo "$expected" ;;
        *) echo 'other words' ;;
    esac
}

# -- wmfdata, whose files are read and not run -----------------------------------------------

wmfdata_folder() {
    [ -x "$base" ] || { echo "there is no $base" && return 1; }
    "$base" -c 'import importlib.util as u; s = u.find_spec("wmfdata"); print(s.submodule_search_locations[0] if s else "")'
}

probe-wmfdata-module() { local folder && folder=$(wmfdata_folder) && { [ -z "$folder" ] || echo "$1"; }; }

probe-wmfdata-version() {
    local folder
    folder=$(wmfdata_folder) || return
    sed -n 's/^version = "\(.*\)"/\1/p' "$folder/metadata.py"
}

probe-wmfdata-member() { # wmfdata.module.function(arguments)
    local folder name=${1#wmfdata.}
    folder=$(wmfdata_folder) || return
    name=${name%%(*}
    "$base" - "$folder/${name%.*}.py" "${name##*.}" "$1" << 'END'
import ast, sys
file, name, expected = sys.argv[1:]
for each in ast.parse(open(file).read()).body:
    if isinstance(each, ast.FunctionDef) and each.name == name:
        for one in each.args.args + each.args.kwonlyargs:
            one.annotation = None
        said = ast.unparse(each.args).replace("'", '"')
        beginning = expected.partition("(")[0]
        print(f"{beginning}({said})" if "(" in expected else beginning)
END
}

probe-wmfdata-members() {
    local folder
    folder=$(wmfdata_folder) || return
    "$base" - "$folder/utils.py" "$1" << 'END'
import ast, sys
file, expected = sys.argv[1], sys.argv[2].split(", ")
there = [each.name for each in ast.parse(open(file).read()).body if isinstance(each, ast.FunctionDef)]
known = [name for name in expected if name in there]
print(", ".join(known + [name for name in there if name not in expected and name[0] != "_"]))
END
}

# -- tables: one session and one question for all of them, and no row ------------------------

# What is asked once for many facts: before the first of them, and kept.
prepare() {
    case $1 in
        table* | iceberg) [ -n "${tables-}" ] || tables=$(describe 2>&1 < /dev/null) ;;
        replica) [ -n "${replica-}" ] || replica=$(look_up 2> /dev/null < /dev/null) ;;
    esac
}

# Each table after a line with its name, as spark3-sql says them; one that is not there ends nothing.
# Spark leaves an empty folder in /tmp, so it gets one of a name that can be removed.
describe() {
    local folder statements
    if no_ticket; then return; fi
    folder=$(mktemp -u)
    statements=$(facts | awk '$4 ~ /^(table|iceberg)/ { printf "SET survey.table=%s; DESCRIBE %s; ", $2, $2 }')
    timeout 300 spark3-sql --master 'local[1]' --conf "spark.hadoop.hive.downloaded.resources.dir=$folder" \
        --hiveconf hive.cli.errors.ignore=true -S -e "$statements"
    rmdir "$folder"
}

look_up() {
    local names
    names=$(facts | awk '$4 == "replica" { printf "%s\047%s\047", (n++ ? ", " : ""), substr($2, 11) }')
    timeout 60 analytics-mysql cswiki -N -B -e "SELECT table_name, column_name, column_type
        FROM information_schema.columns WHERE table_schema = 'cswiki' AND table_name IN ($names)
        ORDER BY table_name, ordinal_position"
}

probe-table() { # of one that should be gone the name will do
    local found
    found=$(described "$3" with) || { set -- $? && echo "$found" && return "$1"; }
    [ "$2" != name ] || [ -z "$found" ] || found=$3
    echo "$found"
}
probe-iceberg() { described "$3" without; }

described() { # table, whether its partitions are told apart
    case $tables in
        *survey.table*) ;;
        'you have no ticket') echo "$tables" && return 3 ;;
        *) echo 'spark3-sql gives no answer' && return 1 ;;
    esac
    awk -F '\t' -v table="$1" -v apart="$2" '
        /[Nn][Oo][Tt][_ ][Ff][Oo][Uu][Nn][Dd]/ { said = $0; gsub(/`/, "", said); if (index(said, table)) gone = 1; next }
        $1 == "survey.table" { here = $2 == table; part = 0; next }
        !here { next }
        { gsub(/ +$/, "", $1); gsub(/ +$/, "", $2) }
        /^# Partition Information/ && apart == "with" { part = 1; next }
        /^#|^$/ { if (!part) part = 2; next }
        $1 !~ /^[A-Za-z_0-9]+$/ || $2 == "" { next }
        part == 1 { kind[$1] = $2; partitions = partitions (partitions ? ", " : "") $1 " " $2 }
        !part { name[++n] = $1; type[n] = $2 }
        END {
            for (i = 1; i <= n; i++) if (!(name[i] in kind))
                columns = columns (columns ? ", " : "") name[i] " " type[i]
            if (columns) print columns (partitions ? "; " partitions : "")
            exit !(columns || gone)
        }' <<< "$tables"
}

probe-replica() {
    case $replica in *$'\t'*) ;; *) echo 'the replica gave no answer' && return 1 ;; esac
    awk -F '\t' -v table="${3#mediawiki.}" '$1 == table {
        gsub(/int\([0-9]+\)/, "int", $3); printf "%s%s %s", (n++ ? ", " : ""), $2, $3 }' <<< "$replica"
}

[[[ survey("stat") ]]]
