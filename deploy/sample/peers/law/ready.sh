#!/bin/sh
# Ready once it answers at all: with a fault chosen, the answer is the fault. LAW_FAULT=slow: once the port is open.
exec python3 - <<'PY'
import os, socket, sys
try:
    socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), timeout=2).close()
except OSError:
    sys.exit(1)
PY
