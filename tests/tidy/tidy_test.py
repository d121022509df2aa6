"""That each check of tidy.py finds what it is for, in a tree made to be wrong."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TIDY = Path(__file__).with_name("tidy.py")
WRONG = {
    "policies/a.cc": '#include "agents/plan.h"\n#include "tests/x.h"\n// TO' + "DO\n" + "x" * 121 + "\n",
    "deploy/b.cc": '#include "agents/running/facts.h"\n#include "policies/permit_office.h"\n',
    "agents/api/c.cc": '#include "agents/planning/training/x.h"\n',
    "tools/long.cc": "\n" * 501,
    "tools/d.sh": "cd /wo" + "rk/main\n",
    "policies/x.cedar": "",
    "rogue/x": "",
    "README.md": "# a\n# b\n",
}
FOUND = [
    "policies/a.cc:1: policies includes upwards: agents/plan.h",
    "policies/a.cc:2: the product includes tests",
    "policies/a.cc:3: marks something unfinished",
    "policies/a.cc:4: is longer than 120 columns",
    "deploy/b.cc:1: agents/running/facts.h is no face of agents",
    "deploy/b.cc:2: only the authorizer makes permits",
    "agents/api/c.cc:1: agents/planning/training/x.h is inside of another folder",
    "tools/long.cc: is longer than 500 lines",
    "tools/d.sh:1: names a path outside of the project",
    "policies/x.cedar: has no *.cases beside it",
    "rogue: does not belong to the top level",
    "README.md: has not exactly one title",
    "tools/README.md: is missing",
]
FOLDERS = ["", "model_core/", "policies/", "tools/", "agents/", "connectors/", "deploy/", "tests/"]
RIGHT = {folder + "README.md": "# title\n\n```\n# no title\n```\n" for folder in FOLDERS} | {
    "deploy/b.cc": '#include "agents/plan.h"\n#include "model_core/base/json.h"\n#include <vector>\n',
    "agents/api/c.cc": '#include "agents/running/facts.h"\n' + "가" * 120 + "\n",
    "tools/long.cc": "\n" * 500,
    "policies/x.cedar": "",
    "policies/x.cases": "",
}


def tidy(files):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_text(text, encoding="utf-8")
        ran = subprocess.run([sys.executable, TIDY, folder], capture_output=True, check=False)
        return ran.returncode, ran.stdout.decode().split("\n")


class TidyTest(unittest.TestCase):
    def test_finds_each_thing_that_is_wrong(self):
        code, lines = tidy(WRONG)
        self.assertEqual(code, 1)
        for finding in FOUND:
            self.assertIn(finding, lines)

    def test_finds_nothing_where_all_is_right(self):
        self.assertEqual(tidy(RIGHT), (0, [f"{len(RIGHT)} files, 0 new findings", ""]))


if __name__ == "__main__":
    unittest.main()
