#!/bin/sh
# python-hwpx: writes the HWPX files of the sample, and checks those that Maru writes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec sh "$here/../venv_install.sh" "$here"
