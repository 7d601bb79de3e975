load helper

# A sandbox and a run that stays, because its numbers take their time.
start_run() {
    "$NUMHOST" sandbox --listen 127.0.0.1:0 --port-file port >/dev/null 2>&1 &
    PIDS+=($!)
    wait_for_file port
    export NUMHOST_API_BASE_URL=http://127.0.0.1:$(cat port)
    export NUMHOST_API_CORE_BASE_URL=$NUMHOST_API_BASE_URL
    write_csv 2 >first.csv
    numhost import first.csv
    "$NUMHOST" run >run.out 2>run.err &
    PIDS+=($!)
    for _ in $(seq 200); do
        [ -S numhost.db.sock ] && return 0
        sleep 0.05
    done
    return 1
}

@test "import, hold and limit work while a run is going, and the run goes on" {
    start_run
    printf 'phone_number\n+14153608100\n12\n' >second.csv
    numhost import second.csv
    expect_status 0
    expect_in "$stdout" "batch second: rows 2 = new 1"
    [ -e second.rejects.csv ]
    numhost limit --rate 5/s
    expect_status 0
    numhost hold +14153608100
    expect_in "$stdout" "1 changed"
    numhost release --batch second --json
    [ "$(jq .changed <<<"$stdout")" = 1 ]
    numhost show +14153608100
    expect_in "$stdout" "by $(id -un)"
    kill -0 "${PIDS[1]}"
}

@test "standard input reaches the run too" {
    start_run
    printf 'phone_number\n+14153608100\n' | "$NUMHOST" import - --batch piped >out
    grep -q 'batch piped: rows 1 = new 1' out
    [ -z "$(find /tmp -maxdepth 1 -name 'numhost-import-*' -newer port)" ]
}

@test "a second run is kept out with 6 and the first one's pid" {
    start_run
    numhost run
    expect_status 6
    expect_in "$stderr" "${PIDS[1]}"
}
