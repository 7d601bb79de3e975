load helper

# Numbers are spread over all statuses after two seconds.
spread_world='name: spread
latency: 2ms..10ms
processing: {takes: 50ms..4s}
verification: {answers_after: 50ms..3s}
signing: {after: 2s..5s}
carrier: {takes: 100ms..2s, toll_free_takes: 100ms..2s, testing_takes: 50ms..300ms}'

# N numbers half way, and then the database is gone and the same CSV imported into an empty one.
lose_database() {
    write_config
    start_sandbox "${2:-$spread_world}"
    write_batch "$1" >batch.csv
    numhost import batch.csv
    numhost run --for 3s
    expect_status 7
    rm -f numhost.db*
    numhost import batch.csv
    expect_status 0
}

# order_by_hand NUMBER [NAME=VALUE...]: an order that numhost did not make; its SID.
order_by_hand() {
    local phone_number=$1 pair pairs=()
    shift
    for pair in "$@"; do pairs+=(--data-urlencode "$pair"); done
    curl -sS --fail -u "$account:x" "$NUMHOST_API_BASE_URL/HostedNumbers/HostedNumberOrders" \
        --data-urlencode "PhoneNumber=$phone_number" --data-urlencode SmsCapability=true "${pairs[@]}" | jq -r .sid
}
account=ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa

kinds() { "$NUMHOST" sync --json "$@" | jq -c '[.drift[] | .kind] | unique'; }
show_field() { "$NUMHOST" show "$1" --json | jq -r "$2"; }

@test "a database that was lost is found again by the next run: no second order, no second LOA" {
    lose_database 24
    [ "$(count_effect order-created)" -eq 24 ]
    numhost run
    expect_status 0
    expect_in "$stdout" "24 rows = 24 completed"
    [ "$(count_effect order-created)" -eq 24 ]
    expect_clean_ledger
}

@test "a CSV imported after the account was read finds its orders too" {
    lose_database 12
    rm -f numhost.db*
    head -7 batch.csv >one.csv
    { head -1 batch.csv; tail -6 batch.csv; } >two.csv
    numhost import one.csv
    numhost run
    expect_status 0
    numhost import two.csv
    numhost run
    expect_status 0
    expect_in "$stdout" "12 rows = 12 completed"
    [ "$(count_effect order-created)" -eq 12 ]
    expect_clean_ledger
}

@test "sync finds them before the run does, says what it found, and the run goes on from there" {
    lose_database 24
    numhost sync
    expect_status 0
    [ "$(grep -c '^adopted ' <<<"$stdout")" -eq 24 ]
    expect_in "$stdout" "24 orders read, adopted 24"
    [ "$(count_effect order-created)" -eq 24 ]
    numhost sync --json
    expect_status 0
    [ "$(jq '[.counts.adopted, .orders, .left, .schema] | tojson' <<<"$stdout")" = '"[0,24,0,1]"' ]
    numhost run
    expect_status 0
    expect_in "$stdout" "24 rows = 24 completed"
    [ "$(count_effect order-created)" -eq 24 ]
    expect_clean_ledger
}

@test "an order made by somebody else is reported, bound when a person says so, and finished" {
    write_config
    start_sandbox
    write_batch 3 >batch.csv
    numhost import batch.csv
    sid=$(order_by_hand +14153608201)
    order_by_hand +14153609999 >/dev/null
    numhost sync
    expect_status 3
    [ "$(grep -c "^foreign *+14153608201 *$sid" <<<"$stdout")" -eq 1 ]
    [ "$(grep -c '^not-in-csv *+14153609999' <<<"$stdout")" -eq 1 ]
    [ "$(show_field +14153608201 .attention)" = foreign-order ]
    expect_in "$(show_field +14153608201 .advice)" "numhost sync --adopt-foreign"
    [ "$(kinds --batch batch)" = '["foreign"]' ]
    numhost sync --batch batch --adopt-foreign
    expect_status 0
    expect_in "$stdout" "bound 1"
    [ "$(show_field +14153608201 .order_sid)" = "$sid" ]
    numhost run
    expect_status 0
    expect_in "$stdout" "3 rows = 3 completed"
    [ "$(ledger | jq -s 'map(select(.effect == "order-created" and .phone_number == "+14153608201")) | length')" -eq 1 ]
    expect_clean_ledger
}

# The first create is given up, sent again, and carried out after all.
@test "a second order that came late is told with both, and its number waits for a person" {
    write_config
    start_sandbox "name: late
processing: {takes: 1h}
faults: [{kind: late-effect, operations: [create-order], to: 2s, by: 6s, races: yes}]"
    write_batch 1 >batch.csv
    numhost import batch.csv
    numhost run --for 4s
    expect_status 7
    for ((i = 0; i < 200; i++)); do
        [ "$(count_effect order-created)" -eq 2 ] && break
        sleep 0.1
    done
    [ "$(show_field +14153608200 .attention)" = none ]
    sid=$(show_field +14153608200 .order_sid)
    numhost sync
    expect_status 3
    [ "$(grep -c "^second-order *+14153608200 *HR[0-9a-f]* *$sid" <<<"$stdout")" -eq 1 ]
    [ "$(show_field +14153608200 .attention)" = duplicate ]
    expect_in "$(show_field +14153608200 .reason)" "$sid"
    expect_in "$(show_field +14153608200 .advice)" "delete one in the Twilio Console"
}

@test "more than twenty foreign orders are bound after a yes only" {
    write_config
    start_sandbox
    write_batch 21 >batch.csv
    numhost import batch.csv
    for i in $(seq 8200 8220); do order_by_hand "+1415360$i" >/dev/null; done
    numhost sync --adopt-foreign
    expect_status 2
    expect_in "$stderr" "Bind 21 orders"
    [ "$("$NUMHOST" show +14153608200 --json | jq -r .order_sid)" = "" ]
    numhost sync --adopt-foreign --yes
    expect_status 0
    expect_in "$stdout" "bound 21"
}

@test "differing e-mail, address and verification are told with both sides" {
    write_config
    start_sandbox
    write_batch 2 >batch.csv
    numhost import batch.csv
    order_by_hand +14153608200 Email=other@example.com AddressSid=AD00000000000000000000000000000009 >/dev/null
    order_by_hand +14153608201 VerificationType=phone-bill \
        VerificationDocumentSid=RI00000000000000000000000000000001 >/dev/null
    numhost sync --adopt-foreign
    expect_status 3
    [ "$(grep -c '^email-differs .*signer0@example.com *other@example.com' <<<"$stdout")" -eq 1 ]
    [ "$(grep -c '^address-differs .*AD0*0 *AD0*9' <<<"$stdout")" -eq 1 ]
    [ "$(grep -c '^verification-differs .*phone-call *phone-bill' <<<"$stdout")" -eq 1 ]
    [ "$(show_field +14153608201 .order_sid)" = "" ]
}

@test "an order that was deleted behind our back is looked at alone, then reported" {
    write_config
    start_sandbox
    write_batch 2 >batch.csv
    numhost import batch.csv
    order_by_hand +14153608201 >/dev/null
    sid=$(order_by_hand +14153608200)
    numhost sync --adopt-foreign
    expect_status 0
    wait_until sh -c "curl -sS --fail -o .deleted -u $account:x -X DELETE \
        '$NUMHOST_API_BASE_URL/HostedNumbers/HostedNumberOrders/$sid'"
    numhost sync
    expect_status 3
    [ "$(grep -c "^gone *+14153608200 *$sid" <<<"$stdout")" -eq 1 ]
    [ "$(show_field +14153608200 .attention)" = order-gone ]
    curl -sS "$NUMHOST_API_BASE_URL/_sandbox/ledger" | grep -q fetch-order
}

@test "a dry run tells the same and writes nothing, also beside a run; without it a run keeps sync out" {
    lose_database 6
    numhost sync --dry-run
    expect_status 0
    expect_in "$stdout" "adopted 6"
    expect_in "$stdout" "nothing was written"
    [ "$(show_field +14153608200 .order_sid)" = "" ]
    start_run
    numhost sync
    expect_status 6
    expect_in "$stderr" "stop it first"
    numhost sync --dry-run
    [ "$status" -eq 0 ] || [ "$status" -eq 3 ]
    kill "$run"
}

@test "pages that fail are asked for again, small pages too" {
    lose_database 12
    curl -sS --fail --data-binary "$spread_world
seed: 7
faults:
  - {kind: throttled, rate: 10%}
  - {kind: error-503-before, rate: 15%}
  - {kind: reset-after, rate: 15%}
  - {kind: truncated-json, rate: 15%}" "$NUMHOST_API_BASE_URL/_sandbox/scenario" >/dev/null
    sed -i 's/patience: 2s/patience: 2s, page_size: 1/' numhost.yaml
    numhost sync
    expect_status 0
    expect_in "$stdout" "12 orders read, adopted 12"
    [ "$(curl -sS "$NUMHOST_API_BASE_URL/_sandbox/ledger" | grep list-orders | grep -vc "\"fault\": \"none\"")" -gt 0 ]
}

@test "a service that stays away is 8, refused credentials are 4, another account is 2" {
    write_config
    start_sandbox 'faults: [{kind: error-503-before, rate: 100%}]'
    write_batch 1 >batch.csv
    numhost import batch.csv
    sed -i 's/retry: {/retry: {attempts: 3, /' numhost.yaml
    numhost sync
    expect_status 8
    curl -sS --fail --data-binary 'credentials: {user: ACbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, password: y}' \
        "$NUMHOST_API_BASE_URL/_sandbox/scenario" >/dev/null
    numhost sync
    expect_status 4
    TWILIO_ACCOUNT_SID=ACcccccccccccccccccccccccccccccccc TWILIO_AUTH_TOKEN=z numhost sync
    expect_status 2
    expect_in "$stderr" "another --database"
}
