#!/bin/sh
# A TAK server (taky) on 127.0.0.1:$PORT, plain TCP, and a client that tells it the positions of the sample organisation.
# With PEER_TLS=FOLDER the port speaks TLS with FOLDER/serving.{pem,key}; PEER_MUTUAL=1: and takes only clients with a
# certificate of FOLDER/ca.pem. The client is then on $PEER_PLAIN_PORT (taky's monitor port), without TLS.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$DATA"
rm -f "$DATA/ready"
export TRACKS="${TRACKS:-$here/../../defense/tracks.json}" PORT DATA
exec "${MARU_CACHE:-$HOME/.cache/maru}/peers/tak/venv/bin/python" "$here/feed.py"
