"""Stores the studies of imaging.csv: one image header each, made by dcmtk's dump2dcm, with days relative to today's year."""
import base64
import csv
import datetime
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = "1.2.826.0.1.3680043.9.9999"  # made up for the sample
DUMP = """(0008,0005) CS [ISO_IR 192]
(0008,0016) UI [1.2.840.10008.5.1.4.1.1.7]
(0008,0018) UI [{root}.{study}.1.1]
(0008,0020) DA [{date}]
(0008,0060) CS [{modality}]
(0008,1030) LO [{description}]
(0010,0010) PN [SAMPLE]
(0010,0020) LO [{patient}]
(0018,0015) CS [{body_part}]
(0020,000d) UI [{root}.{study}]
(0020,000e) UI [{root}.{study}.1]
(0020,0010) SH [{study}]
"""


def call(path, data=None):
    request = urllib.request.Request(f"http://127.0.0.1:{os.environ['PORT']}{path}", data=data)
    password = base64.b64encode(f"maru:{os.environ['DICOM_PASSWORD']}".encode()).decode()
    request.add_header("Authorization", "Basic " + password)
    urllib.request.urlopen(request, timeout=10).read()


def wait():
    for _ in range(300):
        try:
            return call("/system")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    sys.exit("orthanc does not answer")


def main():
    wait()
    year = datetime.date.today().year
    with open(sys.argv[1], newline="") as rows, tempfile.TemporaryDirectory() as folder:
        for row in csv.DictReader(rows):
            row["date"] = re.sub(r"@-(\d+)y", lambda match: str(year - int(match[1])), row["date"])
            dump, image = Path(folder, "image.dump"), Path(folder, "image.dcm")
            dump.write_text(DUMP.format(root=ROOT, **row))
            subprocess.run(["dump2dcm", "-q", "+te", str(dump), str(image)], check=True)
            call("/instances", image.read_bytes())
    Path(sys.argv[2]).touch()


if __name__ == "__main__":
    main()
