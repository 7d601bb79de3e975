#!/usr/bin/env bash
# Do the proofs bite? Each tests/bite/*.patch seeds one bug into a throwaway copy of the tree; then the
# proofs run in order of cost until one of them fails. Prints "bug | caught by" and, last, "N passed,
# N failed": passed is caught. A patch that no longer applies or builds is a failure, too.
#   tests/bite/run.sh [PART-OF-A-NAME...]    only these bugs
# Takes about half a minute a bug; the copy and its build stay in build/bite for the next time.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
root=$PWD
tree=$root/build/bite/tree
build=$root/build/bite/build
log=$root/build/bite/log

units=(test_lifecycle)
for source in tests/unit/test_decide*.c; do
  units+=("$(basename "$source" .c)")
done
units+=(test_pace test_window test_failure)
for source in tests/unit/test_store*.c; do
  units+=("$(basename "$source" .c)")
done
units+=(test_power test_transport_once test_transport_curl test_executor)
for source in tests/unit/test_wire*.c tests/unit/test_engine*.c tests/unit/test_service_{orders,documents,late}.c \
  tests/unit/test_transport_trust.c tests/unit/test_service_outage.c; do
  units+=("$(basename "$source" .c)")
done
simulations=("numhost-sim 1 6" test_simulation "numhost-sim 21 60") # the first seeds, then all
declare -A sum_without # of each proof, as built without any bug

# Make the copy what the tree is, touching only what differs: so only that is built again.
copy_tree() {
  mkdir -p "$tree" || return 1
  git ls-files --cached --others --exclude-standard -- CMakeLists.txt CMakePresets.json cmake config samples src \
    tests tools docs | sort >"$build.files"
  (cd "$tree" && find . -type f | sed 's,^\./,,' | sort) | comm -23 - "$build.files" |
    while IFS= read -r file; do rm -f "$tree/$file"; done
  while IFS= read -r file; do
    [ -f "$file" ] || continue
    cmp -s "$file" "$tree/$file" && continue
    mkdir -p "$tree/$(dirname "$file")" && cp "$file" "$tree/$file" || return 1
  done <"$build.files"
}

configure() {
  cmake -G Ninja -S "$tree" -B "$build" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DNUMHOST_WERROR=OFF >"$log" 2>&1
}

# A proof is a program with its arguments.
run_proof() {
  local -a words
  read -ra words <<<"$1"
  timeout 600 "$build/tests/${words[0]}" "${words[@]:1}" >"$log" 2>&1
}

sum_of() {
  cksum <"$build/tests/${1%% *}"
}

# Build the proofs and run them until one fails: say which, and which promise of it. A program that
# is the same as without the bug cannot tell anything new. Says nothing when all of them hold.
catch_with() {
  local proof status promise
  if ! nice ninja -C "$build" "${@%% *}" >"$log" 2>&1; then
    echo "DOES NOT BUILD: $(grep -m 1 error "$log")"
    return
  fi
  for proof in "$@"; do
    [ "$(sum_of "$proof")" = "${sum_without[$proof]:-}" ] && continue
    run_proof "$proof"
    status=$?
    [ $status -eq 0 ] && continue
    promise=$(sed -n 's/^\[  FAILED  \] \([a-z_0-9]\{6,\}\).*/\1/p' "$log" | head -n 1)
    [ -z "$promise" ] && promise=$(grep -m 1 -oE 'seed [0-9]+: VIOLATION.*|broken invariant: .*|Assertion.*failed' "$log")
    [ $status -eq 124 ] && promise="hangs"
    echo "$proof${promise:+: $promise}"
    return
  done
}

catch() {
  local caught
  caught=$(catch_with "${units[@]}")
  [ -n "$caught" ] || caught=$(catch_with "${simulations[@]}")
  echo "$caught"
}

fail() {
  echo "$1" >&2
  exit 1
}

mkdir -p build/bite
copy_tree || fail "cannot copy the tree to $tree"
configure || fail "cannot configure $build: $(tail -n 5 "$log")"
clean=$(catch)
[ -z "$clean" ] || fail "without any bug, a proof fails already: $clean"
for proof in "${units[@]}" "${simulations[@]}"; do
  sum_without[$proof]=$(sum_of "$proof")
done

passed=0
failed=0
echo "bug | caught by"
for patch in "$root"/tests/bite/*.patch; do
  name=$(basename "$patch" .patch)
  if [ $# -gt 0 ]; then
    wanted=no
    for part in "$@"; do [[ $name == *"$part"* ]] && wanted=yes; done
    [ $wanted = yes ] || continue
  fi
  if ! patch --dry-run -s -p1 -d "$tree" <"$patch" >"$log" 2>&1; then
    echo "$name | NOT APPLIED: the code moved on; seed the same bug again by hand"
    failed=$((failed + 1))
    continue
  fi
  patch -s --no-backup-if-mismatch -p1 -d "$tree" <"$patch" >"$log" 2>&1
  caught=$(catch)
  case $caught in
  "") caught="NOTHING: the proofs do not bite" failed=$((failed + 1)) ;;
  "DOES NOT BUILD"*) failed=$((failed + 1)) ;;
  *) passed=$((passed + 1)) ;;
  esac
  echo "$name | $caught"
  patch -R -s --no-backup-if-mismatch -p1 -d "$tree" <"$patch" >"$log" 2>&1 || copy_tree ||
    fail "cannot restore the tree in $tree"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
