#!/usr/bin/env bash
# What the tests run of the program, in lines and conditions: builds the preset `coverage`, runs the unit tests, the
# corpora of the fuzz targets, a few seeds of the simulation, the command line's tests and a short crash sweep under it,
# and prints a table by folder, then every line and condition that never ran. Ends with 1 when a test fails or a floor of tests/coverage.py is not held.
#
#   tests/coverage.sh              all of it, some minutes
#   tests/coverage.sh --unit       unit tests and corpora alone
#   tests/coverage.sh --table      no tests: what the last runs gave
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

build=$PWD/build/coverage
profiles=$build/profiles
what=${1:-all}
failed=0

# run NAME COMMAND...: with a log of its own, shown when it fails.
run() {
  local name=$1
  shift
  if ! "$@" >"$build/$name.log" 2>&1 </dev/null; then
    echo "FAILED  $name; $build/$name.log ends with"
    tail -n 20 "$build/$name.log"
    return 1
  fi
}

# Up to one for each core at a time. %c: counters in the mapped file; %m: one file a program.
each() {
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n || failed=1; done
  run "$@" &
}

run_unit_tests() {
  local test
  for test in "$build"/tests/test_*; do # the seeds of numhost-sim stand for the long one
    [ "$(basename "$test")" = test_simulation ] && continue
    [ -f "$test" ] && [ -x "$test" ] && each "$(basename "$test")" timeout 900 "$test"
  done
}

run_corpora() {
  local target name
  for target in "$build"/tests/fuzz_*; do
    name=$(basename "$target")
    [ -f "$target" ] && [ -x "$target" ] && [ -d "tests/fuzz/corpus/${name#fuzz_}" ] &&
      each "$name" timeout 900 "$target" -runs=0 "tests/fuzz/corpus/${name#fuzz_}"
  done
}

run_the_rest() {
  local file
  each numhost-sim timeout 900 "$build/tests/numhost-sim" 2001 2006
  for file in tests/cli/*.bats; do each "$(basename "$file")" timeout 900 bats "$file"; done
  each sweep timeout 900 ./tests/crash/sweep.py --trials 10 --numhost "$NUMHOST"
}

wait_for_all() {
  local job
  for job in $(jobs -p); do wait "$job" || failed=1; done
}

if [ "$what" != --table ]; then
  mkdir -p "$build"
  { cmake --preset coverage && cmake --build --preset coverage --target all fuzz_targets; } >"$build/build.log" 2>&1 || {
    tail -n 30 "$build/build.log"
    exit 1
  }
  rm -rf "$profiles" && mkdir -p "$profiles"
  export LLVM_PROFILE_FILE=$profiles/%c%m.profraw NUMHOST=$build/src/numhost
  run_unit_tests
  run_corpora
  [ "$what" = --unit ] || run_the_rest
  wait_for_all
fi

llvm-profdata merge -sparse "$profiles"/*.profraw -o "$build/all.profdata" || exit 1
mapfile -t programs < <(find "$build/tests" -maxdepth 1 -type f -perm -u+x ! -name "bench_*" -printf '%p\n' | sort)
llvm-cov export -skip-functions -instr-profile "$build/all.profdata" "$build/src/numhost" \
  "${programs[@]/#/--object=}" "$PWD/src" >"$build/coverage.json" 2>"$build/export.log" || {
  cat "$build/export.log"
  exit 1
}
./tests/coverage.py "$build/coverage.json" || failed=1
exit "$failed"
