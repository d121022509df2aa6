"""The world failing while Maru works: nothing is lost, nothing is done twice, and what is said names the thing."""

import contextlib
import glob
import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.request

from world import ARTICLE, TICKET, check, skip, until

CLOCK_LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1"  # of Debian's faketime
DISK_MIB = 220


def tickets(world):
    """How many there are in the system itself."""
    request = urllib.request.Request(f"http://127.0.0.1:{world.tickets.port}/issues.json?status_id=*",
                                     headers={"X-Redmine-API-Key": "sampleredminekey"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)["total_count"]


def connectors(world):
    """Checks are so far apart that each fault is met by the call itself."""
    world.restart(checks="10m", calls="3s")
    for fault, code, said in (("slow", "timeout", "did not answer in time"), ("garbage", "malformed_upstream", "not XML"),
                              ("short", "malformed_upstream", "a list of 7 that gives 0")):
        world.law.restart(LAW_FAULT=fault)
        failed = world.json(1, f"a system that is {fault}: the run fails", "ask", ARTICLE, "--as", "kim.legal")
        error = failed["steps"][0]["error"]
        check(error["code"] == code and said in error["message_en"] and "law service" in error["message_en"],
              f"and says {code}, and of which system")
        check(failed["answer"] == "" and failed["citations"] == [], "and no answer says that there is nothing")
        world.evidence(failed["run_id"], f"a system that is {fault}")
    world.law.restart()
    world.restart()


def connector_down(world):
    world.law.stop()
    time.sleep(2.5)
    result = world.run("ask", ARTICLE, "--as", "kim.legal")
    check(result.returncode == 1 and "law.article" in result.stdout,
          "a connector that is down: the run fails and names what cannot be used", result)
    world.expect(0, "the other systems are still there", "connectors", "list", "--as", "ma.admin", said="connected")
    world.law.start()
    check(until(lambda: world.run("ask", ARTICLE, "--as", "kim.legal").returncode == 0),
          "and is used again once it answers")


def goes_away(world):
    """While somebody waits for it: the call has no end before the server has."""
    world.restart(checks="10m")
    world.law.restart(LAW_FAULT="slow")
    asking = subprocess.Popen([world.maru, "ask", ARTICLE, "--as", "kim.legal", "--json", "--lang", "en"],
                              env={**os.environ, "MARU_HOME": str(world.home),
                                   "MARU_SERVER": f"127.0.0.1:{world.port}"},
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    runs = ("runs", "list", "--as", "kim.legal", "--state", "working")
    check(until(lambda: world.json(0, "it is listed", *runs)["runs"]), "a run is under way")
    run = world.json(0, "it is listed", *runs)["runs"][0]["id"]
    check(until(lambda: "has not answered yet" in world.show(run)["reason_en"]), "it says what it waits for")
    world.server.stop(signal.SIGKILL)
    out, err = asking.communicate(timeout=60)
    check(asking.returncode == 8 and json.loads(out)["run_id"] == run and "unavailable" in err,
          "marud goes away: whoever asked learns which run it was, exit 8", None)
    world.law.restart()
    world.start()
    world.completes(run)
    world.restart()


def killed(world):
    before = tickets(world)
    asked = world.json(7, "a write waits for approval", "ask", TICKET, "--as", "han.clerk", "--no-wait")
    world.server.stop(signal.SIGKILL)
    world.start()
    world.approve(asked["run_id"])
    world.completes(asked["run_id"])
    check(tickets(world) == before + 1, "marud killed: done once")


def database_killed(world):
    """While a system has the call and has not answered yet: what it did is known to nobody but itself."""
    before = tickets(world)
    asked = world.json(7, "a write waits for approval", "ask", TICKET, "--as", "han.clerk", "--no-wait")
    world.tickets.send(signal.SIGSTOP)
    world.approve(asked["run_id"])
    check(until(lambda: world.show(asked["run_id"])["steps"]["s1"]["state"] == "intended"), "the call is under way")
    lock = world.home / "postgres/data/postmaster.pid"
    server = int(lock.read_text().split()[0])
    os.kill(server, signal.SIGKILL)
    world.tickets.send(signal.SIGCONT)
    check(until(lambda: lock.exists() and int(lock.read_text().split()[0]) != server), "PostgreSQL killed: started again")
    check(until(lambda: world.run("runs", "list", "--as", "oh.audit").returncode == 0), "and marud works with it")
    world.completes(asked["run_id"])
    check(tickets(world) == before + 1, "PostgreSQL killed mid-run: done once")
    world.evidence(asked["run_id"], "PostgreSQL killed mid-run")


class SmallDisk:
    """A home on a file system of its own, which only marud and what it starts see; gone when they end."""

    def __init__(self, world):
        self.world, self.home = world, world.work / "small"
        self.home.mkdir(mode=0o711)

    def __enter__(self):
        self.world.server.stop()
        self.before = self.world.home, self.world.credentials
        self.world.home, self.world.credentials = self.home, self.seen
        mount = f'mount -t tmpfs -o size={DISK_MIB}m,mode=711 maru "$0" && exec "$@"'
        self.world.start(before=("unshare", "--mount", "sh", "-c", mount, self.home))
        return self

    def __exit__(self, *_):
        self.world.server.stop()
        self.world.home, self.world.credentials = self.before
        self.world.start()

    def seen(self):
        return pathlib.Path(f"/proc/{self.world.server.process.pid}/root{self.home}")

    def fill(self):
        with open(self.seen() / "ballast", "wb", buffering=0) as ballast, contextlib.suppress(OSError):
            while True:
                ballast.write(b"x" * 4096)

    def free(self):
        (self.seen() / "ballast").unlink()


def refusal_of_full_disk(world):
    """Asks until a request is refused; those taken before wait for room with their client, which then goes away."""
    for _ in range(20):
        try:
            refused = world.run("ask", TICKET, "--as", "han.clerk", "--no-wait", "--json", seconds=5)
        except subprocess.TimeoutExpired:
            continue
        if refused.returncode != 7:
            return refused
    return None


def says_what_it_waits_for(world, run):
    """Whether the run does, or waits for the database no longer."""
    try:
        shown = world.show(run)
    except ValueError:  # the database is starting again
        return False
    return "goes on by itself" in shown["reason_en"] or shown["state"] not in ("submitted", "working")


def disk_full(world):
    with contextlib.suppress(FileExistsError):
        (world.work / "probe").mkdir()
    mounted = subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "maru", world.work / "probe"],
                             capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        return skip("a full disk", f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    before = tickets(world)
    with SmallDisk(world) as disk:
        asked = world.json(7, "a write waits for approval", "ask", TICKET, "--as", "han.clerk", "--no-wait")
        disk.fill()
        refused = refusal_of_full_disk(world)
        check(refused is not None and refused.returncode == 8 and "resource_exhausted" in refused.stderr
              and "STORE_FULL" in refused.stderr, "a full disk: exit 8, resource_exhausted, of the database", refused)
        check(until(lambda: "No space left" in world.log()), "and marud's log says which write")
        world.expect(0, "what is there can be read", "runs", "show", asked["run_id"], "--as", "han.clerk")
        for run in world.json(0, "so can the list", "runs", "list", "--as", "han.clerk")["runs"]:
            check(until(lambda: says_what_it_waits_for(world, run["id"])), f"run {run['id']} says what it waits for")
        disk.free()
        runs = world.json(0, "room again: no run is lost", "runs", "list", "--as", "han.clerk")["runs"]
        check(asked["run_id"] in [run["id"] for run in runs], "the first of them is there")
        for run in runs:
            check(until(lambda: world.state(run["id"]) == "approval_required"), f"run {run['id']} goes on")
        world.approve(asked["run_id"])
        world.completes(asked["run_id"])
        check(tickets(world) == before + 1, "a full disk: done once")
        world.evidence(asked["run_id"], "a full disk")
    return None


def clock_back(world):
    library = glob.glob(CLOCK_LIBRARY)
    if not library:
        return skip("the clock set back", "Debian's faketime is not installed")
    before = tickets(world)
    asked = world.json(7, "another write waits", "ask", TICKET, "--as", "han.clerk", "--no-wait")
    world.server.stop()
    world.start(LD_PRELOAD=library[0], FAKETIME="-3h", FAKETIME_DONT_FAKE_MONOTONIC="1")
    world.approve(asked["run_id"])
    world.completes(asked["run_id"])
    check("clock.went_back" in world.log(), "the clock set back three hours: marud's log says so")
    check("이 컴퓨터의 시계가" in world.log(), "and so does marud to whoever starts it")
    check(tickets(world) == before + 1, "the clock set back three hours: done once")
    world.evidence(asked["run_id"], "the clock set back three hours")
    world.server.stop()
    world.start()
    return None
