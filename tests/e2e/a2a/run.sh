#!/usr/bin/env bash
# Runs a script of this folder with the Python that install.sh set up: run.sh script.py arguments…
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python="${MARU_CACHE:-$HOME/.cache/maru}/venvs/a2a/bin/python"
[ -x "$python" ] || "$here/install.sh"
exec "$python" "$here/$1" "${@:2}"
