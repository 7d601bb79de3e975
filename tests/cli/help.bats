load helper

@test "without a command the overview is shown and the exit code says usage" {
    numhost
    expect_status 2
    expect_in "$stdout" "import"
    expect_in "$stdout" "Exit codes"
}

@test "every command of the overview explains itself, with usage and example" {
    numhost --help
    expect_status 0
    commands=$(sed -n '/^Commands$/,/^$/p' <<<"$stdout" | awk 'NR > 1 && NF { print $1 }')
    [ "$(wc -w <<<"$commands")" -ge 15 ]
    for command in $commands; do
        numhost help "$command"
        expect_status 0
        expect_in "$stdout" "Usage: numhost $command"
        expect_in "$stdout" "Examples"
        by_help=$stdout
        numhost "$command" --help
        expect_status 0
        [ "$stdout" = "$by_help" ]
    done
}

@test "a wrong command or option says what was meant, on standard error" {
    numhost imprt
    expect_status 2
    [ -z "$stdout" ]
    expect_in "$stderr" "did you mean 'import'?"
    numhost import a.csv --dry-runn
    expect_status 2
    expect_in "$stderr" "did you mean --dry-run?"
}

@test "with --json an error is one object on standard output, wherever --json stands" {
    for words in "imprt --json" "--json imprt" "config chek --json"; do
        # shellcheck disable=SC2086
        numhost $words
        expect_status 2
        [ "$(jq -r '.error.kind' <<<"$stdout")" = usage ]
        [ "$(jq -r '.error.exit' <<<"$stdout")" = 2 ]
        [ "$(jq -r '.schema' <<<"$stdout")" = 1 ]
        [ -z "$stderr" ]
    done
}

@test "nothing is coloured where no terminal is" {
    numhost --help
    [[ "$stdout" != *$'\033'* ]]
}

@test "a terminal gets colour, unless NO_COLOR, TERM=dumb or --no-color say otherwise" {
    command -v script >/dev/null || skip "needs script(1)"
    on_terminal() { TERM=${2:-xterm} script -qec "$NUMHOST $1" /dev/null; }
    [[ "$(on_terminal help)" == *$'\033'* ]]
    [[ "$(on_terminal 'help --no-color')" != *$'\033'* ]]
    [[ "$(NO_COLOR=1 on_terminal help)" != *$'\033'* ]]
    [[ "$(on_terminal help dumb)" != *$'\033'* ]]
}

@test "a reader that goes away is not an error, a full disk is" {
    for _ in $(seq 20); do
        "$NUMHOST" manual 2>err | true
        [ "${PIPESTATUS[0]}" -eq 0 ]
        [ ! -s err ]
    done
    status=0
    "$NUMHOST" manual >/dev/full 2>err || status=$?
    [ "$status" -eq 1 ]
    grep -q 'cannot write to standard output: ' err
}

@test "the completion loads and completes commands, options and values" {
    "$NUMHOST" completion bash >completion
    complete_line() {
        bash -c 'source ./completion; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _numhost
                 printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
    }
    complete_line numhost imp | grep -qx import
    complete_line numhost import --dry | grep -qx -- --dry-run
    complete_line numhost import --delimiter '' | grep -qx tab
    complete_line numhost config ch | grep -qx check
    complete_line numhost hold --bat | grep -qx -- --batch
    complete_line numhost --js | grep -qx -- --json
}

@test "the manual is roff that man renders without a warning" {
    command -v man >/dev/null || skip "needs man(1)"
    "$NUMHOST" manual >numhost.1
    man --warnings -l numhost.1 >page 2>warnings
    [ ! -s warnings ]
    grep -q 'EXIT STATUS' page
    grep -q -- '--dry-run' page
}

@test "the version is the same everywhere" {
    numhost version
    expect_status 0
    version=$stdout
    numhost --version
    [ "$stdout" = "$version" ]
    numhost version --json
    [ "numhost $(jq -r .version <<<"$stdout")" = "$version" ]
}
