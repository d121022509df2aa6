#!/bin/sh
# python-hwpx: writes the HWPX files of the sample, and checks those that Maru writes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to="${MARU_CACHE:-$HOME/.cache/maru}/peers/hwpx"
mkdir -p "$to"
exec 9>"$to/.lock"; flock 9
if cmp -s "$here/requirements.txt" "$to/venv/.done"; then exit 0; fi
rm -rf "$to/venv"
python3 -m venv "$to/venv"
"$to/venv/bin/pip" install -q --no-input --disable-pip-version-check -r "$here/requirements.txt"
cp "$here/requirements.txt" "$to/venv/.done"
