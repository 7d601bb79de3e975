#!/usr/bin/env bash
# The long version of every proof, one after the other, and the table of what came of it: docs/proof.md. Some hours
# altogether; each proof can be run alone, and keeps its line in the table until it is run again.
# shellcheck disable=SC2016 # backticks here are Markdown
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

usage() {
  cat <<'END'
usage: tests/prove.sh [--part N] [PROOF...]
       tests/prove.sh --list | --table | --help

  PROOF...    only these; without any, all
  --part N    a Nth of the work of those that are counted, to see that everything works (at least 1)
  --list      the proofs and what each runs
  --table     write docs/proof.md from what was run before, and run nothing

A line of the table says what was run, on which commit, and how it ended. What a proof printed stays in
build/prove/PROOF.log. Ends with "N passed, N failed".

  tests/prove.sh --part 100             all of it in some minutes
  nice tests/prove.sh simulation        10,000 seeds
END
}

part=1
# A count, or its part.
of() { echo $(($1 / part > 0 ? $1 / part : 1)); }

# The proofs: NAME | what is shown | build presets | the line of the output with the figure | command
proofs() {
  cat <<END
simulation|every seed keeps every invariant|dev|[0-9]+ passed, [0-9]+ failed|build/dev/tests/numhost-sim --jobs $(nproc) 1 $(of 10000)
orders|2 numbers, 1 fault, every order of completions|dev|[0-9]+ passed, [0-9]+ failed|build/dev/tests/numhost-sim --exhaustive --jobs $(nproc)
bite|every seeded bug is caught||[0-9]+ passed, [0-9]+ failed|tests/bite/run.sh
crash|killed at system calls, requests, commits: nothing twice, nothing lost|dev|[0-9]+ passed, [0-9]+ failed|tests/crash/sweep.py --trials $(of 5000)
power|power cuts: no acknowledged commit lost, no promise broken by what goes on|dev|altogether|build/dev/tests/numhost-power $(of 2001) 1
power-files|power cuts: no half file under a final name|dev|[0-9]+ passed, [0-9]+ failed|tests/power/report_cuts.py --cuts $(of 500)
store|the store in trouble|dev|^ok [0-9]+|bats tests/cli/store.bats tests/cli/dying.bats tests/cli/trouble.bats
matrix|every request, every trouble, before and after the effect|dev|[0-9]+ test|build/dev/tests/test_service_matrix
service|the rest of the service in trouble: orders, documents, outages, TLS, DNS|dev|PASSED|for t in service_orders service_documents service_outage transport_trust; do build/dev/tests/test_\$t; done
adoption|orders that exist are found, not made again|dev|^ok [0-9]+|bats tests/cli/sync.bats
fuzz|hostile input||[0-9]+ passed, [0-9]+ failed|tests/fuzz/run.sh --lean --runs $(of 10000000)
failures|every call that may fail, failing|dev asan|call sites|rm -rf build/prove/sites; mkdir -p build/prove/sites; for t in build/dev/tests/test_*_fails; do FAULTS_SITES=\$PWD/build/prove/sites \$t; done; for t in build/asan/tests/test_*_fails; do \$t; done; tests/fault_sites.py build/prove/sites
coverage|lines and sides of conditions that the tests run||whole program|tests/coverage.sh
valgrind|no report from Valgrind on a whole job|dev|[0-9]+ passed, [0-9]+ failed|tests/valgrind.sh
addresses|no report from the address and undefined behaviour sanitizers on a whole job|asan|[0-9]+ passed, [0-9]+ failed|tests/valgrind.sh build/asan/src/numhost
threads|no report from the thread sanitizer on a whole job|tsan|[0-9]+ passed, [0-9]+ failed|tests/valgrind.sh build/tsan/src/numhost
analysers|no report from clang-tidy, cppcheck, gcc -fanalyzer|dev||tests/lint.sh
secrets|no secret anywhere|dev|^ok [0-9]+|bats tests/cli/secrets.bats
walkthrough|5,000 messy rows through a bad night|dev|[0-9]+ of [0-9]+|tests/walkthrough.sh
END
}

folder=build/prove

machine() {
  awk -v cores="$(nproc)" '/^MemTotal/ { printf "%d cores, %.0f GiB", cores, $2 / 1048576 }' /proc/meminfo
}

commit() {
  git describe --always --dirty --abbrev=9 2>/dev/null || echo unknown
}

# prove NAME WHAT PRESETS FIGURE COMMAND
prove() {
  local name=$1 what=$2 preset began=$SECONDS state=passed figure row=$folder/$1.row
  [ "$part" -gt 1 ] && row=/dev/null
  shift 2
  for preset in $1; do
    cmake --preset "$preset" >"$folder/$name.log" 2>&1 && cmake --build --preset "$preset" >>"$folder/$name.log" 2>&1 ||
      state="not built"
  done
  [ "$state" = passed ] && { bash -ec "$3" >"$folder/$name.log" 2>&1 </dev/null || state=FAILED; }
  figure=$(grep -E -- "${2:-.}" "$folder/$name.log" | tail -n 1)
  printf '| %s | `%s` | %s | %s | %d min | %s | %s | %s |\n' "$what" "$3" "${figure//|/\\|}" "$state" \
    $(((SECONDS - began + 59) / 60)) "$(date +%F)" "$(commit)" "$(machine)" >"$row"
  printf '%-8s %-12s %5d s  %s\n' "$state" "$name" $((SECONDS - began)) "$figure"
  [ "$state" = passed ]
}

table() {
  local name what
  {
    echo '# Proof'
    echo
    echo 'What the long proofs gave, each when it was run last; `tests/prove.sh` writes this page. What each of them does, and what'
    echo 'it does not show, is in [reliability.md](reliability.md), which also has figures of those that have no line here yet.'
    echo
    echo '| what | command | figure | | took | date | commit | machine |'
    echo '|---|---|---|---|---|---|---|---|'
    while IFS='|' read -r name what _; do # its new line, or the one it has
      cat "$folder/$name.row" 2>/dev/null || grep -sF "| $what |" docs/proof.md || true
    done < <(proofs)
  } >"$folder/proof.md" && cp "$folder/proof.md" docs/proof.md
}

chosen=()
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --list) proofs | awk -F'|' '{ printf "%-12s %s\n             %s\n", $1, $2, $5 }'; exit 0 ;;
    --table) mkdir -p "$folder" && table; exit ;;
    --part)
      case ${2-} in '' | *[!0-9]* | 0*) echo "--part needs a number from 1 on" >&2; exit 2 ;; esac
      part=$2
      shift ;;
    -*) usage >&2; exit 2 ;;
    *) proofs | grep -q "^$1|" || { echo "there is no proof $1; --list shows them" >&2; exit 2; }
      chosen+=("$1") ;;
  esac
  shift
done

mkdir -p "$folder"
passed=0
failed=0
while IFS='|' read -r -u 3 name what presets figure command; do
  [ ${#chosen[@]} -gt 0 ] && [[ " ${chosen[*]} " != *" $name "* ]] && continue
  if prove "$name" "$what" "$presets" "$figure" "$command"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done 3< <(proofs)
[ "$part" -eq 1 ] && table
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
