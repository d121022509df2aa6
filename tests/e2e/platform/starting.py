"""Starts: over TLS, and those that marud refuses, each naming what stands in the way."""

import os
import shutil
import signal
import subprocess
import time

from world import ARTICLE, Process, check, free_port

PSQL = "/usr/lib/postgresql/15/bin/psql"


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
    client = ("--ca", str(folder / "ca.pem"), "--cert", str(folder / "kim.legal.pem"), "--key",
              str(folder / "kim.legal.key"))
    world.restart(*client, tls=mutual_tls(folder))
    world.expect(0, "mutual TLS: the certificate says who asks", "principals", "whoami", *client, said="kim.legal")
    world.expect(0, "and the main job is done over it", "ask", ARTICLE, *client)
    world.refused(8, "unavailable", "no encryption where TLS is spoken", "runs", "list", "--as", "kim.legal")
    world.refused(8, "unavailable", "no certificate where one is asked for", "runs", "list", "--as", "kim.legal", "--ca",
                  str(folder / "ca.pem"))
    world.expect(8, "and what to say instead is said", "runs", "list", "--as", "kim.legal", said="--ca")
    world.expect(2, "a certificate file that is not there", "runs", "list", "--ca", str(folder / "none.pem"),
                 said="none.pem")
    world.restart()


def first_killed(world):
    world.server.stop()
    home = world.home
    for seconds in (0.2, 0.5, 0.9, 1.4, 2.0):
        world.home = world.work / f"killed_{seconds}"
        command = [world.marud, "--home", world.home, "--config", world.config]
        first = Process(command, os.environ, world.work / "marud.log")
        time.sleep(seconds)
        first.stop(signal.SIGKILL)
        world.start()
        check(True, f"a first start that was killed after {seconds} s: the next one makes it good")
        world.server.stop()
    world.home = home
    world.start()


def taken(world):
    world.refused_start(3, f"another marud (process {world.server.process.pid})", "two marud on one home")
    world.refused_start(3, str(world.port), "a port that is taken", world.yaml(), world.work / "other_home")
    world.refused_start(3, str(world.metrics_port), "a metrics port that is taken", world.yaml(port=free_port()),
                        world.work / "other_home")
    world.expect(0, "the first one goes on", "principals", "whoami", "--as", "ma.admin")


def configuration(world):
    beyond = world.work / "open_home"
    world.refused_start(2, "needs TLS", "listening beyond this machine without TLS",
                        world.yaml(port=free_port()).replace("127.0.0.1:", "0.0.0.0:", 1), beyond)
    check(not beyond.exists(), "and nothing was made before")
    bogus = subprocess.run([world.marud, "--bogus"], timeout=90, capture_output=True, text=True, check=False)
    check(bogus.returncode == 2, "an argument that marud does not know: exit 2", bogus)
    check("알 수 없는 인자입니다: --bogus (marud --help)" in bogus.stderr, "and it is named in Korean", bogus)
    world.refused_start(2, "other.yaml:2: 'server.listen'", "listening on every address without a public_url",
                        world.yaml(port=free_port(), tls=mutual_tls(world.work / "tls"))
                        .replace("127.0.0.1:", "0.0.0.0:", 1), beyond)
    world.refused_start(2, ":2: 'server.lissten'", "an unknown key", "server:\n  lissten: x\n")
    world.refused_start(2, "takes a whole number", "a malformed value", "runs:\n  workers: many\n")


def weights(world):
    """Cut short, and with a header that lies; in a home that is otherwise ready."""
    shipped, damaged = world.source / "deploy/models/planner", world.work / "damaged"
    shutil.copytree(shipped, damaged)
    file, home = damaged / "model.safetensors", world.work / "third_home"
    config = world.yaml(port=free_port(), metrics=free_port(), model=damaged)
    os.truncate(file, file.stat().st_size // 2)
    world.refused_start(1, "the file is cut short", "truncated weights", config, home)
    whole = (shipped / "model.safetensors").read_bytes()
    file.write_bytes(whole.replace(b"model.embed_tokens.weight", b"model.embed_tokens.weighs", 1))
    world.refused_start(1, "model.embed_tokens.weigh", "damaged weights", config, home)
    file.write_bytes(b"\xff" * 8 + whole[8:])
    world.refused_start(1, "model.safetensors", "weights whose length is damaged", config, home)


def newer(world):
    """A database that a later Maru has migrated. Last: this home is not opened again."""
    socket = (world.home / "postgres/data/postmaster.pid").read_text().splitlines()[4]

    def sql(text):
        return subprocess.run([PSQL, "-h", socket, "-U", "maru_owner", "-d", "maru", "-Atqc", text], check=True,
                              capture_output=True, text=True).stdout.split()

    sql("INSERT INTO schema_migrations (number, name, sha256) VALUES (9999, '9999_later', '')")
    world.server.stop()
    config = world.yaml(port=free_port(), metrics=free_port())
    world.refused_start(1, "migration 9999", "a migration from a newer version", config)
    world.refused_start(1, "a newer version; start that version", "and again", config)
    check(not (world.home / "postgres/data/postmaster.pid").exists(), "and leaves no database server behind")
