# For every test: $NUMHOST is the program, each test has a folder of its own as working directory, HOME and configuration
# place, and no variable of the caller's reaches the program.
setup() {
    : "${NUMHOST:?set NUMHOST to the path of the program}"
    WORK=$(mktemp -d)
    cd "$WORK" || return 1
    export HOME="$WORK" XDG_CONFIG_HOME="$WORK/config" TZ=UTC
    unset NO_COLOR JOURNAL_STREAM CREDENTIALS_DIRECTORY SUDO_USER
    local name
    for name in $(compgen -e | grep -E '^(NUMHOST_|TWILIO_)'); do
        unset "$name"
    done
    PIDS=()
}

teardown() {
    local pid
    for pid in "${PIDS[@]}"; do
        kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    done
    cd / && rm -rf "$WORK"
    return 0
}

# numhost WORDS...: $status, $stdout and $stderr of the program, standard input from /dev/null.
numhost() {
    status=0
    "$NUMHOST" "$@" >"$WORK/.out" 2>"$WORK/.err" </dev/null || status=$?
    stdout=$(cat "$WORK/.out")
    stderr=$(cat "$WORK/.err")
}

# expect_status N: with everything that was said when it is not N.
expect_status() {
    [ "$status" -eq "$1" ] || {
        printf 'exit code %s, not %s\nstdout: %s\nstderr: %s\n' "$status" "$1" "$stdout" "$stderr"
        return 1
    }
}

# expect_in TEXT PART
expect_in() {
    [[ "$1" == *"$2"* ]] || {
        printf 'not in it: %s\nit is: %s\n' "$2" "$1"
        return 1
    }
}

# A file of N good rows at two sites.
write_csv() {
    local i
    echo 'phone_number,email,site'
    for ((i = 0; i < $1; i++)); do
        printf '+1415360%04d,owner%d@example.com,site %d\n' $((8000 + i)) "$i" $((i % 2))
    done
}

# wait_for_file FILE: at most ten seconds.
wait_for_file() {
    local i
    for ((i = 0; i < 200; i++)); do
        [ -s "$1" ] && return 0
        sleep 0.05
    done
    return 1
}
