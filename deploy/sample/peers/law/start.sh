#!/bin/sh
# Law service (DRF) on 127.0.0.1:$PORT, from deploy/sample/legal. OC key: $LAW_OC (default "sample"); any Referer.
# Base address for the connector: http://127.0.0.1:$PORT/DRF
here=$(cd "$(dirname "$0")" && pwd)
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$here/server.py" "$here/../../legal"
