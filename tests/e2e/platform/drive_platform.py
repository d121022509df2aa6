"""Drives a real marud with its own PostgreSQL, the shipped planner and real peers: the main job, and every error that
the README shows.

usage: drive_platform.py MARUD MARU SOURCE_DIR

Ends with 1 at the first thing that is not as it should be. Everything listens on loopback and is stopped by its own
process id.
"""

import contextlib
import glob
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

CLOCK_LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1"  # of Debian's faketime
ARTICLE = "개인정보 보호법 제26조 보여줘"
DOCUMENT, SECRET = "DOC-2055 본문 보여줘", "교체가 필요하다"
TICKET = "시설 담당에 '전등 교체' 요청을 등록해줘"
START_SECONDS = 90


def check(condition, what, result=None):
    print(("ok      " if condition else "FAILED  ") + what, flush=True)
    if not condition:
        if result is not None:
            print(result.stdout, result.stderr, sep="\n")
        raise SystemExit(1)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Process:
    """A server in a process group of its own."""

    def __init__(self, command, environment, log):
        self.log = log
        self.process = subprocess.Popen(command, env=environment, stdout=open(log, "ab"), stderr=subprocess.STDOUT,
                                        stdin=subprocess.DEVNULL, start_new_session=True)

    def wait_until(self, ready, what):
        end = time.monotonic() + START_SECONDS
        while not ready():
            if self.process.poll() is not None or time.monotonic() > end:
                print(pathlib.Path(self.log).read_text(errors="replace")[-3000:])
                raise SystemExit(f"{what} did not start")
            time.sleep(0.2)

    def stop(self, how=signal.SIGTERM):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        try:
            self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Peer(Process):
    def __init__(self, source, work, name):
        folder = source / "deploy/sample/peers" / name
        self.port = free_port()
        self.environment = {**os.environ, "PORT": str(self.port), "DATA": str(work / name)}
        (work / name).mkdir()
        subprocess.run(["bash", folder / "install.sh"], env=self.environment, check=True, capture_output=True)
        super().__init__(["bash", folder / "start.sh"], self.environment, work / f"{name}.log")
        ready = ["bash", folder / "ready.sh"]
        self.wait_until(lambda: subprocess.run(ready, env=self.environment, capture_output=True, check=False)
                        .returncode == 0, name)


class World:
    """One home, its configuration, and what runs for it."""

    def __init__(self, marud, maru, source, work):
        self.marud, self.maru, self.source, self.work = marud, maru, source, work
        self.home = work / "home"
        self.home.mkdir(mode=0o711)
        self.port, self.metrics_port = free_port(), free_port()
        self.law, self.tickets, self.office = (Peer(source, work, name) for name in ("law", "tickets", "admindb"))
        (work / "oc").write_text("sample\n")
        (work / "redmine").write_text("sampleredminekey\n")
        (work / "pgpass").write_text(f"127.0.0.1:{self.office.port}:*:*:sample\n")
        (work / "pgpass").chmod(0o600)
        self.config = work / "maru.yaml"
        self.config.write_text(self.yaml())
        self.server = None

    def yaml(self, **other):
        values = {"port": self.port, "metrics": self.metrics_port, "model": self.source / "deploy/models/planner",
                  "tls": "", **other}
        return f"""server:
  listen: "127.0.0.1:{values['port']}"
{values['tls']}
metrics:
  listen: "127.0.0.1:{values['metrics']}"
model:
  directory: "{values['model']}"
principals:
  file: "{self.source}/deploy/sample/principals.json"
  issue_credentials: true
connectors:
  check_interval: 1s
  legal:
    base_url: "http://127.0.0.1:{self.law.port}/DRF"
    oc_key_file: "{self.work}/oc"
    referer: "https://gaon.example/"
  administration:
    tickets_base_url: "http://127.0.0.1:{self.tickets.port}"
    tickets_api_key_file: "{self.work}/redmine"
    tickets_queues_file: "{self.source}/deploy/sample/administration/queues.json"
    documents_dsn: "host=127.0.0.1 port={self.office.port} dbname=documents user=maru_documents passfile='{self.work}/pgpass'"
"""

    def start(self, *connection, **environment):
        """connection: options that a client needs to reach it."""
        command = [self.marud, "--home", self.home, "--config", self.config]
        self.server = Process(command, {**os.environ, **environment}, self.work / "marud.log")
        who = ("principals", "whoami", "--as", "ma.admin", *connection)
        self.server.wait_until(lambda: self.run(*who).returncode == 0, "marud")

    def refused_start(self, code, said, what, config=None, home=None):
        path = self.work / "other.yaml"
        path.write_text(config if config is not None else self.yaml(port=free_port()))
        result = subprocess.run([self.marud, "--home", home or self.home, "--config", path, "--lang", "en"], timeout=90,
                                capture_output=True, text=True, check=False)
        check(result.returncode == code and said in result.stderr, f"{what}: exit {code}, “{said}”", result)

    def run(self, *arguments, text=None):
        environment = {**os.environ, "MARU_HOME": str(self.home), "MARU_SERVER": f"127.0.0.1:{self.port}",
                       "LC_ALL": "C.UTF-8"}
        for name in ("MARU_AS", "MARU_CREDENTIAL"):
            environment.pop(name, None)
        return subprocess.run([self.maru, *arguments, "--lang", "en"], env=environment, input=text, timeout=120,
                              capture_output=True, text=True, check=False)

    def evidence(self, run, name, said=""):
        """The run's evidence as a file that verifies offline."""
        export = self.work / f"{name}.json"
        self.expect(0, f"{name}: evidence is exported", "audit", "export", run, "-o", str(export), "--as", "oh.audit")
        self.expect(0, f"{name}: and verifies offline", "verify", str(export), said=said)
        return export

    def expect(self, code, what, *arguments, said="", text=None):
        result = self.run(*arguments, text=text)
        whole = result.stdout + result.stderr
        check(result.returncode == code and said in whole, f"{what}: exit {code}" + (f", “{said}”" if said else ""),
              result)
        return result

    def json(self, code, what, *arguments):
        return json.loads(self.expect(code, what, *arguments, "--json").stdout)

    def state(self, run):
        return json.loads(self.run("runs", "show", run, "--as", "oh.audit", "--json").stdout)["state"]

    def close(self):
        for process in (self.server, self.law, self.tickets, self.office):
            if process is not None:
                process.stop()


def main_job(world):
    done = world.json(0, "a request is answered", "ask", ARTICLE, "--as", "kim.legal")
    check(done["state"] == "completed" and done["citations"], "the answer cites its sources")
    export = world.evidence(done["run_id"], "a whole run, its plan recomputed", said="bit")
    text = export.read_text()
    export.write_text(text.replace("kim.legal", "lee.legal", 1))
    world.expect(4, "a changed export does not verify", "verify", str(export))


def metrics(world):
    """What marud says of the model that has just planned."""

    def scrape():
        with urllib.request.urlopen(f"http://127.0.0.1:{world.metrics_port}/metrics", timeout=20) as answer:
            lines = answer.read().decode().splitlines()
        model = [line for line in lines if line.startswith("maru_model_")]
        described = {line.split()[2] for line in lines if line.startswith("# HELP maru_model_") and len(line.split()) > 3}
        values = {name: float(value) for name, value in (line.split() for line in model)}
        check(described == set(values), f"metrics: every one of {len(values)} is explained")
        return values

    first = scrape()
    for name in ("passes_total", "computed_tokens_total", "memory_budget_bytes", "memory_used_max_bytes"):
        check(first[f"maru_model_{name}"] > 0, f"metrics: {name} is counted")
    for name in ("running_requests", "waiting_requests", "memory_promised_bytes"):
        check(first[f"maru_model_{name}"] == 0, f"metrics: {name} is none when all is done")
    world.expect(0, "metrics: another request", "ask", ARTICLE, "--as", "kim.legal")
    check(scrape()["maru_model_computed_tokens_total"] > first["maru_model_computed_tokens_total"],
          "metrics: counters grow with the work")


def bad_requests(world):
    world.expect(2, "empty request", "ask", "", "--as", "kim.legal", said="empty")
    lines = json.dumps({"id": "big", "text": "a" * 1_000_000, "now": "2026-11-24T10:00:00+09:00"}) + "\n"
    lines += json.dumps({"id": "nul", "text": "제26조\0보여줘", "now": "2026-11-24T10:00:00+09:00"}) + "\n"
    lines += json.dumps({"id": "ok", "text": ARTICLE, "now": "2026-11-24T10:00:00+09:00"}) + "\n"
    result = world.expect(0, "a batch goes on after lines that cannot be planned", "plan", "--batch", "-", "--as",
                          "kim.legal", text=lines)
    out = {line["id"]: line for line in map(json.loads, result.stdout.splitlines())}
    check("error" in out["big"], "1 MB request: refused")
    check("error" in out["nul"] and "NUL" in json.dumps(out["nul"]), "NUL bytes: refused by name")
    check("plan" in out["ok"], "the line after them is planned")
    world.expect(2, "invalid UTF-8", "ask", b"\xff\xfe", "--as", "kim.legal", said="UTF-8")


def people(world):
    world.expect(6, "unknown principal", "ask", ARTICLE, "--as", "no.body")
    wrong = world.work / "wrong"
    wrong.write_text("maru_" + "0" * 64 + "\n")
    world.expect(6, "wrong credential", "runs", "list", "--credential-file", str(wrong))
    world.expect(5, "a tool the caller may not use", "ask", TICKET, "--as", "kim.legal")
    world.expect(7, "a slot is missing", "ask", "제38조 보여줘", "--as", "kim.legal")
    world.expect(5, "no tool does it", "ask", "오늘 저녁 회식 장소를 예약해줘.", "--as", "han.clerk")


def restarted(world):
    """Who was disabled and which credential was replaced holds over a restart, whatever the files say."""
    fresh = world.work / "fresh"
    world.expect(0, "a person is disabled", "principals", "disable", "park.nurse", "--as", "ma.admin")
    world.expect(0, "a credential is replaced", "principals", "issue", "jung.shift", "-o", str(fresh), "--as", "ma.admin")
    world.server.stop()
    world.start()
    world.expect(6, "the person is still disabled", "principals", "whoami", "--as", "park.nurse")
    world.expect(6, "the old credential is still void", "principals", "whoami", "--as", "jung.shift")
    world.expect(0, "the new one holds", "principals", "whoami", "--credential-file", str(fresh), said="jung.shift")


def clearance(world):
    """DOC-2055 bears C and 대외비: the plan may be made, for nobody knows the grade before the document is read."""
    told = world.json(0, "a document within the reader's clearance", "ask", DOCUMENT, "--as", "kim.legal")
    check(SECRET in told["answer"], "its words reach whom they may")
    denied = world.json(5, "a label too high for the reader", "ask", DOCUMENT, "--as", "han.clerk")
    check(denied["steps"][0]["error"]["code"] == "label_too_high" and "C·대외비" in denied["reason"],
          "both grades are named")
    export = world.evidence(denied["run_id"], "a denied run").read_text()
    check(SECRET not in json.dumps(denied, ensure_ascii=False) and SECRET not in export,
          "and neither others nor the evidence")


def approve(world, run):
    """Waits for what `run` asks of the head, approves it and waits for the end."""
    pending = [a for a in json.loads(world.run("approvals", "list", "--as", "seo.head", "--json").stdout)["approvals"]
               if a["run_id"] == run]
    check(len(pending) == 1, "the approval still waits")
    world.expect(0, "it is approved", "approvals", "approve", pending[0]["id"], "--as", "seo.head", "--yes")
    end = time.monotonic() + 60
    while world.state(run) not in ("completed", "failed", "rejected") and time.monotonic() < end:
        time.sleep(0.3)
    check(world.state(run) == "completed", "and the run completes")


def killed(world):
    asked = world.json(7, "a write waits for approval", "ask", TICKET, "--as", "han.clerk", "--no-wait")
    world.server.stop(signal.SIGKILL)
    world.start()
    approve(world, asked["run_id"])


def clock_back(world):
    asked = world.json(7, "another write waits", "ask", TICKET, "--as", "han.clerk", "--no-wait")
    world.server.stop()
    world.start(LD_PRELOAD=glob.glob(CLOCK_LIBRARY)[0], FAKETIME="-3h", FAKETIME_DONT_FAKE_MONOTONIC="1")
    approve(world, asked["run_id"])
    world.evidence(asked["run_id"], "the clock set back three hours")
    world.server.stop()
    world.start()


def certificates(folder):
    """An authority, a server on this machine and the client kim.legal."""
    folder.mkdir(mode=0o755)
    new = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    (folder / "san").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    lines = [f"{new} -x509 -days 2 -subj /CN=ca -keyout ca.key -out ca.pem"]
    for name in ("localhost", "kim.legal"):
        lines += [f"{new} -subj /CN={name} -keyout {name}.key -out {name}.csr",
                  f"openssl x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san "
                  f"-out {name}.pem"]
    for line in lines:
        subprocess.run(line.split(), cwd=folder, check=True, capture_output=True)


def mutual_tls(folder):
    return f"""  tls:
    certificate: "{folder}/localhost.pem"
    key: "{folder}/localhost.key"
    client_ca: "{folder}/ca.pem"
"""


def encrypted(world):
    folder = world.work / "tls"
    certificates(folder)
    world.server.stop()
    world.config.write_text(world.yaml(tls=mutual_tls(folder)))
    client = ("--ca", str(folder / "ca.pem"), "--cert", str(folder / "kim.legal.pem"), "--key",
              str(folder / "kim.legal.key"))
    world.start(*client)
    world.expect(0, "mutual TLS: the certificate says who asks", "principals", "whoami", *client, said="kim.legal")
    world.expect(0, "and the main job is done over it", "ask", ARTICLE, *client)
    world.expect(8, "no encryption where TLS is spoken", "runs", "list", "--as", "kim.legal", said="--ca")
    world.expect(8, "no certificate where one is asked for", "runs", "list", "--as", "kim.legal", "--ca",
                 str(folder / "ca.pem"))
    world.expect(2, "a certificate file that is not there", "runs", "list", "--ca", str(folder / "none.pem"),
                 said="none.pem")
    world.server.stop()
    world.config.write_text(world.yaml())
    world.start()


def starts(world):
    world.refused_start(3, "another marud", "two marud on one home")
    taken = world.yaml()
    world.refused_start(3, str(world.port), "a port that is taken", taken, world.work / "other_home")
    world.refused_start(2, "needs TLS", "listening beyond this machine without TLS",
                        world.yaml(port=free_port()).replace("127.0.0.1:", "0.0.0.0:", 1), world.work / "open_home")
    check(not (world.work / "open_home").exists(), "and nothing was made before")
    bogus = subprocess.run([world.marud, "--bogus"], timeout=90, capture_output=True, text=True, check=False)
    check(bogus.returncode == 2, "an argument that marud does not know: exit 2", bogus)
    world.refused_start(2, "other.yaml:2: 'server.listen'", "listening on every address without a public_url",
                        world.yaml(port=free_port(), tls=mutual_tls(world.work / "tls"))
                        .replace("127.0.0.1:", "0.0.0.0:", 1), world.work / "open_home")
    world.refused_start(2, ":2: 'server.lissten'", "an unknown key", "server:\n  lissten: x\n")
    world.refused_start(2, "takes a whole number", "a malformed value", "runs:\n  workers: many\n")
    damaged = world.work / "damaged"
    shutil.copytree(world.source / "deploy/models/planner", damaged)
    weights = damaged / "model.safetensors"
    os.truncate(weights, weights.stat().st_size // 2)
    other_home = world.work / "third_home"
    world.refused_start(1, "the file is cut short", "truncated weights", world.yaml(port=free_port(), model=damaged),
                        other_home)


def connector_down(world):
    world.law.stop()
    time.sleep(2.5)
    result = world.run("ask", ARTICLE, "--as", "kim.legal")
    check(result.returncode == 1 and "조문 조회" in result.stdout,
          "a connector that is down: the run fails and names what cannot be used", result)
    world.expect(0, "the other systems are still there", "connectors", "list", "--as", "ma.admin", said="connected")


def main():
    marud, maru, source = (pathlib.Path(p).resolve() for p in sys.argv[1:4])
    work = pathlib.Path(tempfile.mkdtemp(prefix="maru-e2e-"))
    work.chmod(0o711)
    world = None
    try:
        world = World(str(marud), str(maru), source, work)
        world.start()
        for part in (main_job, metrics, bad_requests, people, restarted, clearance, killed, clock_back, encrypted, starts,
                     connector_down):
            part(world)
    finally:
        if world is not None:
            world.close()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
