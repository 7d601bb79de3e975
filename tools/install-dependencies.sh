#!/usr/bin/env bash
# Installs what the build (and with "tests" the tests) needs from Debian's packages; does nothing
# when everything is there.
set -euo pipefail

build=(build-essential cmake ninja-build pkg-config libcurl4-openssl-dev libcsv-dev libsqlite3-dev
  libyaml-dev libcyaml-dev libjansson-dev libmicrohttpd-dev libssl-dev tzdata ca-certificates)
tests=(libcmocka-dev bats sqlite3 jq curl clang clang-format clang-tidy llvm cppcheck valgrind strace
  shellcheck   nodejs npm python3)

wanted=("${build[@]}")
[ "${1:-}" = tests ] && wanted+=("${tests[@]}")

missing=()
for package in "${wanted[@]}"; do
  case "$package" in
    nodejs) command -v node >/dev/null && continue ;;
    npm) command -v npm >/dev/null && continue ;;
    python3) command -v python3 >/dev/null && continue ;;
  esac
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "Please install, as root: apt-get install ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo)
fi
echo "installing: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  "${missing[@]}" >/dev/null
