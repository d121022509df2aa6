#!/bin/sh
# An MQTT broker (mosquitto) on 127.0.0.1:$PORT and, in it, the Sparkplug B edge node of the sample plant.
# With PEER_TLS=FOLDER the port speaks TLS with FOLDER/serving.{pem,key} and takes only the login $PEER_LOGIN
# (user:password); PEER_MUTUAL=1: and only clients with a certificate of FOLDER/ca.pem. The edge node is then on
# $PEER_PLAIN_PORT, which takes anyone, without TLS.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$DATA"
rm -f "$DATA/ready"
export NODE_PATH="${MARU_CACHE:-$HOME/.cache/maru}/peers/mqtt/node_modules"
export PLANT="${PLANT:-$here/../../manufacturing/plant.json}" PORT DATA
exec node "$here/edge.cjs"
