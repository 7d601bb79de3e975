#!/usr/bin/env bash
# Installs what the tests need, builds with gcc and clang, runs every check and every test, and ends
# with a line "N passed, N failed". One step failing does not hide the others.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

passed=0
failed=0
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT

# step NAME COMMAND...: one check; its output is shown only when it fails.
step() {
  local name=$1
  shift
  local started=$SECONDS
  if "$@" >"$log/out" 2>&1; then
    passed=$((passed + 1))
    printf 'ok      %-46s %4ds\n' "$name" $((SECONDS - started))
  else
    failed=$((failed + 1))
    printf 'FAILED  %-46s %4ds\n' "$name" $((SECONDS - started))
    tail -n 60 "$log/out" | sed 's/^/        /'
  fi
}

build() {
  cmake --preset "$1" && cmake --build --preset "$1"
}

unit_tests() {
  local test
  for test in "build/$1"/tests/test_*; do
    if [ -x "$test" ] && [ -f "$test" ]; then
      step "$1: $(basename "$test")" timeout 300 "$test"
    fi
  done
}

./tools/install-dependencies.sh tests || exit 1

step "build (gcc)" build dev
step "build (clang)" build clang
step "build (address and undefined behaviour)" build asan
step "build (threads)" build tsan

unit_tests dev
unit_tests asan
for test in test_zone test_sandbox_serve test_http_server test_transport_curl test_control; do
  [ -x "build/tsan/tests/$test" ] && step "tsan: $test" timeout 300 "build/tsan/tests/$test"
done

step "include rule" ./tests/include_rule.sh
step "lint" ./tests/lint.sh
for file in tests/cli/*.bats; do
  step "cli: $(basename "$file")" timeout 600 bats "$file"
done
step "official client library" timeout 300 ./tests/conformance/run.sh
step "quickstart" timeout 300 ./samples/quickstart.sh

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
