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

# What a run and doctor say of a service at $1 that cannot be spoken to: both name $2 and what to do ($3), and no number has
# moved or lost an attempt.
expect_unreachable() {
    write_config
    write_batch 2 >batch.csv
    numhost import batch.csv
    expect_status 0
    export NUMHOST_API_BASE_URL=$1 NUMHOST_API_CORE_BASE_URL=$1
    numhost doctor
    expect_status 8
    expect_in "$stdout" "$2"
    expect_in "$stdout" "$3"
    numhost run --yes
    expect_status 8
    expect_in "$stderr" "$2"
    expect_in "$stderr" "$3"
    expect_in "$stderr" "run again later"
    numhost report progress --format json -o progress.json
    jq -e '.count == 2 and all(.rows[]; .numhost_status == "queued" and .numhost_verification_attempts == 0 and
        .numhost_order_sid == "")' progress.json
}

@test "a name that does not resolve: doctor and run say so, with 8, and nothing counts" {
    export NUMHOST_API_ENVIRONMENT=live TWILIO_ACCOUNT_SID=AC0123456789abcdef0123456789abcdef \
        TWILIO_API_KEY=SK0123456789abcdef0123456789abcdef TWILIO_API_SECRET=secret
    expect_unreachable https://numhost.invalid numhost.invalid "name service (DNS)"
}

@test "a port where nobody listens: the same" {
    expect_unreachable http://127.0.0.1:9 "127.0.0.1 port 9" firewall
}

@test "a certificate by nobody we know: the same, and no credentials have left" {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost \
        -keyout key.pem -out certificate.pem -days 2
    openssl s_server -accept 127.0.0.1:0 -cert certificate.pem -key key.pem -www >tls.log 2>tls.err &
    PIDS+=($!)
    wait_until grep -q '^ACCEPT' tls.log
    expect_unreachable "https://localhost:$(sed -n 's/^ACCEPT .*:\([0-9]*\)$/\1/p' tls.log | head -1)" self-signed api.ca_file
    ! grep -qi authorization tls.log
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
