#!/bin/sh
# The OpenAI API on http://127.0.0.1:$PORT/v1. It answers as $FIXTURES says (default: fixtures.json beside this script:
# the plans of some of the sample's requests), and 503 to what no fixture matches.
# With $OPENAI_KEY set it asks for that credential. Keeps no data.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export AIMOCK_API_KEYS="${OPENAI_KEY-}"
[ -n "$AIMOCK_API_KEYS" ] || unset AIMOCK_API_KEYS
exec node "${MARU_CACHE:-$HOME/.cache/maru}/peers/openai/node_modules/@copilotkit/aimock/dist/cli.js" \
  --host 127.0.0.1 --port "$PORT" --fixtures "${FIXTURES:-$here/fixtures.json}" --strict --log-level warn
