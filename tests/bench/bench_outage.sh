#!/usr/bin/env bash
# What an outage of the service costs it in requests: the load before, while it is down, and after it is back.
#
#     tests/bench/bench_outage.sh [PROGRAM] [SECONDS DOWN]      default build/release/src/numhost, 420 s
#
# 6,000 numbers at 50 requests/s; after 30 s every connection is reset for so long, then for 30 s six requests in ten are 503.
# Goals: while it is down at most 1.1 times the load before, after five minutes a probe every 15 s; when it is back never
# more in a second than api.rate, and well again as before. Counted from the sandbox's ledger (real time, speed 1).
set -euo pipefail
cd "$(dirname "$0")/../.."

numhost=$(realpath "${1:-build/release/src/numhost}")
down=${2:-420}
here=$PWD
work=$(mktemp -d)
sandbox=
run=
finish() {
  for pid in $run $sandbox; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work"
for name in $(compgen -e | grep -E '^(NUMHOST_|TWILIO_)'); do unset "$name"; done
export HOME=$work XDG_CONFIG_HOME=$work/none

cat >scenario.yaml <<END
name: outage-load
seed: 3
latency: 5ms..30ms
processing: {takes: 1s..5s}
verification: {answers_after: 1s..5s}
faults:
  - {kind: outage, from: 30s, to: $((30 + down))s}
  - {kind: error-503-before, rate: 60%, from: $((30 + down))s, to: $((60 + down))s}
END
cat >numhost.yaml <<END
api: {rate: 50/s, burst: 20}
verification:
  calls: 20/s
  calls_at_once: 100
  calls_at_once_per_site: 10
  call_takes: 6s
  windows: {mon-sun: "00:00-24:00"}
poll: {processing: 5s, verification: 2s, signature: 10s, carrier: 10s}
END
awk 'BEGIN {
  print "phone_number,site,email,address_sid,contact_title,contact_phone_number"
  for (i = 0; i < 6000; i++)
    printf "+1415555%04d,%d,s%d@example.com,AD%032d,Owner,+14155550180\n", i, i % 50, i % 9, i % 9
}' | sed 's/+1415555\([5-9]\)/+1212555\1/' >numbers.csv

"$numhost" sandbox --listen 127.0.0.1:0 --port-file port --scenario scenario.yaml >sandbox.log 2>&1 &
sandbox=$!
for _ in $(seq 100); do
  [ -s port ] && break
  sleep 0.1
done
url=http://127.0.0.1:$(cat port)
export NUMHOST_API_BASE_URL=$url NUMHOST_API_CORE_BASE_URL=$url
"$numhost" import numbers.csv --quiet
"$numhost" run --for $((130 + down))s >run.out 2>run.err &
run=$!
sleep $((120 + down)) # a minute and more after it is well again
curl -sS --fail --max-time 60 "$url/_sandbox/ledger" >ledger.jsonl
python3 "$here/tests/bench/outage_ratio.py" ledger.jsonl 30 "$down" 50
