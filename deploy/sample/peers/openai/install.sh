#!/bin/sh
# aimock (MIT), a server of the OpenAI API that answers as its fixtures say; pinned by package-lock.json.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to="${MARU_CACHE:-$HOME/.cache/maru}/peers/openai"
mkdir -p "$to"
exec 9>"$to/.lock"; flock 9
if cmp -s "$here/package-lock.json" "$to/.installed"; then exit 0; fi
cp "$here/package.json" "$here/package-lock.json" "$to/"
(cd "$to" && npm ci --no-audit --no-fund --ignore-scripts)
cp "$here/package-lock.json" "$to/.installed"
