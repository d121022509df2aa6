#!/bin/sh
# node-opcua and the Node that runs it, by package-lock.json.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec sh "$here/../npm_install.sh" "$here"
