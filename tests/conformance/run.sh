#!/usr/bin/env bash
# Drives the built sandbox with the unmodified official client: tests/conformance/run.sh [PATH OF numhost]
set -euo pipefail
cd "$(dirname "$0")"
numhost=$(realpath "${1:-../../build/dev/src/numhost}")
if [ ! -d node_modules/twilio ]; then
  npm install --no-audit --no-fund --loglevel=error
fi
exec node conformance.mjs "$numhost"
