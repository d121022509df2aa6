"""The scripts of deploy/ speak the language of whoever runs them, as `maru` chooses it; English where none is named.

    languages_test.py DEPLOY [unittest's arguments]
"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
DEPLOY = Path(sys.argv.pop(1)).resolve()
NAMES = ("MARU_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
ENGLISH = [{}, {"LANG": "C.UTF-8"}, {"LANG": "en_US.UTF-8"}, {"LANG": "ko_KR.UTF-8", "LC_ALL": "C.UTF-8"},
           {"LANG": "ko_KR.UTF-8", "MARU_LANG": "en"}]
KOREAN = [{"LANG": "ko_KR.UTF-8"}, {"LANG": "en_US.UTF-8", "LC_MESSAGES": "ko_KR.UTF-8"},
          {"LANG": "C.UTF-8", "LC_ALL": "ko_KR.UTF-8"}, {"LANG": "C.UTF-8", "MARU_LANG": "ko"}]


class Scripts(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.home = Path(place.name) / "home"
        self.plain = {name: value for name, value in os.environ.items() if name not in NAMES}
        self.plain |= {"MARU_HOME": str(self.home), "MARU_CACHE": str(Path(place.name) / "cache")}

    def run_script(self, environment, *command):
        return subprocess.run(command, env=self.plain | environment, text=True, capture_output=True, check=False,
                              encoding="utf-8", stdin=subprocess.DEVNULL)

    def expect(self, status, english, korean, *command, **environment):
        """In each environment: how it ends, and that these words are among what it says, the other's are not."""
        for settings in ENGLISH + KOREAN:
            with self.subTest(command=command, settings=settings):
                ran = self.run_script(settings | environment, *command)
                said, unsaid = (english, korean) if settings in ENGLISH else (korean, english)
                self.assertEqual(ran.returncode, status, ran.stderr)
                self.assertIn(said, ran.stdout + ran.stderr)
                self.assertNotIn(unsaid, ran.stdout + ran.stderr)

    def script(self, name):
        return "bash", str(DEPLOY / name)

    def test_up_says_how_it_is_used(self):
        self.expect(0, "  MARU_HOME   data, configuration, logs", "  MARU_HOME   데이터, 설정, 로그", *self.script("up.sh"), "--help")
        self.expect(2, "up.sh takes no arguments (not 'now')", "up.sh는 인자를 받지 않습니다: 'now'", *self.script("up.sh"), "now")

    def test_up_says_which_port_it_cannot_take(self):
        self.expect(1, "error: MARU_PORT is '80'\n  → choose a port", "오류: MARU_PORT 값이 '80'입니다\n  → 1024부터 65487까지",
                    *self.script("up.sh"), MARU_PORT="80")

    def test_down_says_what_it_did(self):
        self.expect(2, "usage: down.sh [--purge]\n", "사용법: down.sh [--purge]", *self.script("down.sh"), "all")
        self.expect(0, f"nothing at {self.home}\n", f"{self.home}: 아무것도 없습니다\n", *self.script("down.sh"))

    def test_a_system_that_ends_is_named_with_its_log(self):
        begin = f'source {DEPLOY}/setup.sh; source {DEPLOY}/sample/peers.sh; mkdir -p "$MARU_HOME/run" "$MARU_HOME/log"; '
        log = self.home / "log/law.log"
        self.expect(1, f"error: law ended\n  → see {log}", f"오류: law: 스스로 끝났습니다\n  → 기록: {log}", "bash", "-c", begin + "launch law false; await law 60 false")

    def test_a_log_that_is_not_there_hides_no_error(self):
        log = self.home / "none.log"
        self.expect(1, f"error: ended\n  → see {log}", f"오류: 끝났습니다\n  → 기록: {log}",
                    "bash", "-c", f"set -euo pipefail; source {DEPLOY}/say.sh; fail_by_log {log} ended 끝났습니다")

    def test_a_system_that_lacks_a_program_says_so(self):
        without = self.home / "bin"  # all that the script needs but npm
        without.mkdir(parents=True)
        for name in ("dirname", "basename", "mkdir", "flock", "cmp"):
            (without / name).symlink_to(subprocess.check_output(["sh", "-c", f"command -v {name}"], text=True).strip())
        self.expect(1, "npm is missing: install Node.js\n", "npm이 없습니다: Node.js를 설치하십시오\n",
                    "/bin/sh", str(DEPLOY / "sample/peers/npm_install.sh"), str(DEPLOY / "sample/peers/openai"),
                    PATH=str(without))


if __name__ == "__main__":
    unittest.main()
