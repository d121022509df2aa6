#!/bin/sh
# pymodbus by requirements.txt.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec sh "$here/../venv_install.sh" "$here"
