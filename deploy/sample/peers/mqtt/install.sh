#!/bin/sh
# mosquitto comes with the packages of deploy/packages.txt; the edge node's client by package-lock.json.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to="${MARU_CACHE:-$HOME/.cache/maru}/peers/mqtt"
mkdir -p "$to"
exec 9>"$to/.lock"; flock 9
if [ -e "$to/node_modules/.done" ] && cmp -s "$here/package-lock.json" "$to/node_modules/.done"; then exit 0; fi
cp "$here/package.json" "$here/package-lock.json" "$to/"
(cd "$to" && npm ci --no-audit --no-fund --loglevel=error)
cp "$here/package-lock.json" "$to/node_modules/.done"
