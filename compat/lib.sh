# A fresh martlet for one suite, on a free loopback port, with its own data, gone when the suite ends.
# Source this file, then call `serve`. To run a suite against a server that runs already: COMPAT_URL, COMPAT_USER and
# COMPAT_PASSWORD (its home must be empty).
set -euo pipefail

tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
suite=$(basename "$0")
# Not named MARTLET_…: the server takes those variables for its own settings.
martlet=${COMPAT_MARTLET:-$tree/.build/debug/martlet}
work=$(mktemp -d "${TMPDIR:-/tmp}/martlet-$suite.XXXXXX")
server=''
passed=0
failed=0

user=${COMPAT_USER:-alice}
password=${COMPAT_PASSWORD:-"pass word:ä"}

fail() {
    echo "FAIL $suite: $*"
    exit 1
}

# check DESCRIPTION COMMAND...: one assertion.
check() {
    local what=$1
    shift
    if "$@" >"$work/check.out" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $suite: $what"
        echo "  command: $*" | head -c 600
        echo
        head -n 20 "$work/check.out" | sed 's/^/  | /'
    fi
}

finish() {
    local status=$?
    trap - EXIT
    [ -n "${on_exit:-}" ] && $on_exit
    stop_server
    if [ "$status" -ne 0 ] || [ "$failed" -ne 0 ]; then
        [ -s "$work/server.log" ] && echo "The end of the server's log:" && tail -n 30 "$work/server.log" | sed 's/^/  | /'
        echo "The suite's files are kept in $work."
        echo "$suite: $passed passed, $((failed > 0 ? failed : 1)) failed"
        exit 1
    fi
    rm -rf "$work"
    echo "$suite: $passed passed, 0 failed"
}
trap finish EXIT

stop_server() {
    [ -n "$server" ] || return 0
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=''
}

# Starts the server on $work/data; what is given is handed on to `martlet serve`.
start_server() {
    "$martlet" serve --data "$work/data" --listen 127.0.0.1:0 "$@" >>"$work/server.log" 2>&1 &
    server=$!
    local port='' deadline=$((SECONDS + 60))
    while [ -z "$port" ] || ! curl -fs --max-time 5 "http://127.0.0.1:$port/health" >/dev/null; do
        kill -0 "$server" 2>/dev/null || fail "the server ended before it answered"
        [ "$SECONDS" -lt "$deadline" ] || fail "the server did not answer within a minute"
        sleep 0.1
        port=$(sed -nE 's|.*http://127\.0\.0\.1:([0-9]+)/.*|\1|p' "$work/server.log" | tail -n 1)
    done
    origin="http://127.0.0.1:$port"
    home="$origin/files/$user/"
}

# python_tool NAME: where a client written in Python is that scripts/setup installed.
python_tool() {
    local tool="$tree/.build/compat-python/bin/$1"
    [ -x "$tool" ] || fail "there is no $tool; 'scripts/setup compat' installs it"
    echo "$tool"
}

# add_user NAME: with the password of the first.
add_user() {
    printf '%s' "$password" | "$martlet" user add "$1" --password-stdin --data "$work/data" >>"$work/users.log" 2>&1 \
        || fail "martlet user add $1 did not work: $(cat "$work/users.log")"
}

serve() {
    if [ -n "${COMPAT_URL:-}" ]; then
        home=${COMPAT_URL%/}/
        origin=$(printf '%s' "$home" | sed -E 's|^(https?://[^/]*)/.*|\1|')
        return 0
    fi
    [ -x "$martlet" ] || fail "there is no $martlet; 'make build' makes it"
    printf '%s' "$password" | "$martlet" user add "$user" --password-stdin --data "$work/data" >"$work/server.log" 2>&1 \
        || fail "martlet user add did not work: $(cat "$work/server.log")"
    : >"$work/server.log"
    start_server "$@"
}
