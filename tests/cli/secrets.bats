load helper

# Distinctive values that must never be seen where they do not belong.
sid=ACcafe0000cafe1111cafe2222cafe3333
key=SKfeed0000feed1111feed2222feed3333
secret=CanarySecretDoNotPrintMe0123456789
mail=canary.signer@example.com

prepare() {
    write_config
    sed -i "s/^api: {/api: {credentials_file: credentials, /" numhost.yaml
    printf 'TWILIO_ACCOUNT_SID=%s\nTWILIO_API_KEY=%s\nTWILIO_API_SECRET=%s\n' \
        $sid $key $secret >credentials
    chmod 600 credentials
    start_sandbox "$fast_world
faults:
  - {kind: error-500-after, rate: 10%}
  - {kind: throttled, rate: 10%}"
    write_batch 6 1 | sed "s/signer0@example.com/$mail/" >batch.csv
    numhost import batch.csv
    expect_status 0
}

# nowhere_in FILE VALUE...: none of the values is in the file, as bytes.
nowhere_in() {
    local file=$1 value
    shift
    for value in "$@"; do
        if grep -qaF -- "$value" "$file"; then
            echo "$value is in $file"
            return 1
        fi
    done
}

@test "secrets are in no argument, no child's environment, no message, no database and no report" {
    prepare
    "$NUMHOST" run -v >run.out 2>run.err </dev/null &
    run=$!
    PIDS+=("$run")
    wait_until test -S numhost.db.sock
    tr '\0' '\n' <"/proc/$run/cmdline" >cmdline
    nowhere_in cmdline $secret $key
    end_of "$run" 60
    expect_status 0
    numhost report all -o report
    expect_status 0
    numhost doctor
    printf '%s\n%s\n' "$stdout" "$stderr" >doctor.out
    numhost config show --origin
    printf '%s\n%s\n' "$stdout" "$stderr" >config.out
    for file in run.out run.err numhost.db doctor.out config.out report/*; do
        nowhere_in "$file" $secret $key
    done
}

@test "e-mail addresses and whole numbers are in no message of a run" {
    prepare
    numhost run -v
    expect_status 0
    printf '%s\n%s\n' "$stdout" "$stderr" >messages
    nowhere_in messages $mail +14153608200 4153608201
}

@test "a verification code is kept only while it is valid, and printed to terminals only" {
    prepare
    "$NUMHOST" run -v >run.out 2>run.err </dev/null &
    run=$!
    PIDS+=("$run")
    end_of "$run" 60
    expect_status 0
    curl -sS "$NUMHOST_API_BASE_URL/_sandbox/orders" | grep -oE '"verification_code": ?"[0-9]+"' |
        grep -oE '[0-9]+' | sort -u >codes
    [ -s codes ]
    while read -r code; do
        nowhere_in run.out "$code"
        nowhere_in run.err "$code"
    done <codes
    [ "$(sqlite3 -readonly numhost.db "SELECT count(*) FROM progress WHERE code <> ''")" -eq 0 ]
}

@test "every file is for its owner alone, and a credentials file for others is refused" {
    prepare
    numhost run
    expect_status 0
    numhost report all -o report
    [ -z "$(find numhost.db* report -perm /077 -print)" ]
    chmod 644 credentials
    numhost run
    expect_status 4
    expect_in "$stderr" "chmod 600"
    nowhere_in .err $secret
}

@test "a symbolic link is not followed for credentials" {
    prepare
    mv credentials real
    ln -s real credentials
    numhost run
    expect_status 4
}

@test "a crash leaves no core file" {
    prepare
    ulimit -c unlimited || skip "core files cannot be switched on here"
    "$NUMHOST" run >run.out 2>run.err </dev/null &
    run=$!
    PIDS+=("$run")
    wait_until test -S numhost.db.sock
    [ "$(awk '/Max core file size/ { print $5 }' "/proc/$run/limits")" = 0 ]
    kill -SEGV "$run"
    end_of "$run" 10 || true
    [ -z "$(find . -name 'core*' -print)" ]
}
