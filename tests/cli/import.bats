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

# cells KIND: the user's own cells of a report on the batch.
cells() { "$NUMHOST" report "$1" --batch a | cut -d, -f1-3; }

@test "a file with its columns in another order puts no cell of the batch under a wrong heading" {
    printf 'phone_number,site,notes\n+14153608000,Harbor,back\n+14153608001,Lake,Ann\n12,Hill,old\n' >a.csv
    printf 'notes,phone_number,site\nfront,+14153608000,Harbor\n' >b.csv
    printf 'notes,phone_number,color\nlast,+14153608000,red\n' >c.csv
    numhost import a.csv
    expect_status 0
    before=$(cells progress)
    numhost import b.csv --batch a --dry-run
    expect_in "$stdout" "updated 1"
    [ "$(cells progress)" = "$before" ]
    numhost import b.csv --batch a
    expect_in "$stdout" "updated 1"
    diff <(cells progress) - <<'END'
phone_number,site,notes
+14153608000,Harbor,front
+14153608001,Lake,Ann
12,Hill,old
END
    diff <(cells rejected) - <<'END'
phone_number,site,notes
12,Hill,old
END
    numhost show +14153608001
    expect_in "$stdout" "  phone_number: +14153608001
  site: Lake
  notes: Ann"
    # a column that the file has not stays, a new one goes behind
    numhost import c.csv --batch a
    expect_in "$stdout" "updated 1"
    numhost show +14153608000
    expect_in "$stdout" "  phone_number: +14153608000
  site: Harbor
  notes: last
  color: red"
    numhost import c.csv --batch a
    expect_in "$stdout" "unchanged 1"
}

@test "the same rows with the columns in another order change nothing, mended ones included" {
    printf 'phone_number,site,notes\n+14153608000,Harbor,back\n12,Hill,old\n' >a.csv
    printf 'notes,site,phone_number\nback,Harbor,+14153608000\nold,Hill,12\n' >b.csv
    numhost import a.csv
    numhost import b.csv --batch a
    expect_in "$stdout" "unchanged 1 +"
    expect_in "$stdout" "rejected 1"
    [ "$(head -n 1 b.rejects.csv)" = notes,site,phone_number,reason ]
    sed 's/,12,/,+14153608001,/' b.rejects.csv >a.rejects.csv
    numhost import a.rejects.csv
    expect_in "$stdout" "batch a: rows 1 = new 1"
    for file in a.csv b.csv; do
        numhost import "$file" --batch a
        expect_in "$stdout" "rows 2 = new 0 + unchanged 2"
    done
    [ "$(cells progress)" = "$(sed 's/^12,/+14153608001,/' a.csv)" ]
    # without a database too
    numhost --config /dev/null import b.csv --database other.db --dry-run
    expect_status 0
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
