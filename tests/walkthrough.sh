#!/usr/bin/env bash
# A bad night from beginning to end: a messy CSV of 5,000 rows is imported, mended, imported again and run against a sandbox
# in which one request in five goes wrong, killed three times, with operator commands in between, to the end. Then the
# sandbox's ledger and the reports are compared (tests/walkthrough/check.py). Takes some minutes; not part of tests/run.sh.
#
#     tests/walkthrough.sh [PROGRAM]       PROGRAM: default build/release/src/numhost, else build/dev/src/numhost
#
# ROWS=5000 SEED=1 KEEP=FOLDER in the environment; everything it writes is in KEEP, or in a folder that is removed.
set -euo pipefail
cd "$(dirname "$0")/.."

rows=${ROWS:-5000}
seed=${SEED:-1}
numhost=${1:-build/release/src/numhost}
[ -x "$numhost" ] || numhost=build/dev/src/numhost
numhost=$(realpath "$numhost")
here=$PWD
RANDOM=$seed
sandbox=
run=
kills=0
began=$SECONDS

if [ -n "${KEEP:-}" ]; then
  mkdir "$KEEP"
  work=$(realpath "$KEEP")
else
  work=$(mktemp -d)
fi

finish() {
  for pid in $run $sandbox; do
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work"
for name in $(compgen -e | grep -E '^(NUMHOST_|TWILIO_)'); do unset "$name"; done
export HOME=$work XDG_CONFIG_HOME=$work/none TZ=UTC NO_COLOR=1

die() {
  echo "walkthrough: $*" >&2
  exit 1
}

step() { printf '\n== %s (%d s)\n' "$*" $((SECONDS - began)); }

# show CODES WORDS...: the command as a person types it, its output, and an end of it that is among CODES ("0" or "0 3").
show() {
  local codes=$1 code=0
  shift
  printf '\n$ numhost'
  printf ' %q' "$@"
  printf '\n'
  "$numhost" "$@" 2>&1 </dev/null || code=$?
  [[ " $codes " == *" $code "* ]] || die "numhost $1 ended with exit code $code, not $codes"
  [ "$code" -eq 0 ] || echo "(exit code $code)"
}

status() { "$numhost" status --json | jq "$1"; }

write_config() {
  cat >numhost.yaml <<END
database: numhost.db
api:
  base_url: http://127.0.0.1:$1
  core_base_url: http://127.0.0.1:$1
  workers: 64
  rate: 300/s
  burst: 50
  timeout: 3s
  reconcile_grace: 8s # the sandbox's late effects come after three seconds, 30 s of its own time
verification:
  calls: 100/s
  calls_at_once: 200
  calls_at_once_per_site: 5
  call_takes: 4s
  call_again_after: 3s
  windows: {mon-sun: "00:00-24:00"}
loa: {wait_for_stragglers: 45s, contact_title: Store Manager, contact_phone_number: "+14155550180"}
poll: {processing: 1s, verification: 1s, signature: 1s, carrier: 2s}
retry: {base: 200ms, cap: 5s}
END
}

# The bad night, ten times as fast: its late effects come after three seconds, its signers after one to twelve.
start_sandbox() {
  date +%s%3N >started_ms
  "$numhost" sandbox --listen 127.0.0.1:0 --port-file port --seed "$seed" --speed 10 \
    --scenario "$here/samples/scenarios/bad-night.yaml" >sandbox.log 2>&1 &
  sandbox=$!
  for _ in $(seq 100); do
    [ -s port ] && break
    sleep 0.1
  done
  [ -s port ] || die "the sandbox did not start"
}

start_run() {
  printf '\n$ numhost run &\n'
  "$numhost" run >>run.out 2>>run.err </dev/null &
  run=$!
  for _ in $(seq 100); do
    [ -S numhost.db.sock ] && "$numhost" limit --rate 300/s >/dev/null 2>&1 && return
    kill -0 "$run" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 5 run.err >&2
  die "the run did not start"
}

# until_status FILTER: at most four minutes, while the run is going.
until_status() {
  for _ in $(seq 1200); do
    [ "$(status "$1")" = true ] && return
    kill -0 "$run" 2>/dev/null || die "the run ended before it was $1"
    sleep 0.2
  done
  die "it never was $1"
}

# kill_run FILTER: at a seeded moment of the second after FILTER came true.
kill_run() {
  until_status "$1"
  sleep "0.$(printf %03d $((RANDOM % 1000)))"
  kill -9 "$run" || die "the run had ended before it could be killed"
  wait "$run" 2>/dev/null || true
  run=
  kills=$((kills + 1))
  printf '\n$ kill -9 %%1\n'
  "$numhost" status | tail -n 1
}

# some STATUS COUNT: so many phone numbers in that status, seeded.
some() {
  "$numhost" report progress --format csv 2>/dev/null |
    python3 "$here/tests/walkthrough/pick.py" "$1" "$2" $((RANDOM + 1))
}

# try_cancel STATUS COUNT: the numbers may have gone on meanwhile, so skipped ones are no trouble.
try_cancel() {
  local numbers
  mapfile -t numbers < <(some "$1" "$2")
  [ "${#numbers[@]}" -gt 0 ] || return 0
  show "0 3" cancel "${numbers[@]}" --yes
}

# Every authorization document, page after page.
read_documents() {
  local next="$1/HostedNumbers/AuthorizationDocuments?PageSize=1000"
  while [ "$next" != null ]; do
    curl -sS --fail --max-time 60 -u ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:x "$next" >page.json
    jq -c '.items[]' page.json >>documents.jsonl
    next=$(jq -r .meta.next_page_url page.json)
  done
}

end_of_run() {
  local code=0
  for _ in $(seq 3000); do
    kill -0 "$run" 2>/dev/null || break
    sleep 0.2
  done
  kill -0 "$run" 2>/dev/null && die "the run does not end: $("$numhost" status | tail -n 1)"
  wait "$run" || code=$?
  run=
  [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || die "the run ended with exit code $code: $(tail -n 3 run.err)"
  printf '(the run ends with exit code %d)\n' "$code"
}

start_sandbox
write_config "$(cat port)"
step "A messy CSV, first in the wrong encoding"
python3 "$here/samples/make-messy-csv.py" "$rows" >stores.csv
iconv -f UTF-8 -t UTF-16 stores.csv >stores-unicode.csv
show 5 import stores-unicode.csv --batch stores

step "Import: what cannot be used says why"
show 0 import stores.csv 2>&1 | grep -v ': line '
show 0 import stores.csv --json 2>/dev/null | grep '^{' | jq -c .outcomes

step "Mended by a person, imported again"
cp stores.rejects.csv first.rejects.csv
printf '\n$ mend.py stores.rejects.csv mended.csv\n'
python3 "$here/tests/walkthrough/mend.py" first.rejects.csv mended.csv
show 0 import mended.csv --batch stores --rejects mended.rejects.csv
show 0 status

step "A bad night begins"
start_run
until_status '.statuses.queued.total * 10 < .rows * 9'
show 0 hold --site "Store 007" --yes
show 0 limit --rate 150/s
try_cancel queued 3
try_cancel received 3
show 0 limit --rate 300/s
kill_run '.statuses.queued.total * 10 < .rows * 7'

step "Killed once; on it goes"
start_run
try_cancel pending-verification 3
until_status '.statuses.queued.total * 10 < .rows * 4'
show 0 release --site "Store 007" --yes
kill_run '(.completed + .statuses["pending-loa"].total + .statuses["carrier-processing"].total) * 20 > .rows'

step "Killed twice; people decide while it runs"
start_run
until_status '.completed * 10 > .rows'
show "0 1 3" retry --reason attempts-kept --last-attempt --yes # 1: there is none yet
show "0 1 3" retry --status failed --yes
try_cancel verified 3
kill_run '.completed * 10 > .rows * 3'

step "Killed three times; to the end"
start_run
end_of_run
show "0 3" status

step "The morning: what is left is for people"
show 0 report brief
step "They decide; the last calls, other letters, failed numbers once more"
show "0 1 3" retry --reason attempts-kept --last-attempt --yes
show "0 1 3" retry --reason loa-declined --yes
show "0 1 3" retry --status failed --yes
start_run
end_of_run
show "0 3" status
show 0 report all -o report
number=$(some needs-attention 1)
[ -z "$number" ] || show 0 show "$number"

step "Checks"
url=http://127.0.0.1:$(cat port)
curl -sS --fail --max-time 60 "$url/_sandbox/ledger" >ledger.jsonl
curl -sS --fail --max-time 60 "$url/_sandbox/orders" >orders.jsonl
curl -sS --fail --max-time 60 --data-binary @"$here/samples/scenarios/calm.yaml" "$url/_sandbox/scenario" >/dev/null
read_documents "$url"
"$numhost" status --json >status.json
[ "$kills" -eq 3 ] || die "there were $kills kills"
echo "$(wc -l <ledger.jsonl) requests, $kills kills, $((SECONDS - began)) s"
python3 "$here/tests/walkthrough/check.py" "$work"
