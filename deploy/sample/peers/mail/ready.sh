#!/bin/sh
# Seeded, and both ports answer.
[ -e "$DATA/seeded" ] || exit 1
exec python3 - "$PORT" "${SMTP_PORT:-$((PORT + 1))}" <<'PY'
import socket, sys
for port in sys.argv[1:]:
    with socket.create_connection(("127.0.0.1", int(port)), timeout=5) as line:
        if not line.recv(16):
            sys.exit(1)
PY
