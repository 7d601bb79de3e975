#!/usr/bin/env bash
# Installs what the tests need, builds with gcc and clang, runs every check and every test, and ends
# with a line "N passed, N failed". One step failing does not hide the others.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM
count=0
at_once=$(nproc)

# check NUMBER NAME COMMAND...: its output is shown only when it fails.
check() {
  local out=$log/$1 name=$2 started=$SECONDS
  shift 2
  if "$@" >"$out" 2>&1 </dev/null; then
    echo ok >"$out.result"
    printf 'ok      %-54s %4ds\n' "$name" $((SECONDS - started))
  else
    echo failed >"$out.result"
    printf 'FAILED  %-54s %4ds\n%s\n' "$name" $((SECONDS - started)) \
      "$(tail -n 60 "$out" | sed 's/^/        /')"
  fi
}

# step NAME COMMAND...: one check, alone. beside NAME COMMAND...: up to one for each core at a time.
step() {
  wait
  count=$((count + 1))
  check "$count" "$@"
}
beside() {
  count=$((count + 1))
  while [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do wait -n; done
  check "$count" "$@" &
}

build() {
  cmake --preset "$1" && cmake --build --preset "$1"
}

# Every unit test of a build; the long ones first. unit_tests PRESET [NAME=VALUE...]
unit_tests() {
  local test build=$1
  shift
  for test in "build/$build"/tests/test_{simulation,program_fails,report_fails,run_fails,power,*}; do
    if [ -x "$test" ] && [ -f "$test" ] && [ ! -e "$log/$build.$(basename "$test")" ]; then
      touch "$log/$build.$(basename "$test")"
      beside "$build: $(basename "$test")" env "$@" timeout 600 "$test"
    fi
  done
}

./tools/install-dependencies.sh tests || exit 1

step "build (gcc)" build dev
step "build (clang)" build clang
step "build (address and undefined behaviour)" build asan
step "build (threads)" build tsan
step "build (release)" build release
step "no fault points in a release" ./tests/no_fault_points.sh
step "include rule" ./tests/include_rule.sh

touch "$log/asan.test_simulation" # many minutes under sanitizers: a few other seeds do
touch "$log/asan.test_power"      # its disk is the test's own, the store below it has its tests
beside "asan: numhost-sim" timeout 600 build/asan/tests/numhost-sim 1001 1012
unit_tests asan FAULTS_ONE_OF=8 # tests/prove.sh failures: all of them
mkdir "$log/sites"
unit_tests dev FAULTS_SITES="$log/sites"
for odd in 1 4 5; do # short reads, early timers, other orders: what is promised holds (src/base/fault_point.h)
  for test in control csv csv_corpus credentials config executor transport_curl transport_once engine_order sync serve; do
    beside "odd $odd: test_$test" timeout 300 env FAULTS_ODD="$odd" "build/dev/tests/test_$test"
  done
done
for test in zone sandbox_serve sandbox_callbacks serve http_server transport_curl control import store_import_thread; do
  [ -x "build/tsan/tests/test_$test" ] && beside "tsan: test_$test" timeout 300 "build/tsan/tests/test_$test"
done
beside "asan: a whole job" timeout 300 ./tests/valgrind.sh build/asan/src/numhost
beside "tsan: a whole job" timeout 300 ./tests/valgrind.sh build/tsan/src/numhost
for file in tests/cli/*.bats; do
  beside "cli: $(basename "$file")" timeout 600 bats "$file"
done
beside "power cuts in reports" timeout 300 ./tests/power/report_cuts.py
step "every call site failed once" ./tests/fault_sites.py "$log/sites"
step "simulation: 500 seeds" timeout 900 build/dev/tests/numhost-sim --jobs "$at_once" 2001 2500
step "simulation: every order" timeout 600 build/dev/tests/numhost-sim --exhaustive --jobs "$at_once"
beside "official client library" timeout 300 ./tests/conformance/run.sh
beside "quickstart" timeout 600 ./samples/quickstart.sh
step "fuzzing, short" timeout 600 ./tests/fuzz/run.sh --seconds 20
step "crash sweep" timeout 900 ./tests/crash/sweep.py --trials 300
step "lint" ./tests/lint.sh

failed=$(cat "$log"/*.result | grep -c failed)
echo "$((count - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
