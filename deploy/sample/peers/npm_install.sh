#!/bin/sh
# npm_install.sh FOLDER [npm options]: the packages that FOLDER/package-lock.json pins, into $MARU_CACHE/peers/NAME. Does
# nothing when they are there. Called by the install.sh of peers that are npm packages.
set -eu
. "$(dirname "$0")/../../say.sh"
here=$1; shift
to="${MARU_CACHE:-$HOME/.cache/maru}/peers/$(basename "$here")"
mkdir -p "$to"
exec 9>"$to/.lock"; flock 9
if cmp -s "$here/package-lock.json" "$to/.installed"; then exit 0; fi
command -v npm >/dev/null || {
  words "npm is missing: install Node.js" "npm이 없습니다: Node.js를 설치하십시오" >&2
  exit 1
}
cp "$here/package.json" "$here/package-lock.json" "$to/"
(cd "$to" && npm ci --no-audit --no-fund --loglevel=error "$@")
cp "$here/package-lock.json" "$to/.installed"
