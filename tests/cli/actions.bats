load helper

@test "hold and release change what is chosen and say how many" {
    write_csv 4 >a.csv
    numhost import a.csv
    numhost hold '(415) 360-8001'
    expect_status 0
    expect_in "$stdout" "hold: 1 numbers, 1 changed"
    numhost hold --site "site 0" --json
    [ "$(jq -c '[.matched, .changed]' <<<"$stdout")" = '[2,2]' ]
    numhost release --batch a
    expect_in "$stdout" "release: 4 numbers, 3 changed, 1 left as they are"
}

@test "a command that chooses nothing, or an unknown status, is refused" {
    write_csv 1 >a.csv
    numhost import a.csv
    numhost hold
    expect_status 2
    expect_in "$stderr" "say which numbers"
    numhost retry --status faild
    expect_status 2
    expect_in "$stderr" "did you mean 'failed'?"
    numhost hold 12
    expect_status 2
    numhost hold +14153609999
    expect_status 1
    expect_in "$stderr" "no number matches"
}

@test "beyond twenty numbers there is a question; without a terminal it is refused, --yes answers it" {
    write_csv 21 >a.csv
    numhost import a.csv
    numhost hold --all
    expect_status 2
    expect_in "$stderr" "hold 21 numbers?"
    expect_in "$stderr" "--yes"
    numhost hold --all --yes
    expect_status 0
    expect_in "$stdout" "21 changed"
}

@test "on a terminal only a typed yes goes on" {
    command -v script >/dev/null || skip "needs script(1)"
    write_csv 21 >a.csv
    numhost import a.csv
    answer() { printf '%s\n' "$1" | script -qec "$NUMHOST hold --all" /dev/null; }
    status=0
    answer no || status=$?
    [ "$status" -eq 1 ]
    numhost release --all --yes
    expect_in "$stdout" "0 changed"
    answer yes
    numhost release --all --yes
    expect_in "$stdout" "21 changed"
}

@test "cancel gives up what was never ordered, and --offboard is asked for" {
    write_csv 2 >a.csv
    numhost import a.csv
    numhost cancel +14153608000
    expect_status 0
    expect_in "$stdout" "1 changed"
    numhost cancel --offboard +14153608001
    expect_status 2
    expect_in "$stderr" "--yes"
}

@test "verify wants a waiting number and shows neither code nor number when it refuses" {
    write_csv 1 >a.csv
    numhost import a.csv
    numhost verify +14153608000
    expect_status 2
    expect_in "$stderr" "--code"
    status=0
    echo 123456 | "$NUMHOST" verify +14153608000 --code - >out 2>err || status=$?
    [ "$status" -eq 2 ]
    ! grep -q '123456\|4153608000' err
}

@test "limit without a run says what to do instead" {
    write_csv 1 >a.csv
    numhost import a.csv
    numhost limit --rate 5/s
    expect_status 1
    expect_in "$stderr" "no run holds this database"
    numhost limit --rate fast
    expect_status 2
    expect_in "$stderr" "'fast' is not a rate"
}

@test "off-boarding takes two times yes" {
    command -v script >/dev/null || skip "needs script(1)"
    write_csv 1 >a.csv
    numhost import a.csv
    status=0
    printf 'yes\nno\n' | script -qec "$NUMHOST cancel --offboard --all" /dev/null >said || status=$?
    [ "$status" -eq 1 ]
    grep -q 'cannot be undone' said
    status=0
    printf 'yes\nyes\n' | script -qec "$NUMHOST cancel --offboard --all" /dev/null >said || status=$?
    [ "$status" -eq 0 ]
    grep -q '1 numbers, 0 changed' said
}
