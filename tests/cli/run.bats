load helper

# A batch imported, a sandbox to run it against.
prepare() {
    write_config
    start_sandbox "${2:-}"
    write_batch "$1" >batch.csv
    numhost import batch.csv
    expect_status 0
}

statuses() { "$NUMHOST" report progress | cut -d, -f 8 | tail -n +2 | sort | uniq -c | awk '{ print $2 " " $1 }'; }

@test "the whole job: one order, one call and one place on one LOA for each number" {
    prepare 12
    numhost run
    expect_status 0
    expect_in "$stdout" "12 rows = 12 completed + 0 in progress"
    [ "$(statuses)" = "completed 12" ]
    expect_clean_ledger
    [ "$(count_effect order-created)" -eq 12 ]
    [ "$(count_effect call-placed)" -eq 12 ]
    [ "$(count_effect loa-sent)" -eq 3 ]
    [ "$(ledger | jq -s '[.[] | select(.effect == "loa-sent") | .order_sids[]] | unique | length')" -eq 12 ]
}

@test "a finished batch sends nothing on a second run" {
    prepare 3
    numhost run
    expect_status 0
    before=$(curl -sS "$NUMHOST_API_BASE_URL/_sandbox/ledger")
    numhost run
    expect_status 0
    [ "$(curl -sS "$NUMHOST_API_BASE_URL/_sandbox/ledger")" = "$before" ]
}

@test "numbers that fail or wait for a person end the run with 3, and the others are completed" {
    write_config
    start_sandbox
    { write_batch 2; write_batch 1 | sed -n 's/8200/0101/p'; write_batch 1 | sed -n 's/8200/0103/p'; } >batch.csv
    numhost import batch.csv
    numhost run
    expect_status 3
    expect_in "$stdout" "4 rows = 2 completed + 0 in progress + 1 needs attention + 1 failed"
    [ "$(ledger | jq -s 'map(select(.effect == "call-placed" and (.phone_number | endswith("0103")))) | length')" -eq 2 ]
    numhost report failed
    expect_in "$stdout" 22110
}

@test "faults on the wire cost time, and nothing happens twice" {
    prepare 12 "$fast_world
seed: 11
faults:
  - {kind: error-500-after, rate: 6%}
  - {kind: error-503-before, rate: 6%}
  - {kind: reset-after, rate: 6%}
  - {kind: truncated-json, rate: 6%}
  - {kind: throttled, rate: 6%}"
    numhost run
    expect_status 0
    [ "$(statuses)" = "completed 12" ]
    expect_clean_ledger
    [ "$(count_effect order-created)" -eq 12 ]
}

@test "--once does what can be done now, and often enough it is done" {
    prepare 2
    numhost run --once
    expect_status 7
    [ "$(count_effect order-created)" -eq 2 ]
    [ "$(count_effect loa-sent)" -eq 0 ]
    for _ in $(seq 40); do
        [ "$status" -eq 7 ] || break
        sleep 0.5
        numhost run --once
    done
    expect_status 0
    expect_clean_ledger
}

@test "--for and --until stop with 7, say so, and the next run goes on" {
    prepare 2 "${fast_world/after: 100ms..500ms/after: 1h..1h}"
    numhost run --for 3s
    expect_status 7
    expect_in "$stderr" "the time for this run is over"
    expect_in "$stderr" "run the same command again to go on"
    # a local time in which it is three seconds to the next minute
    seconds=$(((117 - 10#$(date -u +%S)) % 60))
    export TZ=TEST-00:00:$seconds
    numhost run --until "$(date -d @$(($(date +%s) + 60)) +%H:%M)"
    expect_status 7
    expect_in "$stderr" "the time for this run is over"
    numhost run --until 25:00
    expect_status 2
    numhost run --until 12:00 --for 1s
    expect_status 2
    expect_in "$stderr" "give one of --once, --until and --for"
}

@test "--max-calls N rings N times and not once more" {
    prepare 6
    numhost run --max-calls 2 --for 4s
    expect_status 7
    [ "$(count_effect call-placed)" -eq 2 ]
    [ "$(count_effect order-created)" -eq 6 ]
    numhost run
    expect_status 0
    [ "$(count_effect call-placed)" -eq 6 ]
}

@test "no phone rings outside its window" {
    prepare 2
    # an hour that is over everywhere in America, or has not begun: twelve hours from now in the numbers' own zone
    hour=$((($(TZ=America/Los_Angeles date +%-H) + 12) % 24))
    sed -i "s/mon-sun: .*/mon-sun: \"$(printf %02d:00-%02d:59 $hour $hour)\"}/" numhost.yaml
    numhost run --for 3s
    expect_status 7
    [ "$(count_effect order-created)" -eq 2 ]
    [ "$(count_effect call-placed)" -eq 0 ]
    numhost show +14153608200
    expect_in "$stdout" "window"
}

@test "standard output carries the table, standard error the messages, and neither an escape" {
    prepare 2
    numhost run
    expect_status 0
    [[ "$stdout" == *"2 rows = 2 completed"* && "$stdout" != *done* ]]
    [[ "$stderr" == *"sandbox: http://127.0.0.1"* && "$stderr" == *"0/2 done"* ]]
    [[ "$stdout$stderr" != *$'\033'* && "$stdout$stderr" != *$'\r'* ]]
    numhost run --json
    jq -e . <<<"$stdout" >/dev/null
    numhost run --quiet
    [ -z "$stderr" ]
}

@test "a terminal gets one line that is rewritten, and no colour with NO_COLOR" {
    command -v script >/dev/null || skip "needs script(1)"
    prepare 2
    NO_COLOR=1 TERM=xterm script -qec "stty cols 200; $NUMHOST run" /dev/null >screen
    grep -q $'\r[0-9]*/2 done' screen
    ! grep -q $'\033\[[0-9;]*m' screen
    grep -q 'call now ringing' screen
}

@test "a database belongs to its environment and account" {
    prepare 1
    numhost run
    NUMHOST_API_ENVIRONMENT=live TWILIO_ACCOUNT_SID=AC0123456789abcdef0123456789abcdef \
        TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef numhost run
    expect_status 2
    expect_in "$stderr" "use another --database"
}

@test "live without a terminal and without --yes is refused with the plan, and nothing is sent" {
    prepare 2
    before=$(curl -sS "$NUMHOST_API_BASE_URL/_sandbox/ledger")
    export NUMHOST_API_ENVIRONMENT=live TWILIO_ACCOUNT_SID=AC0123456789abcdef0123456789abcdef
    TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef numhost run
    expect_status 2
    expect_in "$stderr" "This creates 2 orders, may ring up to 2 phones"
    [ "$(curl -sS "$NUMHOST_API_BASE_URL/_sandbox/ledger")" = "$before" ]
    TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef numhost run --yes
    expect_status 0
}
