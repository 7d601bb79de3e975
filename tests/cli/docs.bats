load helper

# What is written in the repository is what the program says.
source_folder() { realpath "$BATS_TEST_DIRNAME/../.."; }

@test "the pages that the program writes are those in the repository" {
    "$NUMHOST" lifecycle | diff -u "$(source_folder)/docs/lifecycle.md" -
    "$NUMHOST" config reference | diff -u "$(source_folder)/docs/configuration.md" -
    "$NUMHOST" config sample | diff -u "$(source_folder)/config/numhost.yaml" -
}

@test "the configuration of the quickstart is good" {
    cp "$(source_folder)/samples/quickstart.yaml" numhost.yaml
    numhost config check
    expect_status 0
}

@test "an installation has the program, its manual, its completion and the sample configuration" {
    build=$(dirname "$(dirname "$NUMHOST")")
    [ -e "$build/cmake_install.cmake" ] || skip "not in a build folder"
    cmake --install "$build" --prefix "$WORK/prefix" >/dev/null
    cd prefix
    [ "$(bin/numhost version)" = "$("$NUMHOST" version)" ]
    diff <("$NUMHOST" manual) share/man/man1/numhost.1
    diff <("$NUMHOST" completion bash) share/bash-completion/completions/numhost
    diff <("$NUMHOST" config sample) "$(find share/doc -name numhost.yaml)"
}
