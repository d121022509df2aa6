#!/bin/sh
# taky by requirements.txt.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to="${MARU_CACHE:-$HOME/.cache/maru}/peers/tak"
mkdir -p "$to"
exec 9>"$to/.lock"; flock 9
if cmp -s "$here/requirements.txt" "$to/.installed"; then exit 0; fi
[ -x "$to/venv/bin/python" ] || python3 -m venv "$to/venv"
"$to/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
cp "$here/requirements.txt" "$to/.installed"
