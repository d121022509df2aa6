#!/bin/sh
# A TAK server (taky) on 127.0.0.1:$PORT, plain TCP, and a client that tells it the positions of the sample organisation.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$DATA"
rm -f "$DATA/ready"
export TRACKS="${TRACKS:-$here/../../defense/tracks.json}" PORT DATA
exec "${MARU_CACHE:-$HOME/.cache/maru}/peers/tak/venv/bin/python" "$here/feed.py"
