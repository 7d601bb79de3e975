load helper

# Distinctive values that must never be seen where they do not belong.
sid=ACcafe0000cafe1111cafe2222cafe3333
key=SKfeed0000feed1111feed2222feed3333
secret=CanarySecretDoNotPrintMe0123456789
token=b01dfacedeadbeef0b01dfacedeadbee
mail=canary.signer+work@example.com
copy=canary.copy@example.com

nobody_answers=${fast_world/answers_after: 50ms..300ms/answers_after: 1h..1h} # until key_code
troubled="$fast_world
faults:
  - {kind: error-500-after, rate: 10%}
  - {kind: throttled, rate: 10%}"

# prepare SCENARIO [PASSWORD]: credentials in a file, a service that takes no others (or another), six numbers imported.
prepare() {
    write_config
    sed -i "s/^api: {/api: {credentials_file: credentials, /" numhost.yaml
    printf 'TWILIO_ACCOUNT_SID=%s\nTWILIO_API_KEY=%s\nTWILIO_API_SECRET=%s\n' \
        $sid $key $secret >credentials
    chmod 600 credentials
    start_sandbox "$1
credentials: {user: $key, password: ${2:-$secret}}"
    write_batch 6 1 | sed "1s/\$/,cc_emails/; 2,\$s/\$/,$copy/; s/signer0@example.com/$mail/" >batch.csv
    printf '%s %s\n' secret $secret secret $token secret $key \
        secret "$(printf '%s:%s' $key $secret | base64 -w 0)" \
        secret "$(printf '%s:%s' $sid $token | base64 -w 0)" mail $mail mail $copy >canaries
    printf 'phone +1415360%04d\n' {8200..8205} >>canaries
    said import batch.csv
    expect_status 0
}

# said WORDS...: numhost, and what it says is kept in `messages`.
said() {
    numhost "$@"
    printf '%s\n%s\n' "$stdout" "$stderr" >>messages
}

# nothing_seen [FILE]: none of the canaries, and none of the codes in the file, is where it must not be.
nothing_seen() {
    cp canaries canaries.kept
    [ $# -eq 0 ] || sed 's/^/code /' "$1" >>canaries
    rm -f "${1:-}" .out .err # what was said last is in `messages`, or was data
    mv canaries.kept "$BATS_TEST_TMPDIR/canaries"
    local found=0
    "$BATS_TEST_DIRNAME/canary.py" . || found=1
    mv "$BATS_TEST_TMPDIR/canaries" canaries
    return "$found"
}

# Every code that the service ever gave.
codes_of_the_service() {
    curl -sS --fail "$NUMHOST_API_BASE_URL/_sandbox/orders" | grep -oE '"verification_code": ?"[0-9]+"' |
        grep -oE '[0-9]+' | sort -u
}

# What a person asks for holds whole data, but no credentials.
ask_for_everything() {
    local kind
    mkdir -p report
    numhost report all -o report
    expect_status 0
    for kind in "show +14153608200" calls "status --json" "report brief" "calls --json"; do
        # shellcheck disable=SC2086 # words
        numhost $kind
        printf '%s\n%s\n' "$stdout" "$stderr" >"report/asked-${kind%% *}"
    done
    said doctor
    said config show --origin
    said config check
}

@test "the scan finds a value in every encoding" {
    local found how before i values
    mkdir scan
    printf '%s %s\n' secret $secret mail $mail phone +14153608200 code 0123456 >scan/canaries
    cd scan || return 1
    values=("$secret" "$mail" +14153608200)
    for i in 0 1 2; do
        printf '{"a":"%s"}' "${values[i]}" >"plain-$i"
        printf 'q=%s&b=1' "$(jq -rn --arg v "${values[i]}" '$v | @uri')" >"url-$i"
        printf '%s' "${values[i]}" | od -An -v -tx1 | tr -d ' \n' >"hex-$i"
        printf '%s' "${values[i]}" | iconv -t UTF-16LE >"utf16-$i"
        for before in '' x xy xyz; do
            printf '%s%s:rest' "$before" "${values[i]}" | base64 -w 0 >"base64-$i-$before"
        done
    done
    printf 'cut short: %s...' "${secret:0:14}" >begin
    printf '...%s' "${secret:20}" >end
    echo 'call (415) 360-8200' >written
    echo "${mail^^}" >upper
    printf 'row\1\0020123456\1\002' >row
    found=$("$BATS_TEST_DIRNAME/canary.py" .) && return 1
    for how in *-* begin end written upper row; do
        expect_in "$found" "is in $how at"
    done
    mkdir one && cp canaries one/
    echo "HR0123456789abcdef, +1415***8200" >one/fine
    "$BATS_TEST_DIRNAME/canary.py" one
}

@test "after a good run: no secret anywhere, no address and no whole number in a message, no code" {
    prepare "$troubled"
    printf 'phone_number,email\n1415360820,%s\n+14153608209,%s@\n' $mail $mail >bad.csv
    said import bad.csv --rejects rejects.csv
    said run -v
    expect_status 0
    ask_for_everything
    [ "$(sqlite3 -readonly numhost.db "SELECT count(*) FROM progress WHERE code <> ''")" -eq 0 ]
    [ -z "$(find numhost.db* rejects.csv report/*.* -perm /077 -print)" ]
    codes_of_the_service >codes
    [ "$(wc -l <codes)" -ge 6 ]
    nothing_seen codes
}

# The codes that are in a row, read from a copy: a reader would be in the way of the log being emptied.
codes_in_rows() {
    rm -rf "$BATS_TEST_TMPDIR/copy"
    mkdir "$BATS_TEST_TMPDIR/copy"
    cp numhost.db* "$BATS_TEST_TMPDIR/copy/" 2>/dev/null || true # the socket is none to copy
    rm -f "$BATS_TEST_TMPDIR/copy/numhost.db-shm"
    sqlite3 "$BATS_TEST_TMPDIR/copy/numhost.db" "SELECT code FROM progress WHERE code <> ''" 2>&1 | sort -u
}

waiting_for_a_code() { [ "$(codes_in_rows | wc -l)" -eq "$1" ]; }

# key_codes PHONE_NUMBER...: a person keys the code of each.
key_codes() {
    local phone_number code
    for phone_number in "$@"; do
        code=$(curl -sS --fail "$NUMHOST_API_BASE_URL/_sandbox/orders" |
            jq -r --arg it "$phone_number" '.. | objects | select(.phone_number? == $it) | .verification_code')
        curl -sS --fail --data-urlencode "phone_number=$phone_number" --data-urlencode "digits=$code" \
            "$NUMHOST_API_BASE_URL/_sandbox/answer" >answered
    done
}

# in_the_middle: a run in $run; the codes of three lines are over, three lines still wait.
in_the_middle() {
    start_run -v
    wait_until waiting_for_a_code 6
    key_codes +1415360820{0..2}
    wait_until waiting_for_a_code 3
}

# Of all codes that the service gave, those alone are in a file that are in a row.
only_valid_codes() {
    codes_of_the_service >over.all
    codes_in_rows >valid
    comm -23 over.all valid >over
    rm over.all valid
    [ -s over ] && nothing_seen over
}

# soon COMMAND...: true within ten tries. Later the log would have been written over anyway.
soon() {
    local i
    for i in {1..10}; do
        "$@" && return 0
        sleep 0.05
    done
    return 1
}

@test "after a killed run: no secret in what it left, and of the codes only the valid ones" {
    prepare "$nobody_answers"
    sed -i 's/call_takes: 1s/call_takes: 1m/' numhost.yaml
    in_the_middle
    soon only_valid_codes # in the log too, while the run goes on
    kill -KILL "$run"
    wait "$run" || true
    [ -e numhost.db-wal ]
    [ -z "$(find numhost.db* -perm /077 -print)" ]
    nothing_seen
    codes_in_rows >valid
    codes_of_the_service | comm -23 - valid >over
    mv valid "$BATS_TEST_TMPDIR"
    [ -s over ] && [ -s "$BATS_TEST_TMPDIR/valid" ]
    said hold --all --yes # killed between a commit and the emptying of the log, it left that to the next who writes
    said release --all --yes
    nothing_seen over
    cp "$BATS_TEST_TMPDIR/valid" .
    run nothing_seen valid # those are there, and the scan sees them
    [ "$status" -eq 1 ]
    expect_in "${lines[*]}" "(code, plain) is in numhost.db"
    start_run -v
    key_codes +1415360820{3..5}
    end_of "$run" 60
    expect_status 0
    ask_for_everything
    codes_of_the_service >codes
    nothing_seen codes
}

@test "a code whose time is over is nowhere, though nobody keyed it and the run goes on" {
    prepare "$nobody_answers"
    sed -i 's/^  call_takes: 1s/  call_takes: 1m\n  code_valid: 2s/; s/verification: 1s/verification: 1m/' numhost.yaml
    start_run -v
    wait_until waiting_for_a_code 6
    wait_until waiting_for_a_code 0
    soon only_valid_codes
    kill -0 "$run"
}

@test "a database that was deleted is saved without the codes that are over" {
    prepare "$nobody_answers"
    sed -i 's/call_takes: 1s/call_takes: 1m/' numhost.yaml
    in_the_middle
    rm numhost.db
    end_of "$run" 30
    expect_status 6
    sqlite3 -readonly "numhost.db.saved-$run" "SELECT code FROM progress WHERE code <> ''" | sort -u >valid
    codes_of_the_service | comm -23 - valid >over
    rm -f valid numhost.db-wal # of a file that is gone
    [ -s over ]
    nothing_seen over
}

@test "after refused credentials and after an API that cannot be reached nothing is told of them" {
    prepare "$fast_world" another
    said run -v
    expect_status 4
    said doctor
    said sync
    expect_status 4
    kill "$sandbox"
    wait "$sandbox" || true
    said run -v
    expect_status 8
    said doctor
    NUMHOST_API_BASE_URL=https://127.0.0.1:1 said run -v
    expect_status 8
    nothing_seen
}

@test "what is wrong with credentials and configuration is told without them" {
    prepare "$fast_world"
    local wrong
    for wrong in "TWILIO_API_SECRET=$secret $secret" "TWILIO_API_SECRET=$secret"$'\n'"TWILIO_API_SECRET=$secret" \
        "API_SECRET=$secret" "$secret" "TWILIO_API_SECRET=$secret"$'\1' "TWILIO_API_KEY=$secret" \
        "TWILIO_ACCOUNT_SID=$secret" "TWILIO_API_SECRET=$(printf '%0400d' 0)$secret"; do
        printf 'TWILIO_ACCOUNT_SID=%s\nTWILIO_API_KEY=%s\n%s\n' $sid $key "$wrong" >credentials
        said run
        expect_status 4
    done
    rm credentials
    for wrong in "api_secret: $secret" "credentials_file: credentials, credentials_file: $secret" \
        "auth_token: \"$token" "workers: {api_secret: $secret}" "base_url: \"https://$key:$secret@api.twilio.com\""; do
        printf 'api: {%s}\n' "$wrong" >numhost.yaml
        said run
        expect_status 2
    done
    nothing_seen
}

@test "credentials in the environment: in no argument, gone from the environment, and there is no child to have them" {
    prepare "$fast_world"
    sed -i 's/credentials_file: credentials, //' numhost.yaml
    rm credentials
    (
        export TWILIO_ACCOUNT_SID=$sid TWILIO_API_KEY=$key TWILIO_API_SECRET=$secret TWILIO_AUTH_TOKEN=$token
        exec strace -f -qq -o trace -e trace=clone,clone3,fork,vfork,execve,execveat \
            "$NUMHOST" run -v >run.out 2>run.err </dev/null
    ) &
    tracer=$!
    PIDS+=("$tracer")
    wait_until test -S numhost.db.sock
    run=$(cat numhost.db.lock)
    cat "/proc/$run/cmdline" >cmdline
    [ "$(tr '\0' ' ' <cmdline)" = "$NUMHOST run -v " ]
    cat "/proc/$run/environ" >environ || true # root's alone
    end_of "$tracer" 60
    expect_status 0
    # One program, its own, and nothing but threads of it.
    [ "$(grep -cE '(execve|execveat)\(' trace)" -eq 1 ]
    [ "$(grep -E '(clone3?|v?fork)\(' trace | grep -vc CLONE_THREAD)" -eq 0 ]
    ask_for_everything
    nothing_seen
}

@test "a credentials file that others can read is refused" {
    prepare "$fast_world"
    chmod 640 credentials
    said run
    expect_status 4
    expect_in "$stderr" "chmod 600"
    nothing_seen
}

@test "a symbolic link is not followed for credentials" {
    prepare "$fast_world"
    mv credentials "$BATS_TEST_TMPDIR"
    ln -s "$BATS_TEST_TMPDIR/credentials" credentials
    said run
    expect_status 4
    expect_in "$stderr" "a symbolic link"
    nothing_seen
}

@test "a symbolic link is not followed to a database, nor to what lies beside it" {
    prepare "$fast_world"
    local end
    mkdir elsewhere
    mv numhost.db elsewhere/
    ln -s elsewhere/numhost.db numhost.db
    for command in run status "import batch.csv" "hold --all --yes"; do
        # shellcheck disable=SC2086 # words
        numhost $command
        expect_status 6
        expect_in "$stderr" "is a symbolic link, which is not followed: give --database"
    done
    [ "$(ls elsewhere)" = numhost.db ]
    rm numhost.db
    mv elsewhere/numhost.db .
    echo precious >elsewhere/victim
    for end in -wal -shm -journal .lock .sock; do
        rm -f "numhost.db$end"
        ln -s elsewhere/victim "numhost.db$end"
        numhost run
        expect_status 6
        expect_in "$stderr" "numhost.db$end"
        [ "$(cat elsewhere/victim)" = precious ]
        [ -L "numhost.db$end" ]
        rm "numhost.db$end"
    done
    numhost hold --all --yes
    expect_status 0
}

@test "a report goes where our own link leads, and not where another user's does" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to be somebody else"
    prepare "$fast_world"
    echo precious >victim
    printf 'phone_number\n123\n' >bad.csv
    ln -s victim out.csv
    chown -h 65534 out.csv
    for command in "report progress -o out.csv" "import bad.csv --rejects out.csv"; do
        # shellcheck disable=SC2086 # words
        numhost $command
        expect_status 1
        expect_in "$stderr" "out.csv: is a symbolic link of another user"
        [ "$(cat victim)" = precious ]
    done
    chown -h 0 out.csv
    numhost report progress -o out.csv
    expect_status 0
    [ -L out.csv ]
    expect_in "$(cat victim)" numhost_status
}

@test "a crash leaves no core file" {
    prepare "$fast_world"
    ulimit -c unlimited || skip "core files cannot be switched on here"
    "$NUMHOST" run >run.out 2>run.err </dev/null &
    run=$!
    PIDS+=("$run")
    wait_until test -S numhost.db.sock
    [ "$(awk '/Max core file size/ { print $5 }' "/proc/$run/limits")" = 0 ]
    kill -SEGV "$run"
    end_of "$run" 10 || true
    [ -z "$(find . -name 'core*' -print)" ]
    nothing_seen
}

@test "another process of the same user cannot look into a run" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to be a user twice"
    prepare "$nobody_answers"
    local as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    cp "$NUMHOST" program
    chown -R 65534:65534 "$WORK"
    # That the look itself works: a program that does nothing about it can be looked into.
    "${as[@]}" sleep 60 3>&- &
    PIDS+=($!)
    wait_until "${as[@]}" cat "/proc/$!/environ" >environ.sleep
    "${as[@]}" ./program run >run.out 2>run.err </dev/null 3>&- &
    run=$!
    PIDS+=("$run")
    wait_until waiting_for_a_code 6
    for part in environ mem maps; do
        if "${as[@]}" head -c 1 "/proc/$run/$part" >looked 2>&1; then
            echo "$part can be read"
            return 1
        fi
    done
    rm program
    nothing_seen
}
