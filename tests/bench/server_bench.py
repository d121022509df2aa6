#!/usr/bin/env python3
"""How soon marud is there, and what it holds when idle, with the planner that ships and no connectors.

    server_bench.py [MARUD]      prints one JSON object; default build/bin/marud

first: the database is made. again: the median of five later starts. Of an idle server, after some seconds: resident
memory of its own process, the planner's weights included; what of it is files (programs, weights), which the system
can take back; and that of its PostgreSQL, pages that its processes share counted once.
"""

import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import monotonic, sleep

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STARTS = 5
IDLE_SECONDS = 5


def free_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def write_config(home):
    config = home / "maru.yaml"
    config.write_text(f'''server:
  listen: "127.0.0.1:{free_port()}"
metrics:
  listen: "127.0.0.1:{free_port()}"
model:
  directory: "{ROOT}/deploy/models/planner"
''')
    return config


class Server:
    """A running marud, and how long it took until it listened."""

    def __init__(self, marud, home):
        begin = monotonic()
        self.log = home / "marud.log"
        with self.log.open("w") as log:
            command = [marud, "--home", home, "--config", home / "maru.yaml"]
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        while "server.ready" not in self.log.read_text():
            if self.process.poll() is not None or monotonic() - begin > START_SECONDS:
                self.process.kill()
                sys.exit(f"marud did not start:\n{self.log.read_text()}")
            sleep(0.005)
        self.seconds = monotonic() - begin

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(START_SECONDS)


def memory(pid, field):
    """Bytes, of /proc/PID/smaps_rollup or status."""
    for name in ("smaps_rollup", "status"):
        for line in Path(f"/proc/{pid}/{name}").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) << 10
    sys.exit(f"no {field} of process {pid}")


def below(pid):
    """All processes that descend from one."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *below(int(child))]
    return found


def measure(marud, home):
    write_config(home)
    first = Server(marud, home)
    first.stop()
    starts = []
    for i in range(STARTS):
        server = Server(marud, home)
        starts.append(server.seconds)
        if i + 1 < STARTS:
            server.stop()
    sleep(IDLE_SECONDS)
    pid = server.process.pid
    held = {"resident": memory(pid, "VmRSS"), "of_files": memory(pid, "RssFile"),
            "postgres": sum(memory(child, "Pss") for child in below(pid))}  # fmt: skip
    server.stop()
    return {"bench": "server", "start_seconds": {"first": first.seconds, "again": median(starts)}, "idle_bytes": held}


def main():
    marud = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/bin/marud").resolve()
    home = Path(tempfile.mkdtemp(prefix="maru-server-bench-"))
    home.chmod(0o755)  # PostgreSQL does not run as root: its user must reach its folder
    try:
        print(json.dumps(measure(marud, home), indent=1))
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
