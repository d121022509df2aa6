"""What the platform's tests share: a real marud with its own PostgreSQL, the shipped planner and real peers."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ARTICLE = "개인정보 보호법 제26조 보여줘"
TICKET = "시설 담당에 '전등 교체' 요청을 등록해줘"
START_SECONDS = 90
ENDED = ("completed", "failed", "rejected", "canceled")


def check(condition, what, result=None):
    print(("ok      " if condition else "FAILED  ") + what, flush=True)
    if not condition:
        if result is not None:
            print(result.stdout, result.stderr, sep="\n")
        raise SystemExit(1)


def skip(what, why):
    print(f"skipped {what}: {why}", flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(condition, seconds=60):
    """Whether `condition` came to hold."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


class Process:
    """A server in a process group of its own."""

    def __init__(self, command, environment, log):
        self.log = log
        with open(log, "ab") as out:
            self.process = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT,
                                            stdin=subprocess.DEVNULL, start_new_session=True)

    def wait_until(self, ready, what):
        end = time.monotonic() + START_SECONDS
        while not ready():
            if self.process.poll() is not None or time.monotonic() > end:
                print(pathlib.Path(self.log).read_text(errors="replace")[-3000:])
                raise SystemExit(f"{what} did not start")
            time.sleep(0.2)

    def send(self, how):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)

    def stop(self, how=signal.SIGTERM):
        self.send(how)
        try:
            self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            self.process.wait()


class Peer(Process):
    """A system of the sample organisation on a port of its own."""

    def __init__(self, source, work, name):
        self.name, self.work = name, work
        self.folder = source / "deploy/sample/peers" / name
        self.port = free_port()
        self.environment = {**os.environ, "PORT": str(self.port), "DATA": str(work / name)}
        (work / name).mkdir()
        subprocess.run(["bash", self.folder / "install.sh"], env=self.environment, check=True, capture_output=True)
        self.start()

    def start(self, **environment):
        super().__init__(["bash", self.folder / "start.sh"], {**self.environment, **environment},
                         self.work / f"{self.name}.log")
        ready = ["bash", self.folder / "ready.sh"]
        self.wait_until(lambda: subprocess.run(ready, env=self.environment, capture_output=True, check=False)
                        .returncode == 0, self.name)

    def restart(self, **environment):
        """On the same port, with its data; behaving as the environment says."""
        self.stop()
        self.start(**environment)


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
                  "tls": "", "checks": "1s", "calls": "20s", "tickets": self.tickets.port, **other}
        return f"""server:
  listen: "127.0.0.1:{values['port']}"
{values['tls']}
metrics:
  listen: "127.0.0.1:{values['metrics']}"
runs:
  call_timeout: {values['calls']}
model:
  directory: "{values['model']}"
principals:
  file: "{self.source}/deploy/sample/principals.json"
  issue_credentials: true
connectors:
  check_interval: {values['checks']}
  legal:
    base_url: "http://127.0.0.1:{self.law.port}/DRF"
    oc_key_file: "{self.work}/oc"
    referer: "https://gaon.example/"
  administration:
    tickets_base_url: "http://127.0.0.1:{values['tickets']}"
    tickets_api_key_file: "{self.work}/redmine"
    tickets_queues_file: "{self.source}/deploy/sample/administration/queues.json"
    documents_dsn: "host=127.0.0.1 port={self.office.port} dbname=documents user=maru_documents passfile='{self.work}/pgpass'"
"""

    def start(self, *connection, before=(), **environment):
        """connection: options that a client needs to reach it. before: a command that becomes marud."""
        command = [*before, self.marud, "--home", self.home, "--config", self.config]
        self.server = Process(command, {**os.environ, **environment}, self.work / "marud.log")
        who = ("principals", "whoami", "--as", "ma.admin", *connection)
        self.server.wait_until(lambda: self.run(*who).returncode == 0, "marud")

    def log(self):
        return (self.work / "marud.log").read_text(errors="replace")

    def restart(self, *connection, **other):
        """With other values in its configuration; without any, as at first."""
        self.server.stop()
        self.config.write_text(self.yaml(**other))
        self.start(*connection)

    def refused_start(self, code, said, what, config=None, home=None):
        path = self.work / "other.yaml"
        path.write_text(config if config is not None else self.yaml(port=free_port()))
        result = subprocess.run([self.marud, "--home", home or self.home, "--config", path, "--lang", "en"], timeout=90,
                                capture_output=True, text=True, check=False)
        check(result.returncode == code and said in result.stderr, f"{what}: exit {code}, “{said}”", result)

    def credentials(self):
        """The home as the command line sees it."""
        return self.home

    def run(self, *arguments, text=None, seconds=120):
        environment = {**os.environ, "MARU_HOME": str(self.credentials()), "MARU_SERVER": f"127.0.0.1:{self.port}",
                       "LC_ALL": "C.UTF-8"}
        for name in ("MARU_AS", "MARU_CREDENTIAL"):
            environment.pop(name, None)
        return subprocess.run([self.maru, *arguments, "--lang", "en"], env=environment, input=text, timeout=seconds,
                              capture_output=True, text=True, check=False)

    def expect(self, code, what, *arguments, said="", text=None):
        result = self.run(*arguments, text=text)
        whole = result.stdout + result.stderr
        check(result.returncode == code and said in whole, f"{what}: exit {code}" + (f", “{said}”" if said else ""),
              result)
        return result

    def refused(self, code, name, what, *arguments, said="", text=None):
        """With exit code `code`, and `name` as the code that came over gRPC."""
        result = self.run(*arguments, "--json", text=text)
        try:
            error = json.loads(result.stderr.splitlines()[-1])["error"]
        except (IndexError, ValueError, KeyError):
            error = {"code": None, "message": ""}
        check(result.returncode == code and error["code"] == name and said in error["message"],
              f"{what}: exit {code}, {name}" + (f", “{said}”" if said else ""), result)

    def json(self, code, what, *arguments):
        return json.loads(self.expect(code, what, *arguments, "--json").stdout)

    def show(self, run):
        return json.loads(self.run("runs", "show", run, "--as", "oh.audit", "--json").stdout)

    def state(self, run):
        return self.show(run)["state"]

    def evidence(self, run, name, said=""):
        """The run's evidence as a file that verifies offline."""
        export = self.work / f"{name}.json"
        self.expect(0, f"{name}: evidence is exported", "audit", "export", run, "-o", str(export), "--as", "oh.audit")
        self.expect(0, f"{name}: and verifies offline", "verify", str(export), said=said)
        return export

    def approve(self, run):
        """What `run` asks of the head."""
        pending = [a for a in json.loads(self.run("approvals", "list", "--as", "seo.head", "--json").stdout)["approvals"]
                   if a["run_id"] == run]
        check(len(pending) == 1, "the approval still waits")
        self.expect(0, "it is approved", "approvals", "approve", pending[0]["id"], "--as", "seo.head", "--yes")

    def completes(self, run):
        check(until(lambda: self.state(run) in ENDED) and self.state(run) == "completed", "and the run completes")

    def close(self):
        for process in (self.server, self.law, self.tickets, self.office):
            if process is not None:
                process.send(signal.SIGCONT)
                process.stop()


@contextlib.contextmanager
def new_world(marud, maru, source):
    work = pathlib.Path(tempfile.mkdtemp(prefix="maru-e2e-"))
    work.chmod(0o711)
    made = None
    try:
        made = World(str(marud), str(maru), source, work)
        made.start()
        yield made
    finally:
        if made is not None:
            made.close()
        shutil.rmtree(work, ignore_errors=True)
