#!/bin/sh
# Public data portal (data.go.kr format) on http://127.0.0.1:$PORT. Key: sample. OPENDATA_FAULT: quota | error_in_200 |
# garbage makes every answer that fault.
here=$(cd "$(dirname "$0")" && pwd)
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$here/server.py" "$here/../../administration/opendata.json"
