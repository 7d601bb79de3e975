load helper

prepare() {
    write_config
    start_sandbox "${1:-}"
    write_batch 2 >batch.csv
    numhost import batch.csv
    expect_status 0
}

@test "a service that is away: doctor says so, run waits for its patience, ends with 8 and goes on later" {
    prepare
    port=$(cat port)
    kill "$sandbox"
    wait "$sandbox" 2>/dev/null || true
    numhost doctor
    expect_status 8
    expect_in "$stdout" 'is `numhost sandbox` running?'
    numhost run
    expect_status 8
    expect_in "$stderr" "run again later"
    "$NUMHOST" sandbox --listen "127.0.0.1:$port" --scenario scenario.yaml >sandbox.log 2>&1 &
    PIDS+=($!)
    wait_until curl -s -o /dev/null "http://127.0.0.1:$port/"
    numhost run
    expect_status 0
    expect_clean_ledger
    [ "$(count_effect order-created)" -eq 2 ]
}

@test "an outage shorter than the patience is waited out" {
    write_config
    sed -i 's/patience: 2s/patience: 1m/' numhost.yaml
    start_sandbox "$fast_world
faults:
  - {kind: outage, from: 500ms, to: 3s}"
    write_batch 2 >batch.csv
    numhost import batch.csv
    numhost run
    expect_status 0
    expect_clean_ledger
}

@test "refused credentials end a run with 4 before anything is sent" {
    prepare "$fast_world
credentials: {user: SK0123456789abcdef0123456789abcdef, password: correct}"
    numhost run
    expect_status 4
    expect_in "$stderr" "credentials"
    [ -z "$(ledger)" ]
    TWILIO_ACCOUNT_SID=AC0123456789abcdef0123456789abcdef TWILIO_API_KEY=SK0123456789abcdef0123456789abcdef \
        TWILIO_API_SECRET=correct numhost run --database other.db
    expect_status 0
}

@test "an account without the preview ends a run with 4 and says whom to ask" {
    prepare "preview_access: no"
    numhost run
    expect_status 4
    expect_in "$stderr" "Ask Twilio to switch Hosted Numbers on"
    numhost status
    expect_in "$stdout" "2 rows = 0 completed + 2 in progress"
}

@test "a full disk ends the run with 6, loses nothing, and it goes on when there is room" {
    write_config
    start_sandbox
    write_batch 40 >batch.csv
    mkdir small
    small_disk small || skip "needs root and tmpfs"
    sed -i '1i database: small/numhost.db' numhost.yaml
    numhost import batch.csv
    expect_status 0
    dd if=/dev/zero of=small/filler bs=4096 status=none 2>/dev/null || true
    numhost run
    full=$status
    told=$stderr
    rm small/filler
    numhost run
    last=$status
    numhost status
    umount small
    [ "$full" -eq 6 ] || { echo "exit code $full: $told"; false; }
    expect_in "$told" "disk"
    [ "$last" -eq 0 ] || { echo "then $last: $stderr"; false; }
    expect_in "$stdout" "40 rows = 40 completed"
    expect_clean_ledger
    [ "$(count_effect order-created)" -eq 40 ]
}

small_disk() { mount -t tmpfs -o size=16m tmpfs "$1" 2>/dev/null; }
