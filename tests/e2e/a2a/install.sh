#!/usr/bin/env bash
# The A2A SDK for Python, as pinned in requirements.txt, in a virtual environment of its own. Safe to run again.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
venv="${MARU_CACHE:-$HOME/.cache/maru}/venvs/a2a"
cmp -s "$here/requirements.txt" "$venv/installed.txt" && exit 0
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
cp "$here/requirements.txt" "$venv/installed.txt"
