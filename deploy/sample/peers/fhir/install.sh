#!/bin/sh
# The FHIR server's packages, by package-lock.json.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec sh "$here/../npm_install.sh" "$here" --ignore-scripts
