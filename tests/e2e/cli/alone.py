"""Drives `maru` on an auditor's machine, where it lies alone, and beside marud.

usage: alone.py MARU MARUD SOURCE

Ends with 1 at the first thing that is not as it should be.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from maru_cli import Maru, check

OF_CONNECTORS = ("libcurl", "libgmime", "libmodbus", "libmosquitto", "libpoppler", "libpq", "libpugixml", "libxmlsec1", "libzip")
NO_CONNECTION = 'connectors:\n  manufacturing:\n    plant_dsn: "hots=a"\n'


def drive_libraries(program):
    needed = subprocess.run(["ldd", program], capture_output=True, text=True, timeout=60, check=True).stdout
    found = [name for name in OF_CONNECTORS if name in needed]
    check("libssl" in needed and not found, f"maru needs no library of a connector's {found}")


def drive_check(maru, file, model, beside):
    where = "beside marud" if beside else "alone"

    def written(text):
        file.write_text(f'model:\n  directory: "{model}"\n{text}')
        return ["config", "check", str(file), "--lang", "en"]

    good = maru.run(0, f"{where}: a configuration that is good", *written("")).stdout
    check(("marud beside maru" not in good) == beside, f"{where}: what was not checked is said")
    asked = json.loads(maru.run(0, f"{where}: and as a document", *written(""), "--json").stdout)
    check(asked == {"file": str(file), "ok": True, **({} if beside else {"complete": False})}, f"{where}: of that form")
    refused = maru.run(2, f"{where}: an address beyond this machine", *written('server:\n  listen: "0.0.0.0:1"\n'))
    check("needs TLS" in refused.stderr, f"{where}: says why", refused)
    unread = maru.run(2 if beside else 0, f"{where}: a database that is none", *written(NO_CONNECTION))
    check(("no PostgreSQL connection" in unread.stderr) == beside, f"{where}: which marud alone finds", unread)
    document = maru.run(2 if beside else 0, f"{where}: and as a document", *written(NO_CONNECTION), "--json")
    if beside:
        error = json.loads(document.stderr)["error"]
        check(error["code"] == "invalid_argument" and error["message"] == error["message_en"] != error["message_ko"],
              "beside marud: in both languages", document)


def main():
    program, marud, source = (pathlib.Path(path).resolve() for path in sys.argv[1:4])
    drive_libraries(program)
    check(program.parent == marud.parent, "marud lies beside maru")
    with tempfile.TemporaryDirectory() as directory:
        home = pathlib.Path(directory)
        alone = home / "maru"
        shutil.copy2(program, alone)
        for maru, beside in ((program, True), (alone, False)):
            drive_check(Maru(str(maru), "", home), home / "check.yaml", source / "deploy/models/planner", beside)
        check(sorted(path.name for path in home.iterdir()) == ["check.yaml", "maru"], "and nothing was made")


if __name__ == "__main__":
    main()
