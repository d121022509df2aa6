#!/bin/sh
# FHIR R4 server on 127.0.0.1:$PORT, seeded from deploy/sample/medical on first start; what is written since is kept in
# $DATA. Base address for the connector: http://127.0.0.1:$PORT/fhir/R4, bearer token $FHIR_TOKEN (default "sample-token").
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export FHIR_MODULES="${MARU_CACHE:-$HOME/.cache/maru}/peers/fhir"
exec node "$here/server.mjs" "$here/../../medical/records.json"
