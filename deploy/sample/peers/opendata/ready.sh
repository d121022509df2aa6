#!/bin/sh
exec python3 - <<'PY'
import os, socket, sys
try:
    socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), timeout=2).close()
except OSError:
    sys.exit(1)
PY
