#!/usr/bin/env bash
# The release build has no fault point (src/base/fault_point.h): neither its code nor the name of one.
# Usage: no_fault_points.sh [RELEASE_PROGRAM [DEV_PROGRAM]]   (built already; the second must have them)
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
release=${1:-build/release/src/numhost}
dev=${2:-build/dev/src/numhost}
status=0

traces() { # what shows in PROGRAM: symbols, and names of points
  nm "$1" | grep -E ' (fault_point|fault_between|fault_shuffle|faults_[a-z]+)$'
  strings "$1" | grep -E '^(odd|fail)/'
}

traces "$release" && echo "found in $release" && status=1
[ "$(traces "$dev" | wc -l)" -ge 4 ] || { echo "not found in $dev: this would find them nowhere" && status=1; }
[ "$(nm "$release" | grep -c ' T main$')" -eq 1 ] || { echo "$release: no symbols to look at" && status=1; }
exit $status
