"""Runs taky (a TAK server) and, beside it, a client that tells it the positions of tracks.json.

Environment: PORT, DATA, TRACKS; for TLS see start.sh. Stops both on SIGTERM.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import escape, quoteattr

port, data, tls = int(os.environ['PORT']), os.environ['DATA'], os.environ.get('PEER_TLS')
plain_port = int(os.environ['PEER_PLAIN_PORT']) if tls else port
ssl = (f'enabled = true\nca = {tls}/ca.pem\ncert = {tls}/serving.pem\nkey = {tls}/serving.key\n'
       f'cert_db = {data}/certificates.txt\nclient_cert_required = {os.environ.get("PEER_MUTUAL") == "1"}\n'
       if tls else 'enabled = false\n')
monitor = f'mon_ip = 127.0.0.1\nmon_port = {plain_port}\n' if tls else ''
plan = json.load(open(os.environ['TRACKS'], encoding='utf-8'))
config = os.path.join(data, 'taky.conf')
with open(config, 'w') as file:
    file.write(f'[taky]\nhostname = localhost\nbind_ip = 127.0.0.1\nroot_dir = {data}\n[cot_server]\nport = {port}\n{monitor}'
               f'[dp_server]\nupload_path = {data}/dp\n[ssl]\n{ssl}')
server = subprocess.Popen([os.path.join(os.path.dirname(sys.executable), 'taky'), '-c', config, '-l', 'warning'])


def stop(*_):
    server.terminate()
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)


def event(track):
    now = datetime.now(timezone.utc)
    text = lambda moment: moment.strftime('%Y-%m-%dT%H:%M:%S.%fZ')
    return (f'<event version="2.0" uid={quoteattr(track["uid"])} type="{track["type"]}" how="m-g" time="{text(now)}" '
            f'start="{text(now)}" stale="{text(now + timedelta(minutes=5))}"><point lat="{track["lat"]}" lon="{track["lon"]}" '
            f'hae="0" ce="50" le="50"/><detail><contact callsign={quoteattr(track["callsign"])}/>'
            f'<remarks>{escape(track["remarks"])}</remarks></detail></event>').encode()


while server.poll() is None:
    try:
        with socket.create_connection(('127.0.0.1', plain_port), timeout=5) as feed:
            while server.poll() is None:
                for track in plan['tracks']:
                    feed.sendall(event(track))
                open(os.path.join(data, 'ready'), 'w').write('told\n')
                feed.settimeout(0.01)
                try:
                    while feed.recv(65536):
                        pass
                except TimeoutError:
                    pass
                feed.settimeout(5)
                time.sleep(plan['every_seconds'])
    except OSError:
        time.sleep(0.3)
sys.exit(server.returncode)
