load helper

# People and carriers slow enough that a run can be stopped in the middle of everything.
slow_world='name: slow
latency: 5ms..40ms
processing: {takes: 100ms..800ms}
verification: {answers: 85%, answers_after: 100ms..800ms}
signing: {after: 300ms..1500ms}
carrier: {takes: 300ms..1500ms, testing_takes: 100ms..800ms}'

prepare() {
    write_config
    start_sandbox "$slow_world"
    write_batch "$1" >batch.csv
    numhost import batch.csv
    expect_status 0
}

@test "killed at any moment, the same command goes on and nothing happens twice" {
    prepare 20
    RANDOM=4711
    for _ in $(seq 12); do
        "$NUMHOST" run >run.out 2>run.err </dev/null &
        run=$!
        PIDS+=("$run")
        sleep "0.$((RANDOM % 900 + 100))"
        kill -9 "$run" 2>/dev/null || true
        wait "$run" 2>/dev/null || true
        expect_clean_ledger
    done
    numhost run
    [ "$status" -eq 0 ] || expect_status 3 # nobody took the call twice
    expect_in "$stdout" "20 rows = "
    expect_in "$stdout" "+ 0 in progress"
    expect_clean_ledger
    [ "$(count_effect order-created)" -eq 20 ]
}

@test "killed the moment an order is created, it is found again and not created twice" {
    write_config
    start_sandbox "$slow_world
faults:
  - {kind: slow, by: 700ms, operations: [create-order]}"
    write_batch 4 >batch.csv
    numhost import batch.csv
    start_run
    wait_until orders_created 4
    kill -9 "$run"
    wait "$run" 2>/dev/null || true
    numhost run
    expect_in "$stdout" "+ 0 in progress"
    [ "$(count_effect order-created)" -eq 4 ]
    expect_clean_ledger
}

orders_created() { [ "$(count_effect order-created)" -eq "$1" ]; }

@test "SIGTERM ends a run with 7 in time, and the next one goes on" {
    prepare 6
    start_run
    wait_until orders_created 6
    kill -TERM "$run"
    end_of "$run" 12
    expect_status 7
    expect_in "$stderr" "finishing"
    expect_in "$stderr" "run the same command again to go on"
    numhost run
    expect_in "$stdout" "+ 0 in progress"
    expect_clean_ledger
}

@test "a second signal means now, and costs nothing but a look" {
    write_config
    sed -i 's/timeout: 2s/timeout: 60s/' numhost.yaml
    start_sandbox "$slow_world
faults:
  - {kind: slow, by: 20s, operations: [create-order], to: 3s}"
    write_batch 3 >batch.csv
    numhost import batch.csv
    start_run
    wait_until orders_created 3
    kill -INT "$run"
    wait_until grep -q finishing run.err
    kill -INT "$run"
    end_of "$run" 3
    expect_status 7
    expect_in "$stderr" "stopped at once"
    numhost run
    expect_in "$stdout" "+ 0 in progress"
    [ "$(count_effect order-created)" -eq 3 ]
    expect_clean_ledger
}

@test "the lock and the socket of a killed run are in nobody's way" {
    prepare 1
    start_run
    kill -9 "$run"
    wait "$run" 2>/dev/null || true
    numhost status
    expect_status 0
    numhost hold --all --yes
    expect_status 0
    numhost release --all --yes
    numhost run
    expect_in "$stdout" "+ 0 in progress"
}
