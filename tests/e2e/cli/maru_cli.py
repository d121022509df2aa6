"""The command line under test, run as others run it: a check that ends the program at the first thing that is not so."""

import json
import os
import subprocess
import sys


def check(condition, what, result=None):
    print(("ok      " if condition else "FAILED  ") + what, flush=True)
    if not condition:
        if result is not None:
            print(result.stdout, result.stderr, sep="\n")
        sys.exit(1)


class Maru:
    """The command line with a home of its own."""

    def __init__(self, program, server, home):
        self.program = program
        self.environment = {**os.environ, "MARU_HOME": str(home), "MARU_SERVER": server, "LC_ALL": "ko_KR.UTF-8"}
        for name in ("MARU_AS", "MARU_CREDENTIAL", "MARU_MODEL"):
            self.environment.pop(name, None)

    def run(self, code, what, *arguments, text=None):
        result = subprocess.run([self.program, *arguments], env=self.environment, input=text, capture_output=True,
                                text=True, timeout=60, check=False)
        check(result.returncode == code, f"{what} (exit code {code})", result)
        check("\x1b" not in result.stdout, "no colours off a terminal", result)
        return result

    def run_lost(self, code, what, *arguments):
        """With an output that takes nothing."""
        with open("/dev/full", "w") as full:
            result = subprocess.run([self.program, *arguments], env=self.environment, stdout=full, stderr=subprocess.PIPE,
                                    text=True, timeout=60, check=False)
        check(result.returncode == code and "출력을 쓸 수 없습니다" in result.stderr, f"{what} (exit code {code})", result)

    def run_unread(self, code, what, *arguments):
        """With an output that nobody reads, and with none."""
        read, write = os.pipe()
        os.close(read)
        for name, closed in (("nobody reads", False), ("closed", True)):
            result = subprocess.run([self.program, *arguments], env=self.environment, stdout=write, stderr=subprocess.PIPE,
                                    text=True, timeout=60, check=False, preexec_fn=(lambda: os.close(1)) if closed else None)
            check(result.returncode == (1 if closed else code), f"{what}, {name} (exit code {result.returncode})", result)
            check(("출력을 쓸 수 없습니다" in result.stderr) == closed, f"{what}, {name}: is told if it is lost", result)
        os.close(write)

    def json(self, code, what, *arguments):
        result = self.run(code, what, *arguments, "--json")
        return json.loads(result.stdout)
