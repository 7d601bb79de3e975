load helper

@test "the summary adds up and importing again changes nothing" {
    write_csv 5 >a.csv
    numhost import a.csv
    expect_status 0
    [ "$stdout" = "batch a: rows 5 = new 5 + unchanged 0 + updated 0 + requeued 0 + conflict 0 + duplicate 0 + elsewhere 0 + rejected 0" ]
    numhost import a.csv
    expect_in "$stdout" "rows 5 = new 0 + unchanged 5"
    numhost import a.csv --json
    [ "$(jq '.rows == .rejected + ([.outcomes[]] | add)' <<<"$stdout")" = true ]
}

@test "rejected rows go to the rejects file and the others are imported; --strict imports nothing" {
    { write_csv 2; echo '12,x@example.com,site 1'; } >a.csv
    numhost import a.csv --strict
    expect_status 5
    [ -z "$stdout" ]
    numhost import a.csv
    expect_status 0
    expect_in "$stdout" "rows 3 = new 2"
    expect_in "$stdout" "rejected 1"
    expect_in "$stdout" "rejects: a.rejects.csv"
    expect_in "$stderr" "line 4"
    [ "$(wc -l <a.rejects.csv)" -eq 2 ]
}

@test "a file without a usable row is refused with 5" {
    printf 'phone_number\n12\n' >a.csv
    numhost import a.csv
    expect_status 5
    printf 'telephone\n+14153608000\n' >b.csv
    numhost import b.csv --json
    expect_status 5
    [ "$(jq -r '.error.kind' <<<"$stdout")" = input ]
    numhost import nothing.csv
    expect_status 5
}

@test "a dry run writes nothing" {
    write_csv 3 >a.csv
    numhost import a.csv --dry-run
    expect_status 0
    expect_in "$stdout" "new 3"
    numhost import a.csv --json
    [ "$(jq '.outcomes.new' <<<"$stdout")" = 3 ]
}

@test "other headings are mapped by the configuration" {
    printf 'columns:\n  "Store phone": phone_number\n' >numhost.yaml
    printf 'Store phone\n415-360-8000\n' >a.csv
    numhost import a.csv
    expect_status 0
    expect_in "$stdout" "new 1"
}

@test "standard input needs a name" {
    status=0
    write_csv 2 | "$NUMHOST" import - >out 2>err || status=$?
    [ "$status" -eq 2 ]
    grep -q -- '--batch' err
    write_csv 2 | "$NUMHOST" import - --batch piped | grep -q 'batch piped: rows 2 = new 2'
}

@test "a database that is held is named with the holder's pid and exit code 6" {
    write_csv 1 >a.csv
    numhost import a.csv
    exec 9<>numhost.db.lock
    flock -n 9 || skip "the lock is taken another way"
    numhost import a.csv
    exec 9>&-
    expect_status 6
}

@test "files that numhost writes are private" {
    { write_csv 1; echo 12; } >a.csv
    numhost import a.csv
    for file in numhost.db a.rejects.csv; do
        [ "$(stat -c %a "$file")" = 600 ]
    done
}
