#!/usr/bin/env bash
# Format, clang-tidy, cppcheck, gcc -fanalyzer and shellcheck. Needs build/clang (tests/run.sh makes it).
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
status=0
mapfile -t sources < <(git ls-files 'src/*.c' 'tests/*.c')
mapfile -t headers < <(git ls-files 'src/*.h' 'tests/*.h')

clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}" || status=1

[ -e build/clang/compile_commands.json ] || { # without it clang-tidy finds nothing, in silence
  echo "build/clang is missing: cmake --preset clang" >&2
  exit 1
}
mapfile -t tidied < <(git ls-files 'src/*.c')
printf '%s\0' "${tidied[@]}" |
  xargs -0 -n 4 -P "$(nproc)" clang-tidy -p build/clang --quiet 2>/dev/null |
  grep -E '(warning|error):' && status=1

cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
  --suppress=missingIncludeSystem --error-exitcode=1 -j "$(nproc)" -I src src || status=1

# gcc's analyzer on each source, as build/clang compiles it but for flags that gcc does not know.
mapfile -t analyzed < <(jq -r --arg root "$PWD/src/" \
  '.[] | select(.file | startswith($root)) | .command' build/clang/compile_commands.json |
  sed -E 's/^[^ ]+/gcc/; s/ -o [^ ]+//; s/-fcolor-diagnostics|-Werror//; s/$/ -fanalyzer -o \/dev\/null/')
printf '%s\0' "${analyzed[@]}" | xargs -0 -P "$(nproc)" -I{} sh -c '{}' 2>&1 |
  grep -E -A 12 '(warning|error):' && status=1

mapfile -t scripts < <(git ls-files '*.sh' '.ci/run')
shellcheck "${scripts[@]}" || status=1
exit $status
