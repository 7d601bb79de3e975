#!/usr/bin/env bash
# The unmodified official client library against the sandbox. Usage: run.sh [PATH OF numhost]
set -euo pipefail
numhost=$(realpath "${1:-$(dirname "$0")/../../build/dev/src/numhost}")
cd "$(dirname "$0")"
[ -d node_modules/twilio ] || npm install --silent --no-audit --no-fund
exec node conformance.mjs "$numhost"
