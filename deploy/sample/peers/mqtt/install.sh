#!/bin/sh
# mosquitto comes with the packages of deploy/packages.txt; the edge node's client by package-lock.json.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec sh "$here/../npm_install.sh" "$here"
