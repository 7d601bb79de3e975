#!/usr/bin/env bash
# Builds the fuzz targets (clang, address and undefined behaviour sanitizers) and runs them, two at a
# time: the stored inputs first, then new ones. Ends with a table and "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

usage() {
  cat <<'END'
usage: tests/fuzz/run.sh [--replay | --seconds N | --runs N] [--lean] [--jobs N] [TARGET...]

  --replay      only the inputs stored in tests/fuzz/corpus
  --seconds N   then new ones, for N seconds a target (default 20)
  --runs N      then new ones, until N inputs a target were run
  --lean        new ones with the leak sanitizer alone, some three times as many a second; every input
                that showed something new is then run with the others
  --jobs N      targets at a time (default: one for each core)

TARGET is the NAME of a tests/fuzz/fuzz_NAME.c; without any, all of them. What a target finds
interesting is kept in build/fuzz/corpus/NAME and taken up by the next run; an input that ends it
stays in build/fuzz/crashes.
END
}

count() {
  case $2 in
    '' | *[!0-9]*) echo "$1 needs a number" >&2; exit 2 ;;
  esac
}

limit=-max_total_time=20
jobs=$(nproc)
presets=(fuzz)
targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --replay) limit=-runs=0 ;;
    --seconds) count "$1" "${2-}"; limit=-max_total_time=$2; shift ;;
    --runs) count "$1" "${2-}"; limit=-runs=$2; shift ;;
    --lean) presets=(fuzz-lean fuzz) ;;
    --jobs) count "$1" "${2-}"; jobs=$2; shift ;;
    -*) usage >&2; exit 2 ;;
    *) [ -f "tests/fuzz/fuzz_$1.c" ] || { echo "there is no target $1" >&2; exit 2; }
      targets+=("$1") ;;
  esac
  shift
done
if [ ${#targets[@]} -eq 0 ]; then
  for source in tests/fuzz/fuzz_*.c; do
    name=${source##*/fuzz_}
    targets+=("${name%.c}")
  done
fi

build=build/fuzz
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM
for preset in "${presets[@]}"; do
  if ! { cmake --preset "$preset" && cmake --build --preset "$preset" --target fuzz_targets; } >"$log/build" 2>&1; then
    tail -n 40 "$log/build"
    echo "0 passed, ${#targets[@]} failed"
    exit 1
  fi
done

# A small quarantine: what was freed a thousand allocations ago is not used again by mistake, and
# the memory shown is that of the target.
export ASAN_OPTIONS=quarantine_size_mb=1:thread_local_quarantine_size_kb=64:malloc_context_size=1:detect_stack_use_after_return=0:allocator_may_return_null=0
export UBSAN_OPTIONS=print_stacktrace=1

# An input longer than this tells no more.
longest() {
  case $1 in
    config | scenario | state | answer) echo 4096 ;;
    csv | request) echo 2048 ;;
    phone) echo 128 ;;
    *) echo 1024 ;;
  esac
}

# run_target PRESET LIMIT NAME FOLDER...: no input may take five seconds, or 512 MiB.
run_target() {
  local preset=$1 limit=$2 name=$3 dictionary=()
  shift 3
  [ -f "tests/fuzz/$name.dict" ] && dictionary=("-dict=tests/fuzz/$name.dict")
  "build/$preset/tests/fuzz_$name" "$limit" "-max_len=$(longest "$name")" -timeout=5 -rss_limit_mb=512 \
    -print_final_stats=1 "-artifact_prefix=$build/crashes/$name-" "${dictionary[@]}" "$@"
}

# fuzz NAME: new inputs in a lean build, when there is one; what they left under all sanitizers.
fuzz() {
  local name=$1 seeds=(tests/fuzz/corpus/"$1")
  [ "$name" = csv ] && seeds+=(tests/corpus/csv)
  mkdir -p "$build/corpus/$name" "$build/crashes"
  [ "$limit" = -runs=0 ] || seeds=("$build/corpus/$name" "${seeds[@]}")
  run_target "${presets[0]}" "$limit" "$name" "${seeds[@]}" >"$log/$name" 2>&1
  echo $? >"$log/$name.status"
  if [ ${#presets[@]} -gt 1 ] && ! run_target fuzz -runs=0 "$name" "${seeds[@]}" >"$log/$name.again" 2>&1; then
    cat "$log/$name.again" >>"$log/$name"
    echo 1 >"$log/$name.status"
  fi
}

# The value of "stat::NAME:", or of "NAME: N" in the last line that has one.
stat() { sed -n "s/^stat::$2: *//p" "$log/$1"; }
last() { grep -oE "\\b$2: [0-9]+" "$log/$1" | tail -n 1 | cut -d' ' -f2; }

for name in "${targets[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n; done
  fuzz "$name" &
done
wait

failed=0
printf '%-10s %10s %8s %7s %6s %8s\n' target runs runs/s corpus edges peak/MiB
for name in "${targets[@]}"; do
  printf '%-10s %10s %8s %7s %6s %8s\n' "$name" "$(stat "$name" number_of_executed_units)" \
    "$(stat "$name" average_exec_per_sec)" "$(last "$name" corp)" "$(last "$name" cov)" \
    "$(stat "$name" peak_rss_mb)"
  if [ "$(cat "$log/$name.status")" != 0 ]; then
    failed=$((failed + 1))
    printf 'FAILED  %s\n%s\n' "$name" "$(tail -n 60 "$log/$name" | sed 's/^/        /')"
  fi
done
echo "$((${#targets[@]} - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
