#!/bin/sh
# aimock (MIT), a server of the OpenAI API that answers as its fixtures say; by package-lock.json.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec sh "$here/../npm_install.sh" "$here" --ignore-scripts
