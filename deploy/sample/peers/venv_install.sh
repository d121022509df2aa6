#!/bin/sh
# venv_install.sh FOLDER: the packages that FOLDER/requirements.txt pins, into a virtual environment of their own,
# $MARU_CACHE/peers/NAME/venv. Does nothing when they are there. Called by the install.sh of peers that are on PyPI.
set -eu
here=$1
to="${MARU_CACHE:-$HOME/.cache/maru}/peers/$(basename "$here")"
mkdir -p "$to"
exec 9>"$to/.lock"; flock 9
if cmp -s "$here/requirements.txt" "$to/venv/.done"; then exit 0; fi
rm -rf "$to/venv"
python3 -m venv "$to/venv"
"$to/venv/bin/pip" install --quiet --no-input --disable-pip-version-check -r "$here/requirements.txt"
cp "$here/requirements.txt" "$to/venv/.done"
