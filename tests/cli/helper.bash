# For every test: $NUMHOST is the program (default: that of build/dev), each test has a folder of its own as working directory, HOME and configuration
# place, and no variable of the caller's reaches the program.
setup() {
    : "${NUMHOST:=$(realpath "$BATS_TEST_DIRNAME/../../build/dev/src/numhost")}"
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

# start_sandbox [SCENARIO]: a sandbox on a free port, in $sandbox its pid; the program finds it by its environment. The
# scenario is YAML text; without one everything goes well and fast.
start_sandbox() {
    rm -f port
    printf '%s\n' "${1:-$fast_world}" >scenario.yaml
    "$NUMHOST" sandbox --listen 127.0.0.1:0 --port-file port --scenario scenario.yaml >sandbox.log 2>&1 &
    sandbox=$!
    PIDS+=("$sandbox")
    wait_for_file port
    export NUMHOST_API_BASE_URL=http://127.0.0.1:$(cat port)
    export NUMHOST_API_CORE_BASE_URL=$NUMHOST_API_BASE_URL
}

fast_world='name: fast
latency: 2ms..10ms
processing: {takes: 50ms..300ms}
verification: {answers_after: 50ms..300ms}
signing: {after: 100ms..500ms}
carrier: {takes: 100ms..500ms, toll_free_takes: 100ms..500ms, testing_takes: 50ms..300ms}'

# A configuration under which a number takes seconds.
write_config() {
    cat >numhost.yaml <<'END'
api: {rate: 200/s, burst: 50, timeout: 2s, reconcile_grace: 1s, patience: 2s}
verification:
  calls: 100/s
  calls_at_once: 50
  calls_at_once_per_site: 50
  call_takes: 1s
  call_again_after: 1s
  windows: {mon-sun: "00:00-24:00"}
loa: {wait_for_stragglers: 1m}
poll: {processing: 1s, verification: 1s, signature: 1s, carrier: 1s}
retry: {base: 50ms, cap: 1s}
END
}

# write_batch N [SIGNERS]: N good rows with all that a LOA needs, signed by so many people (3).
write_batch() {
    local i signers=${2:-3}
    echo 'phone_number,email,address_sid,contact_title,contact_phone_number,site'
    for ((i = 0; i < $1; i++)); do
        printf '+1415360%04d,signer%d@example.com,AD%032d,Manager,+14155550180,site %d\n' \
            $((8200 + i)) $((i % signers)) $((i % signers)) $((i % 4))
    done
}

# The sandbox's own record, each line with an effect.
ledger() {
    curl -sS --fail --max-time 10 "$NUMHOST_API_BASE_URL/_sandbox/ledger" | jq -c 'select(.effect != "none")'
}

count_effect() { ledger | jq -s --arg effect "$1" 'map(select(.effect == $effect)) | length'; }

# What must hold whatever was killed: no number ordered twice, none called more than twice, no order on two LOAs.
expect_clean_ledger() {
    ledger >.ledger
    jq -se '
        def most(f): [group_by(f)[] | length] | max // 0;
        (map(select(.effect == "order-created")) | most(.phone_number)) <= 1 and
        (map(select(.effect == "call-placed")) | most(.phone_number)) <= 2 and
        ([.[] | select(.effect == "loa-sent") | .order_sids[]] | most(.)) <= 1' .ledger >/dev/null || {
        echo "the ledger is not clean:"
        cat .ledger
        return 1
    }
}

# start_run WORDS...: `run` beside the test, in $run its pid, and back once it holds the database.
start_run() {
    "$NUMHOST" run "$@" >run.out 2>run.err </dev/null &
    run=$!
    PIDS+=("$run")
    wait_until test -S numhost.db.sock
}

# wait_until COMMAND...: true within ten seconds.
wait_until() {
    local i
    for ((i = 0; i < 200; i++)); do
        "$@" && return 0
        sleep 0.05
    done
    echo "never came true: $*"
    return 1
}

# end_of PID: $status of a process that has to end within so many seconds ($2, else 30).
end_of() {
    local i
    status=0
    for ((i = 0; i < ${2:-30} * 20; i++)); do
        kill -0 "$1" 2>/dev/null || break
        sleep 0.05
    done
    if kill -0 "$1" 2>/dev/null; then
        echo "$1 does not end"
        return 1
    fi
    wait "$1" || status=$?
    stdout=$(cat run.out)
    stderr=$(cat run.err)
}
