"""A way to a system that is slow or loses things: a write may come long after its caller has given it up."""

import contextlib
import http.server
import signal
import threading
import time
import urllib.error
import urllib.request

from faults import tickets
from world import TICKET, check, until

CALL_SECONDS = 3
LATE_SECONDS = 1.5 * CALL_SECONDS  # after the caller's patience, before its last look


class SlowWay:
    """A proxy on loopback: what is read goes through at once; a POST after `hold` seconds, or never (None)."""

    def __init__(self, port):
        self.upstream, self.hold, self.posts = f"http://127.0.0.1:{port}", 0, 0
        way = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(*way.forward(self.path, self.headers))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                way.posts += 1
                if way.hold is not None:
                    time.sleep(way.hold)
                    self.answer(*way.forward(self.path, self.headers, body))

            def answer(self, status, body):
                with contextlib.suppress(OSError):  # the caller may have gone
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def forward(self, path, headers, body=None):
        passed = {name: headers[name] for name in ("X-Redmine-API-Key", "Content-Type") if headers[name]}
        request = urllib.request.Request(self.upstream + path, data=body, headers=passed)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def asked(world, way):
    """A run whose write has just been sent."""
    run = world.json(7, "a write waits for approval", "ask", TICKET, "--as", "han.clerk", "--no-wait")["run_id"]
    sent = way.posts
    world.approve(run)
    check(until(lambda: way.posts == sent + 1), "the write is on its way")
    return run


def comes_late(world, way):
    before, way.hold = tickets(world), LATE_SECONDS
    run = asked(world, way)
    world.completes(run)
    check(tickets(world) == before + 1 and way.posts == 1, "a write that comes late: found, and done once")
    world.evidence(run, "a write that comes late")


def comes_late_after_a_crash(world, way):
    before, sent = tickets(world), way.posts
    run = asked(world, way)
    world.server.stop(signal.SIGKILL)
    check(tickets(world) == before, "marud killed while its write is on the way: it has not come yet")
    world.start()
    check(until(lambda: tickets(world) == before + 1), "it comes")
    world.completes(run)
    check(tickets(world) == before + 1 and way.posts == sent + 1, "and is found, and done once")


def never_comes(world, way):
    before, way.hold, sent = tickets(world), None, way.posts
    run = asked(world, way)
    check(until(lambda: world.state(run) == "in_doubt"), "a write that never comes: people are asked")
    check(way.posts == sent + 1, "and it was not sent again by itself")
    shown = world.show(run)
    check("not found" in shown["reason_en"] and "찾지 못했습니다" in shown["reason_ko"], "who learn what was looked up")
    way.hold = 0
    question = [a["id"] for a in world.json(0, "the head sees the question", "approvals", "list", "--as", "seo.head")
                ["approvals"] if a["run_id"] == run]
    world.expect(2, "no answer without where it was looked for", "approvals", "again", question[0], "--as", "seo.head",
                 "--yes", said="reason")
    world.expect(0, "their word sends it once more", "approvals", "again", question[0], "--as", "seo.head", "--yes",
                 "--reason", "not in the list of tickets")
    world.completes(run)
    check(tickets(world) == before + 1 and way.posts == sent + 2, "and it is done once")
    world.evidence(run, "a write that never came")


def slow_way(world):
    way = SlowWay(world.tickets.port)
    world.restart(tickets=way.port, calls=f"{CALL_SECONDS}s", checks="10m")
    for part in (comes_late, comes_late_after_a_crash, never_comes):
        part(world, way)
    world.restart()
