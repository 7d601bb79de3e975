#!/usr/bin/env bash
# The unmodified official client library against the sandbox. Usage: run.sh [PATH OF numhost]
# The library needs Node.js 20; where the machine has an older one (Debian 12 has 18), npm brings it.
set -euo pipefail
numhost=$(realpath "${1:-$(dirname "$0")/../../build/dev/src/numhost}")
cd "$(dirname "$0")"
[ -d node_modules/twilio ] || npm install --silent --no-audit --no-fund
node=node
if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt "${NODE_AT_LEAST:-20}" ]; then
  [ -x node_modules/node/bin/node ] || npm install --silent --no-audit --no-fund --no-save node@20
  node=node_modules/node/bin/node
fi
exec "$node" conformance.mjs "$numhost"
