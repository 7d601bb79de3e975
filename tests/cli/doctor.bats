load helper

@test "offline, everything here is good" {
    numhost doctor --offline
    expect_status 0
    expect_in "$stdout" "sqlite"
    expect_in "$stdout" "well-formed"
    expect_in "$stdout" "time zones are there"
}

@test "a service that does not answer is told, with what to do" {
    NUMHOST_API_BASE_URL=http://127.0.0.1:1 numhost doctor --json
    expect_status 8
    [ "$(jq -r '.good' <<<"$stdout")" = false ]
    jq -e '.findings[] | select(.check == "access" and .state == "bad") | .text
           | contains("is `numhost sandbox` running?")' <<<"$stdout"
}

@test "the sandbox lets us in" {
    "$NUMHOST" sandbox --listen 127.0.0.1:0 --port-file port >/dev/null 2>&1 &
    PIDS+=($!)
    wait_for_file port
    NUMHOST_API_BASE_URL=http://127.0.0.1:$(cat port) numhost doctor
    expect_status 0
    expect_in "$stdout" "lets us in"
    expect_in "$stdout" "the service's clock agrees"
}

@test "credentials that others can read are refused with 4" {
    printf 'TWILIO_ACCOUNT_SID=AC0123456789abcdef0123456789abcdef\nTWILIO_AUTH_TOKEN=s3cret\n' >keys
    chmod 644 keys
    NUMHOST_API_CREDENTIALS_FILE=keys numhost doctor --offline
    expect_status 4
    expect_in "$stdout" "run chmod 600 on it"
    chmod 600 keys
    NUMHOST_API_CREDENTIALS_FILE=keys numhost doctor --offline
    expect_status 0
}

@test "a damaged database is told with 6" {
    head -c 8192 /dev/urandom >numhost.db
    numhost doctor --offline
    expect_status 6
}

@test "live without credentials is told with 4" {
    NUMHOST_API_ENVIRONMENT=live numhost doctor --offline
    expect_status 4
    expect_in "$stdout" "no credentials"
}

@test "explain-code and zone need no database" {
    numhost explain-code 22100
    expect_status 0
    expect_in "$stdout" "advice"
    numhost explain-code 99999
    expect_status 1
    numhost explain-code x
    expect_status 2
    numhost zone '(212) 555-0100'
    expect_status 0
    [ "$stdout" = America/New_York ]
    [ ! -e numhost.db ]
}

@test "an account without preview access is told with 4 and what to ask for" {
    printf 'preview_access: no\n' >scenario.yaml
    "$NUMHOST" sandbox --listen 127.0.0.1:0 --port-file port --scenario scenario.yaml >/dev/null 2>&1 &
    PIDS+=($!)
    wait_for_file port
    NUMHOST_API_BASE_URL=http://127.0.0.1:$(cat port) numhost doctor --quiet
    expect_status 4
    expect_in "$stdout" "HTTP 404"
    expect_in "$stdout" "Ask Twilio to switch Hosted Numbers on"
}

@test "refused credentials are told with 4" {
    printf 'credentials: {user: AC0123456789abcdef0123456789abcdef, password: right}\n' >scenario.yaml
    "$NUMHOST" sandbox --listen 127.0.0.1:0 --port-file port --scenario scenario.yaml >/dev/null 2>&1 &
    PIDS+=($!)
    wait_for_file port
    NUMHOST_API_BASE_URL=http://127.0.0.1:$(cat port) numhost doctor --quiet
    expect_status 4
    expect_in "$stdout" "HTTP 401, code 20003"
    TWILIO_ACCOUNT_SID=AC0123456789abcdef0123456789abcdef TWILIO_AUTH_TOKEN=right \
        NUMHOST_API_BASE_URL=http://127.0.0.1:$(cat port) numhost doctor
    expect_status 0
}
