load helper

@test "the first configuration that exists is read, and --config and NUMHOST_CONFIG go before" {
    mkdir -p config/numhost
    echo 'database: xdg.db' >config/numhost/numhost.yaml
    numhost config show --json
    [ "$(jq -r .file <<<"$stdout")" = "$WORK/config/numhost/numhost.yaml" ]
    echo 'database: here.db' >numhost.yaml
    numhost config show --json
    [ "$(jq -r '.settings.database.value' <<<"$stdout")" = here.db ]
    echo 'database: variable.db' >variable.yaml
    NUMHOST_CONFIG=variable.yaml numhost config show --json
    [ "$(jq -r '.settings.database.value' <<<"$stdout")" = variable.db ]
    echo 'database: flag.db' >flag.yaml
    NUMHOST_CONFIG=variable.yaml numhost --config flag.yaml config show --json
    [ "$(jq -r '.settings.database.value' <<<"$stdout")" = flag.db ]
}

@test "config show --origin tells where every value came from" {
    printf 'api:\n  rate: 5/s\n' >numhost.yaml
    NUMHOST_API_BURST=9 numhost config show --origin --database x.db
    expect_status 0
    grep -Eq '^api.rate +5/s +\./numhost.yaml:2:3$' <<<"$stdout"
    grep -Eq '^api.burst +9 +NUMHOST_API_BURST$' <<<"$stdout"
    grep -Eq '^database +x.db +--database$' <<<"$stdout"
    grep -Eq '^api.workers +16 +default$' <<<"$stdout"
}

@test "a wrong configuration stops every command that reads it, with file, line and column" {
    printf 'api:\n  rat: 5/s\n' >numhost.yaml
    for command in "config check" "status" "import a.csv" "hold --all" "doctor"; do
        # shellcheck disable=SC2086
        numhost $command
        expect_status 2
        expect_in "$stderr" "./numhost.yaml:2:3: there is no key 'rat' here; did you mean 'rate'?"
    done
    numhost help
    expect_status 0
}

@test "the sample is a good configuration that changes nothing" {
    numhost config show
    before=$stdout
    "$NUMHOST" config sample >numhost.yaml
    numhost config check
    expect_status 0
    expect_in "$stdout" "numhost.yaml is good"
    numhost config show
    [ "$stdout" = "$before" ]
}

@test "secrets are never shown" {
    export TWILIO_ACCOUNT_SID=AC0123456789abcdef0123456789abcdef TWILIO_AUTH_TOKEN=s3cret-s3cret
    numhost config show --origin
    [[ "$stdout$stderr" != *s3cret* ]]
    numhost doctor --offline --json
    [[ "$stdout$stderr" != *s3cret* ]]
    [[ "$stdout$stderr" != *0123456789abcdef* ]]
}
