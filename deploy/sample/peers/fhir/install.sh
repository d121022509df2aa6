#!/bin/sh
# Installs the FHIR server's packages, as locked here, into $MARU_CACHE/peers/fhir. Does nothing when they are there.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache="${MARU_CACHE:-$HOME/.cache/maru}/peers/fhir"
mkdir -p "$cache"
exec 9>"$cache/.lock"
flock 9
cmp -s "$here/package-lock.json" "$cache/.installed" && exit 0
command -v npm >/dev/null || { echo "npm is missing: install Node.js 18 or later" >&2; exit 1; }
cp "$here/package.json" "$here/package-lock.json" "$cache/"
cd "$cache"
npm ci --ignore-scripts --no-audit --no-fund
cp package-lock.json .installed
