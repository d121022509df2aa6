#!/bin/sh
[ -e "$DATA/seeded" ] && exec pg_isready -q -h 127.0.0.1 -p "$PORT"
exit 1
