"""That each check of tidy.py finds what it is for, in a tree made to be wrong, and nothing in one that is right."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TIDY = Path(__file__).with_name("tidy.py")
LONG = "  f();\n" * 68  # with its head and its brace the longest function
TABLE = "      {1, 2},\n" * 80


def function(lines):
    return "int F(int a, std::vector<int> b) {\n" + lines + "}\n"


WRONG = {
    # Layers, faces, and the order inside of a layer.
    "policies/a.cc": '#include "agents/plan.h"\n#include "tests/x.h"\n// TO' + "DO\n" + "x" * 101 + "\n",
    "deploy/b.cc": '#include "agents/running/facts.h"\n#include "policies/permit_office.h"\n',
    "agents/api/c.cc": '#include "agents/planning/training/x.h"\n',
    "agents/running/d.cc": '#include "agents/api/call.h"\n',
    "model_core/README.md": "# m\n\n    base → text\n    engine\n    tensor → engine\n",
    "model_core/engine/CMakeLists.txt": "HEADERS ../engine.h",
    "model_core/engine.h": '#include "model_core/text/words.h"\n',
    "model_core/text/words.h": '#include "model_core/engine.h"\n#include "model_core/tensor/half.h"\n',
    "model_core/tensor/half.h": '#include "model_core/text/words.h"\n',
    "model_core/new/e.cc": "",
    "model_core/face.h": "",
    # What a layer reaches.
    "tools/io.cc": "#include <fstream>\n#include <sys/socket.h>\n#include <pqxx/pqxx>\n#include <grpcpp/grpcpp.h>\n",
    # Sizes and words.
    "tools/long.cc": "\n" * 501,
    "tools/f.cc": "namespace tools {\n" + function(LONG) + function(LONG + "  f();\n") + "}  // namespace tools\n",
    "tools/g.cc": "using namespace std;\nusing namespace tools;\nvoid F() { std::cout << std::regex(x); }\n#include <regex>\n"
    "void G() {\n  auto* a = new A;\n  t = absl::Now();\n  for (int i : *Make(1)) F(i);\n}\n",
    "tools/d.sh": "cd /wo" + "rk/main\n",
    # Lists and maps.
    "tools/CMakeLists.txt": "SOURCES long.cc f.cc # io.cc",
    "tools/map/README.md": "# m\n\n| Files | Hold |\n|---|---|\n| `gone`, `here` | x |\n\n    lost/   nothing\n",
    "tools/map/here.h": "",
    "tests/unit/nowhere/t.cc": "",
    # Proofs.
    "policies/x.cedar": "",
    "tools/tool.h": "class Tool {\n  virtual int Call() = 0;\n};\n",
    "connectors/law.cc": "class Law final : public tools::Tool {};\n",
    "agents/run_store.h": "// RunStore: a port of\n// agents.\nclass RunStore {\n  virtual int Get() = 0;\n};\n",
    "model_core/kernels/kernels.h": "struct Kernels {\n  void (*matmul)(float*);\n  void (*dot)(float*);\n};\n",
    "tests/kernels/k_test.cc": "void F() { kernels->matmul(x); /* dot( */ }\n",
    # Languages.
    "connectors/few.cc": 'Error F() {\n  return Error(StrCat("more than ", kItemsMax, " items"),\n'
    '               StrCat(base::Particle(a, "이"), "너무 많습니다"));\n}\n',
    "policies/polite.cc": 'const char* lift = "다시 요청하세요";\n',
    "deploy/say.sh": '# say "this"\nsay "up" \\\n  "now"\necho "no npm" >&2\nwords "$n left" "$n개 남음"\n',
    "rogue/x": "",
    "README.md": "# a\n# b\n",
}
FOUND = [
    "policies/a.cc:1: policies includes upwards: agents/plan.h",
    "policies/a.cc:2: the product includes tests",
    "policies/a.cc:3: marks something unfinished",
    "policies/a.cc:4: is longer than 100 columns",
    "deploy/b.cc:1: agents/running/facts.h is no face of agents",
    "deploy/b.cc:2: only the authorizer makes permits",
    "agents/api/c.cc:1: agents/planning/training/x.h is inside of another folder",
    "agents/running/d.cc:1: only what is inbound includes agents/api/call.h",
    "model_core/text/words.h:1: model_core/text includes upwards: model_core/engine.h",
    "model_core/text/words.h:2: model_core/text includes upwards: model_core/tensor/half.h",
    "model_core/new/e.cc: has no place in the order that model_core/README.md draws",
    "model_core/face.h: has no place in the order that model_core/README.md draws",
    "tools/io.cc:1: reaches files: <fstream>",
    "tools/io.cc:2: reaches the network: <sys/socket.h>",
    "tools/io.cc:3: reaches a database: <pqxx/pqxx>",
    "tools/io.cc:4: reaches gRPC: <grpcpp/grpcpp.h>",
    "tools/long.cc: is longer than 500 lines",
    "tools/f.cc:72: F is longer than 70 lines",
    "tools/g.cc:1: uses using namespace std",
    "tools/g.cc:2: uses using namespace tools",
    "tools/g.cc:3: uses std::cout",
    "tools/g.cc:3: uses std::regex",
    "tools/g.cc:4: uses std::regex",
    "tools/g.cc:6: makes an object with new that nobody owns",
    "tools/g.cc:7: uses the wall clock",
    "tools/g.cc:8: uses a loop over what is gone",
    "tools/d.sh:1: names a path outside of the project",
    "tools/io.cc: stands in no CMakeLists.txt",
    "tools/g.cc: stands in no CMakeLists.txt",
    "tools/map/here.h: is included by nobody",
    "tools/map/README.md:5: gone is missing",
    "tools/map/README.md:7: lost/ is missing",
    "tools/map: does not stand in tools/README.md",
    "tests/unit/nowhere: mirrors no folder of the tree",
    "policies/x.cedar: has no *.cases beside it",
    "tools/tool.h:1: the port Tool has no contract suite",
    "agents/run_store.h:3: the port RunStore has no contract suite",
    "model_core/kernels/kernels.h:3: the kernel dot has no test",
    "connectors/few.cc:2: the Korean text lacks kItemsMax",
    "policies/polite.cc:1: says -세요: -십시오",
    "deploy/say.sh:2: says something in English alone",
    "deploy/say.sh:4: says something in English alone",
    "deploy/say.sh:5: a name runs into Hangul: write ${name}",
    "rogue: does not belong to the top level",
    "README.md: has not exactly one title",
    "agents/README.md: is missing",
]
WRONG["tools/README.md"] = "# t\n"

TITLE = "# title\n\n```\n# no title\n```\n"
RIGHT = {folder + "/README.md": TITLE for folder in ["policies", "connectors", "deploy"]} | {
    "README.md": "# m\n\nmodel_core, tools, agents, deploy\n",
    "CMakeLists.txt": "foreach(name b store)\n  add(deploy/${name}.cc)\nendforeach()\n",
    # The order inside of a layer; a map that leaves endings out, holds * and a word in capitals.
    "model_core/README.md": "# m\n\n    base → text\n\n    kernels → engine\n\n| File | Is |\n|---|---|\n"
    "| `kernels/kernels`, `text/*`, `NAME/CMakeLists.txt` | x |\n",
    "model_core/engine/CMakeLists.txt": "HEADERS ../engine.h",
    "model_core/engine.h": '#include "model_core/kernels/kernels.h"\n#include "model_core/text/words.h"\n',
    "model_core/kernels/kernels.h": "struct Kernels {\n  void (*matmul)(float*);\n};\n",
    "model_core/text/words.h": "#pragma once\n",
    "agents/README.md": "# a\n\n| Folder | Does |\n|---|---|\n| `api/c.cc`, `call`, `running/yes_no` | in api too |\n",
    "agents/CMakeLists.txt": "SOURCES api/c.cc running/yes_no.cc",
    "agents/api/c.cc": '#include "agents/running/facts.h"\n#include "agents/api/call.h"\n' + "가" * 100 + "\n",
    "agents/api/call.h": "#include <grpcpp/grpcpp.h>\n",
    "tools/README.md": "# t\n\n    long.cc   as long as can be\n",
    "tools/CMakeLists.txt": "SOURCES long.cc few.cc",
    "tools/long.cc": function(LONG)
    + function("  static const auto* const x = new Table{\n" + TABLE + "  };\n  return *x;\n")
    + "std::unique_ptr<A> G() {\n  return std::unique_ptr<A>(\n      new A());\n}\n"
    + "int H() {\n  static auto* const x = [] {\n    return new B(1);\n  }();\n}\n"
    + '// using namespace std::cout\nconst char* text = "new TEXT std::cout";\nA::A() : a_{1} {}\n',
    "tools/tool.h": "class Tool {\n  virtual int Call() = 0;\n};\n",
    "deploy/b.cc": '#include "agents/plan.h"\n#include "model_core/base/json.h"\n#include "model_core/engine.h"\n'
    '#include "tools/tool.h"\n#include <fstream>\nint x = absl::Now();\n',
    "agents/running/yes_no.cc": 'const char* yes = "진행하세요";\n',
    "deploy/say.sh": 'say() { words "$@"; }\nsay "up on $port" \\\n  "${port}에서 켜짐"\necho "$stamp" >"$to"\n',
    "deploy/store.cc": "class Store : public tools::Tool {};\nvoid F() {\n  using namespace deploy;\n}\n",
    "tests/README.md": "# t\n\n    kernels/   every kernel\n",
    "tests/CMakeLists.txt": "unit/deploy/store_test.cc kernels/k_test.cc",
    "tests/unit/deploy/store_test.cc": "// What every Tool promises, and what it does not.\nA* a = new A;\n",
    "tests/kernels/k_test.cc": "void F() { kernels.matmul(x); }\n",
    "policies/x.cedar": "",
    "policies/x.cases": "",
    "tools/few.cc": '// Not (this\nError F() {\n  return Error(StrCat("at most ", kItemsMax, " (all)"), StrCat(kItemsMax, "개까지"));\n}\n'
    'constexpr Row kRows[] = {{"limit", kItemsMax}, {"한도", 3}};\n',
}


def write(folder, files):
    for path, text in files.items():
        (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
        (Path(folder) / path).write_text(text, encoding="utf-8")


def tidy(files, program=TIDY):
    with tempfile.TemporaryDirectory() as folder:
        write(folder, files)
        ran = subprocess.run([sys.executable, program, folder], capture_output=True, check=False)
        return ran.returncode, ran.stdout.decode().split("\n")


class TidyTest(unittest.TestCase):
    def test_finds_each_thing_that_is_wrong(self):
        code, lines = tidy(WRONG)
        self.assertEqual(code, 1)
        for finding in FOUND:
            self.assertIn(finding, lines)

    def test_finds_nothing_where_all_is_right(self):
        self.assertEqual(tidy(RIGHT), (0, [f"{len(RIGHT)} files, 0 new findings", ""]))

    def test_what_is_known_fails_nothing_and_what_is_mended_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(TIDY.parent, folder, dirs_exist_ok=True)
            known = "tools/more.cc: uses std::cout\ntools/long.cc: uses std::cout\ntools/gone.cc: uses std::cout\n"
            write(folder, {"known.txt": known})
            files = RIGHT | {"tools/CMakeLists.txt": "long.cc few.cc more.cc", "tools/more.cc": "std::cout;\n"}
            code, lines = tidy(files, Path(folder) / "tidy.py")
        self.assertEqual(code, 0)
        self.assertIn("tools/more.cc:1: uses std::cout (known)", lines)
        self.assertIn("tools/long.cc: uses std::cout: is mended, take it out of known.txt", lines)
        self.assertNotIn("gone", "".join(lines))


if __name__ == "__main__":
    unittest.main()
