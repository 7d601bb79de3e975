#!/usr/bin/env bash
# Builds the fuzz targets (clang, address and undefined behaviour sanitizers) and runs them, two at a
# time: the stored inputs first, then new ones. Ends with a table and "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

usage() {
  cat <<'END'
usage: tests/fuzz/run.sh [--replay | --seconds N | --runs N] [--jobs N] [TARGET...]

  --replay      only the inputs stored in tests/fuzz/corpus
  --seconds N   then new ones, for N seconds a target (default 20)
  --runs N      then new ones, until N inputs a target were run
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
targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --replay) limit=-runs=0 ;;
    --seconds) count "$1" "${2-}"; limit=-max_total_time=$2; shift ;;
    --runs) count "$1" "${2-}"; limit=-runs=$2; shift ;;
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
if ! { cmake --preset fuzz && cmake --build --preset fuzz --target fuzz_targets; } >"$log/build" 2>&1; then
  tail -n 40 "$log/build"
  echo "0 passed, ${#targets[@]} failed"
  exit 1
fi

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

# fuzz NAME: no input may take a second, or 512 MiB.
fuzz() {
  local name=$1 seeds=(tests/fuzz/corpus/"$1") dictionary=()
  [ "$name" = csv ] && seeds+=(tests/corpus/csv)
  [ -f "tests/fuzz/$name.dict" ] && dictionary=("-dict=tests/fuzz/$name.dict")
  mkdir -p "$build/corpus/$name" "$build/crashes"
  if [ "$limit" = -runs=0 ]; then
    set -- "${seeds[@]}"
  else
    set -- "$build/corpus/$name" "${seeds[@]}"
  fi
  "$build/tests/fuzz_$name" "$limit" "-max_len=$(longest "$name")" -timeout=5 -rss_limit_mb=512 \
    -print_final_stats=1 "-artifact_prefix=$build/crashes/$name-" "${dictionary[@]}" "$@" \
    >"$log/$name" 2>&1
  echo $? >"$log/$name.status"
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
