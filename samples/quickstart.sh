#!/usr/bin/env bash
# Builds numhost and drives the 70 rows of samples/numbers.csv through the sandbox: orders, calls, signatures and
# carriers, in half a minute. No credentials, nothing leaves this machine. Everything it writes is in ./quickstart,
# made anew every time; what it starts it stops.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=quickstart
config=$folder/numhost.yaml
log=$folder/build.log
started=()

stop_started() {
  local pid
  for pid in "${started[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
}
trap stop_started EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

die() {
  echo "quickstart: $*" >&2
  exit 1
}

step() { printf '\n== %s\n' "$*"; }

tell() { printf '\n$ numhost --config %s %s\n' "$config" "$*"; }

# show WORDS...: the command as a person would type it, then its output.
show() {
  tell "$@"
  build/release/src/numhost --config "$config" "$@"
}

build() {
  cmake --preset release && cmake --build --preset release
}

start_sandbox() {
  build/release/src/numhost sandbox --listen 127.0.0.1:0 --port-file "$folder/port" \
    --scenario samples/scenarios/quickstart.yaml >"$folder/sandbox.log" 2>&1 &
  started+=($!)
  for _ in $(seq 100); do
    [ -s "$folder/port" ] && return
    kill -0 "${started[0]}" 2>/dev/null || break
    sleep 0.1
  done
  cat "$folder/sandbox.log" >&2
  die "the sandbox did not start"
}

if [ -e "$folder" ]; then
  [ -e "$folder/.quickstart" ] || die "$PWD/$folder is in the way and not of this script; please move it"
  rm -rf "$folder"
fi
mkdir "$folder"
touch "$folder/.quickstart"

step "Building (the first time takes a minute)"
./tools/install-dependencies.sh
build >"$log" 2>&1 || {
  tail -n 40 "$log" >&2
  die "the build failed; all of it is in $log"
}
echo "build/release/src/numhost: $(build/release/src/numhost version)"

step "Starting a sandbox, a model of Twilio's service on this machine"
start_sandbox
port=$(cat "$folder/port")
sed "s|http://127.0.0.1:8411|http://127.0.0.1:$port|" samples/quickstart.yaml >"$config"
echo "http://127.0.0.1:$port, configuration in $config"

step "Importing 70 rows; four of them cannot be used and say why"
show import samples/numbers.csv --rejects "$folder/rejects.csv"

step "Driving every number to its end (about half a minute)"
code=0
tell run
build/release/src/numhost --config "$config" run & # not in front, so that a signal to this script reaches it too
started=("$!" "${started[@]}")
wait "$!" || code=$?
case $code in
  0 | 3) ;; # 3: done, and some numbers failed or wait for a person, as the sample has it
  *) die "numhost run ended with exit code $code" ;;
esac

step "Writing the whole report"
show report all -o "$folder/report"

cat <<END

Done. The report is in $folder/report; open $folder/report/report.html in a browser, or go on looking:

    N="build/release/src/numhost --config $config"
    \$N report brief             # what there is for you to do, and how
    \$N status                   # the table above
    \$N show '(415) 555-0100'    # one number and its history
END
