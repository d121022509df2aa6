"""Starts the test server given as argument, drives it with drive.py, and stops it."""

import pathlib
import subprocess
import sys

DRIVE = pathlib.Path(__file__).with_name("drive.py")


def main():
    server = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline()
        if not line.startswith("listening on "):
            return 1
        address = line.removeprefix("listening on ").strip()
        return subprocess.run(
            [sys.executable, DRIVE, address, "kim.legal-credential", "han.clerk-credential",
             "--article", "개인정보 보호법 제26조 보여줘",
             "--incomplete", "제38조 보여줘", "--missing", "의료법",
             "--ticket", "정보화 담당에 '출장비 서식 갱신' 요청을 등록해줘",
             "--parked", "시설 담당에 '전등 교체' 요청을 등록해줘"],
            timeout=240, check=False).returncode
    finally:
        server.stdin.close()  # the server ends with its input
        server.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
