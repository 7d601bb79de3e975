#!/usr/bin/env bash
# The whole way under Valgrind: a sandbox, an import, a run to its end with commands that reach it, actions, a sync,
# looking and every report, with the real program (build/dev) and a few rows. A process that shows an error or loses memory has failed; ends with
# "N passed, N failed", and with 1 when one failed.
#
#   tests/valgrind.sh                          under Valgrind, five minutes
#   tests/valgrind.sh build/tsan/src/numhost   that program as it is, with the sanitizer it was built with; build/asan too
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

NUMHOST=$(realpath "${1:-build/dev/src/numhost}") || exit 1
work=$(mktemp -d)
sandbox=
# shellcheck disable=SC2317 # by trap
stop() {
  [ -n "$sandbox" ] && kill "$sandbox" 2>/dev/null && wait "$sandbox"
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 1
export HOME=$work
passed=0 failed=0

# Both what is lost for good and what is lost through that; what libraries keep to the end is not lost.
watch=(valgrind --quiet --error-exitcode=99 --leak-check=full "--errors-for-leak-kinds=definite,indirect"
  "--show-leak-kinds=definite,indirect" "--log-file=$work/valgrind.%p")
[ $# -eq 0 ] || watch=()

# settle WORDS CODE WANTED SECONDS
settle() {
  if [ "$2" = "$3" ]; then
    printf 'ok      numhost %-50s %4ds\n' "$1" "$4"
    passed=$((passed + 1))
  else
    printf 'FAILED  numhost %s: ended with %s, not with %s\n' "$1" "$2" "$3"
    tail -n 20 out err sandbox.log
    cat valgrind.* 2>/dev/null
    failed=$((failed + 1))
  fi
}

# expect CODE WORDS...; "any" is any code of numhost's own
expect() {
  local wanted=$1 code=0 started=$SECONDS
  shift
  timeout 300 "${watch[@]}" "$NUMHOST" "$@" >out 2>err </dev/null || code=$?
  [ "$wanted" = any ] && [ "$code" -lt 9 ] && wanted=$code
  settle "$*" "$code" "$wanted" $((SECONDS - started))
}

# A run that others reach by its socket.
begin_run() {
  run_began=$SECONDS
  timeout 300 "${watch[@]}" "$NUMHOST" run >run.out 2>run.err </dev/null &
  run=$!
  for _ in $(seq 600); do
    [ -S numhost.db.sock ] && return
    sleep 0.1
  done
}

# end_run CODE
end_run() {
  local code=0
  wait "$run" || code=$?
  cp run.err err
  settle "run, with the commands above" "$code" "$1" $((SECONDS - run_began))
}

cat >scenario.yaml <<'YAML'
name: fast
latency: 2ms..10ms
processing: {takes: 50ms..300ms}
verification: {answers_after: 50ms..300ms}
signing: {after: 100ms..500ms}
carrier: {takes: 100ms..500ms, toll_free_takes: 100ms..500ms, testing_takes: 50ms..300ms}
faults:
  - {kind: error-500-after, rate: 5%}
  - {kind: throttled, rate: 5%}
YAML
cat >numhost.yaml <<'YAML'
api: {rate: 100/s, burst: 50, timeout: 20s, reconcile_grace: 2s, patience: 1m}
verification:
  calls: 100/s
  calls_at_once: 50
  calls_at_once_per_site: 50
  call_takes: 1s
  call_again_after: 1s
  windows: {mon-sun: "00:00-24:00"}
loa: {wait_for_stragglers: 1m}
poll: {processing: 1s, verification: 1s, signature: 1s, carrier: 1s}
retry: {base: 50ms, cap: 1s}
YAML
{
  echo 'phone_number,email,address_sid,contact_title,contact_phone_number,site'
  for i in 0 1 2 3; do
    printf '+1415360%04d,signer%d@example.com,AD%032d,Manager,+14155550180,site %d\n' \
      $((8200 + i)) $((i % 2)) $((i % 2)) $((i % 3))
  done
  echo '+14155550103,signer0@example.com,AD00000000000000000000000000000000,Manager,+14155550180,site 1'
  echo '12,,,,,'
} >batch.csv
sed 's/+1415360820/+1415360821/; /^12,/d; /+14155550103/d' batch.csv >more.csv

"${watch[@]}" "$NUMHOST" sandbox --listen 127.0.0.1:0 --port-file port --scenario scenario.yaml --state state >sandbox.log 2>&1 &
sandbox=$!
for _ in $(seq 600); do
  [ -s port ] && break
  sleep 0.1
done
NUMHOST_API_BASE_URL=http://127.0.0.1:$(cat port)
export NUMHOST_API_BASE_URL NUMHOST_API_CORE_BASE_URL=$NUMHOST_API_BASE_URL

expect 0 config check
expect 0 import batch.csv
begin_run
expect 0 limit --rate 80/s
expect 0 hold +14153608203
expect 0 import more.csv
expect 0 status
expect 0 release +14153608203
end_run 3
expect 0 import batch.csv
expect 0 status
expect 0 status --json
expect 0 show +14153608200
expect 0 show +14155550103 --json
expect 0 calls
expect 0 report all -o reports
expect 0 sync
expect 0 retry +14155550103 --last-attempt
expect 3 run
expect 0 cancel +14155550103 --yes
expect 3 run
expect 1 limit --rate 5/s # nobody runs
expect any doctor # Valgrind may be too slow for its patience
expect 2 nonsense

kill "$sandbox"
code=0
wait "$sandbox" || code=$?
sandbox=
settle sandbox "$code" 0 "$SECONDS"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
