#!/bin/sh
# Exit 0 once the filled database answers its reader.
PGPASSWORD=maru-read PGCONNECT_TIMEOUT=5 psql -q -h 127.0.0.1 -p "$PORT" -U maru_reader -d plant -c 'SELECT 1 FROM plant.asset LIMIT 1' >/dev/null
